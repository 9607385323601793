/// Finds the subagent to which a row of a Claude Code transcript belongs.
/// A row of a subagent names its agent, or only the row before it. The agent belongs to the call whose prompt its first
/// row repeats. If the transcript does not contain that call, the id of the first row stands for the agent.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "evenfold/providers/wire/json_value.hpp"

namespace evenfold::providers {

class Sidechains {
public:
    /// Records the calls in the `content` of a message that start a subagent.
    void record_calls(JsonValue content);

    /// Returns the parent of the items of `row`: the id of a call, or of the first row of the subagent. `prompt` is the
    /// text that the row repeats if it is the first.
    [[nodiscard]] std::string parent_of(JsonValue row, std::string_view prompt);

    /// Records a row without a message, because the next row of its subagent may name it.
    void record_row(JsonValue row);

    /// Discards the calls and rows of the turn, because it has ended. Agents with a name may continue in later turns.
    void clear();

private:
    [[nodiscard]] std::string find_call(std::string_view prompt);

    std::multimap<std::string, std::string> calls_;      // by the hash of the prompt, without a subagent so far
    std::map<std::string, std::string> parent_by_agent_; // of agents with a name
    std::map<std::string, std::string> parent_by_row_;   // of rows whose agent has no name
};

} // namespace evenfold::providers
