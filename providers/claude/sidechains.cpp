#include "evenfold/providers/claude/sidechains.hpp"

#include <utility>

#include "evenfold/core/values/sha256.hpp"
#include "evenfold/providers/wire/json_text.hpp"

namespace evenfold::providers {

void Sidechains::record_calls(JsonValue content) {
    for (const JsonValue block : content.elements()) {
        const std::string_view name = text_at(block, "name");
        const std::string_view prompt = text_at(member_at(block, "input"), "prompt");
        if (text_at(block, "type") != "tool_use" || (name != "Task" && name != "Agent") || prompt.empty()) continue;
        calls_.emplace(sha256_hex(prompt), text_at(block, "id"));
    }
}

std::string Sidechains::parent_of(JsonValue row, std::string_view prompt) {
    const std::string agent(text_at(row, "agentId"));
    const std::string before(text_at(row, "parentUuid"));
    std::string id(text_at(row, "uuid"));
    auto& known = agent.empty() ? parent_by_row_ : parent_by_agent_;
    if (const auto found = known.find(agent.empty() ? before : agent); found != known.end()) {
        const std::string parent = found->second;
        if (agent.empty() && !id.empty()) known.emplace(std::move(id), parent);
        return parent;
    }
    std::string parent = find_call(prompt);
    if (parent.empty()) parent = id.empty() ? "subagent" : id;
    known.emplace(agent.empty() ? id : agent, parent);
    return parent;
}

void Sidechains::record_row(JsonValue row) {
    const auto found = parent_by_row_.find(std::string(text_at(row, "parentUuid")));
    if (found == parent_by_row_.end()) return;
    if (auto id = nonempty_at(row, "uuid")) parent_by_row_.emplace(*std::move(id), found->second);
}

void Sidechains::clear() {
    calls_.clear();
    parent_by_row_.clear();
}

/// Returns the first call with that prompt, and removes it. Returns an empty string if there is none.
std::string Sidechains::find_call(std::string_view prompt) {
    if (calls_.empty() || prompt.empty()) return {};
    const auto found = calls_.find(sha256_hex(prompt));
    if (found == calls_.end()) return {};
    std::string call = std::move(found->second);
    calls_.erase(found);
    return call;
}

} // namespace evenfold::providers
