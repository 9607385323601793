/// Approvals that Claude Code requests of its user, and their outcomes: the control requests of its stream.
/// A request is resolved once its tool has a result, even if the stream does not show who resolved it.
/// Source: the control protocol of the Claude Agent SDK; `permission.request` is the recorded SDK callback.
#pragma once

#include <map>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "evenfold/providers/items.hpp"

namespace evenfold::providers {

class ClaudePermission {
public:
    /// Reads a `control_request` line; `text` is its JSON text.
    void on_request(const nlohmann::json& line, std::string_view text, ItemBuffer& items);

    /// Reads a `permission.request` line of a recorded SDK session.
    void on_callback(const nlohmann::json& line, std::string_view text, ItemBuffer& items);

    /// Reads a `control_response` or `control_cancel_request` line.
    void on_response(const nlohmann::json& line, ItemBuffer& items);
    void on_cancel(const nlohmann::json& line, ItemBuffer& items);

    /// Resolves the open requests for this call, because its tool has a result.
    void on_result(const std::string& call_id, ItemBuffer& items);

    /// Reads a `system` line about a tool that was refused.
    void on_denied(const nlohmann::json& line, ItemBuffer& items);

    /// Returns the results of all calls refused in this turn: those that its lines reported and those in `result`.
    [[nodiscard]] std::vector<orchestration::provider::ToolResult> denials(const nlohmann::json& result) const;

    /// Discards the open requests, because the turn is over.
    void clear();

private:
    struct PendingPermission {
        std::string call_id;
        std::optional<orchestration::Question> question;
    };
    struct PermissionRequest {
        std::string request_id;
        std::string call_id;
        std::string tool;
        std::string_view input_text;
    };

    void ask(const PermissionRequest& asked, const nlohmann::json& input, ItemBuffer& items);

    std::map<std::string, PendingPermission> pending_;        // by request id; if there is none, by call id
    std::vector<std::pair<std::string, std::string>> denied_; // call ids, and the message about each
};

} // namespace evenfold::providers
