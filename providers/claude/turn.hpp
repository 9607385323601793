/// The state of one turn of Claude Code: whether it is open, its calls without a result, and its outcome.
/// The cost of a turn is the difference between two totals, because the process reports only a running total.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>

#include "evenfold/providers/items.hpp"
#include "evenfold/providers/wire/json_value.hpp"

namespace evenfold::providers {

class ClaudeTurn {
public:
    /// Records new items. Text, calls and prompts of the main thread open a turn.
    void record_items(std::span<const Item> items);

    /// Records that the user interrupted the turn.
    void interrupt();

    /// Records the error that an `assistant` line of the turn names, if it does.
    void on_assistant_error(JsonValue line);

    /// Resets the totals, because a new process counts its cost from zero.
    void on_new_process();

    /// Ends the turn with the outcome of the `result` line, and adds it to `items`. `usage` and `stop_reason` are those
    /// that the stream reported before. Adds a usage report first if the outcome has no field for the usage.
    void end(JsonValue result, std::optional<orchestration::Usage> usage, const std::optional<std::string>& stop_reason,
             ItemBuffer& items);

    /// Ends the turn of a format that does not report the end: as interrupted if the user interrupted it or a call of
    /// the main thread has no result, and as completed otherwise.
    void end_without_result(const std::optional<orchestration::Usage>& usage,
                            const std::optional<std::string>& stop_reason, ItemBuffer& items);

    /// Ends the turn as failed, with `code`.
    void fail(std::string_view code, std::string_view message, const std::optional<orchestration::Usage>& usage,
              ItemBuffer& items);

    /// Ends the turn as failed, because the stream contains an error instead of a result. Ignores the error if it only
    /// repeats the previous one. An error result that follows directly is then ignored, too.
    void fail_by_error(std::string_view code, std::string_view message,
                       const std::optional<orchestration::Usage>& usage, ItemBuffer& items);

    [[nodiscard]] bool is_open() const;

    /// Returns whether the user interrupted the turn, and the main thread has produced nothing since then.
    [[nodiscard]] bool is_interrupted() const;

    /// Returns whether a call of the main thread has no result yet.
    [[nodiscard]] bool has_running_call() const;

    /// Returns whether the main thread has produced output, or the user has interrupted it. Ignores the prompt.
    [[nodiscard]] bool has_begun() const;

    /// Returns whether this call, of the main thread or a subagent, has no result yet.
    [[nodiscard]] bool awaits_result(const std::string& call_id) const;

    /// Returns a text for people that names the missing result.
    [[nodiscard]] std::string describe_unfinished() const;

private:
    void open();
    void close();
    static void add_result_text(JsonValue result, std::string_view text, ItemBuffer& items);
    [[nodiscard]] std::string error_code(JsonValue result) const;
    std::optional<std::uint64_t> cost_micros(JsonValue result);

    bool open_ = false;
    bool has_output_ = false;
    bool has_text_ = false; // of the main thread
    bool interrupted_ = false;
    std::string error_code_;                           // of an assistant line
    bool failed_ = false;                              // an error instead of a result was the last event
    std::map<std::string, bool> calls_without_result_; // and whether the main thread made the call
    std::uint64_t process_cost_micros_ = 0;
    std::uint64_t process_api_ms_ = 0;
};

} // namespace evenfold::providers
