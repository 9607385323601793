/// The state of one turn of Claude Code: whether it is open, its calls without a result, and how its result line ends
/// it. The process reports its costs as a running total; the cost of a turn is the difference between two totals.
#pragma once

#include <cstdint>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <span>
#include <string>

#include "evenfold/providers/items.hpp"

namespace evenfold::providers {

class ClaudeTurn {
public:
    /// Records the items just added: text, calls and prompts of the main thread open a turn.
    void note(std::span<const Item> told);

    /// Records that the user interrupted the turn.
    void interrupt();

    /// Resets the totals, because a new process counts its costs from zero.
    void on_new_process();

    /// Ends the turn as the `result` line says. `usage` and `stop_reason` are those that the stream reported before.
    /// Adds the ending, after a usage report if the ending cannot carry the usage; the turn is then closed.
    void end(const nlohmann::json& result, std::optional<orchestration::Usage> usage,
             const std::optional<std::string>& stop_reason, ItemBuffer& items);

    /// Ends the turn as failed with `code`.
    void
    fail(std::string code, std::string message, const std::optional<orchestration::Usage>& usage, ItemBuffer& items);

    /// As `fail`, for an error that the stream sends in place of a result. If an error or a result repeats it before
    /// anything else comes, that is the same ending.
    void fail_by_error(std::string code, std::string message, const std::optional<orchestration::Usage>& usage,
                       ItemBuffer& items);

    [[nodiscard]] bool is_open() const;

    /// Returns whether the main thread has spoken or the user has interrupted it; a prompt alone does not count.
    [[nodiscard]] bool has_begun() const;

    /// Returns whether this call, of any thread, has no result yet.
    [[nodiscard]] bool awaits_result(const std::string& call_id) const;

    /// Returns a description, for a person, of the missing result.
    [[nodiscard]] std::string unfinished() const;

private:
    void open();
    void close();
    std::optional<std::uint64_t> cost_micros(const nlohmann::json& result);

    bool open_ = false;
    bool has_spoken_ = false;
    bool interrupted_ = false;
    bool failed_ = false;                    // by an error in place of a result, and nothing came after it
    std::map<std::string, bool> unanswered_; // calls, and whether the main thread made them
    std::uint64_t process_cost_micros_ = 0;
    std::uint64_t process_api_ms_ = 0;
};

} // namespace evenfold::providers
