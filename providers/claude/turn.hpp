/// Where one turn of Claude Code stands: whether it is open, what it waits for, and how its result line ends it.
/// Costs are told by the process as a running total; a turn's own is the difference.
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
    /// Takes note of what was just told: text, calls and prompts of the main thread open a turn.
    void note(std::span<const Item> told);

    /// The user interrupted what is going on.
    void interrupt();

    /// A process began, whose costs count from nothing.
    void on_new_process();

    /// How the `result` line ends the turn. `usage` and `stop_reason` are what the stream told before.
    /// Adds the ending, after a usage report where the ending cannot carry it; the turn is then closed.
    void end(const nlohmann::json& result, std::optional<orchestration::Usage> usage,
             const std::optional<std::string>& stop_reason, Items& items);

    /// Ends the turn as failed with `code`.
    void fail(std::string code, std::string message, const std::optional<orchestration::Usage>& usage, Items& items);

    /// As `fail`, for an error that the stream sends in place of a result. Sent again before anything else is, by such
    /// an error or by a result, it is the same ending.
    void fail_by_error(std::string code, std::string message, const std::optional<orchestration::Usage>& usage,
                       Items& items);

    [[nodiscard]] bool is_open() const;

    /// The main thread has spoken, or the user has interrupted it: more than a prompt.
    [[nodiscard]] bool has_begun() const;

    /// This call, of whichever thread, has no result yet.
    [[nodiscard]] bool awaits_result(const std::string& call_id) const;

    /// What it waits for, for a person.
    [[nodiscard]] std::string unfinished() const;

private:
    void open();
    void close();
    std::optional<std::uint64_t> cost_micros(const nlohmann::json& result);

    bool open_ = false;
    bool has_spoken_ = false;
    bool interrupted_ = false;
    bool failed_ = false;                    // by an error in place of a result, and nothing came since
    std::map<std::string, bool> unanswered_; // calls, and whether the main thread made them
    std::uint64_t process_cost_micros_ = 0;
    std::uint64_t process_api_ms_ = 0;
};

} // namespace evenfold::providers
