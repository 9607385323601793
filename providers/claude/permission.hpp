/// What Claude Code asks of its user, and how that was settled: the control requests of its stream.
/// A request whose tool came back was settled, even where the stream does not show by whom.
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
    /// A `control_request` line; `text` is its JSON text.
    void on_request(const nlohmann::json& line, std::string_view text, Items& items);

    /// A `permission.request` line of a recorded SDK session.
    void on_callback(const nlohmann::json& line, std::string_view text, Items& items);

    /// A `control_response` or `control_cancel_request` line.
    void on_response(const nlohmann::json& line, Items& items);
    void on_cancel(const nlohmann::json& line, Items& items);

    /// The tool of this call came back.
    void on_result(const std::string& call_id, Items& items);

    /// A `system` line that says that a tool was refused.
    void on_denied(const nlohmann::json& line, Items& items);

    /// The results of all calls that were refused in this turn, as far as its lines told and as `result` lists them.
    [[nodiscard]] std::vector<orchestration::provider::ToolResult> denials(const nlohmann::json& result) const;

    /// The turn is over: what is still open is forgotten.
    void clear();

private:
    struct Pending {
        std::string call_id;
        std::optional<orchestration::Question> question;
    };
    struct Asked {
        std::string request_id;
        std::string call_id;
        std::string tool;
        std::string_view input_text;
    };

    void ask(const Asked& asked, const nlohmann::json& input, Items& items);

    std::map<std::string, Pending> pending_;                  // by request id; without one, by call id
    std::vector<std::pair<std::string, std::string>> denied_; // call ids, and what was said of them
};

} // namespace evenfold::providers
