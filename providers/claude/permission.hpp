/// Requests of Claude Code for the approval of its user, and their outcomes, from the control lines of its stream.
/// A request is also resolved when its tool has a result, because the stream may not contain the response.
/// Source: the control protocol of the Claude Agent SDK; `permission.request` is the recorded SDK callback.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "evenfold/providers/items.hpp"
#include "evenfold/providers/wire/json_value.hpp"

namespace evenfold::providers {

class ClaudePermission {
public:
    /// Reads a `control_request` line.
    void on_request(JsonValue line, ItemBuffer& items);

    /// Reads a `permission.request` line of a recorded SDK session.
    void on_callback(JsonValue line, ItemBuffer& items);

    /// Reads a `control_response` or `control_cancel_request` line.
    void on_response(JsonValue line, ItemBuffer& items);
    void on_cancel(JsonValue line, ItemBuffer& items);

    /// Resolves the open requests for this call, because the call has a result.
    void on_result(const std::string& call_id, ItemBuffer& items);

    /// Reads a `system` line about a denied tool.
    void on_denied(JsonValue line, ItemBuffer& items);

    /// Returns results for all calls that were denied in this turn, according to its lines and to `result`.
    [[nodiscard]] std::vector<orchestration::provider::ToolResult> denials(JsonValue result) const;

    /// Discards the open requests and the denials, because the turn has ended.
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
        JsonValue input;
    };

    void add_request(const PermissionRequest& request, ItemBuffer& items);

    std::map<std::string, PendingPermission> pending_;        // by request id, or by call id if there is none
    std::vector<std::pair<std::string, std::string>> denied_; // call ids and messages
};

} // namespace evenfold::providers
