/// Makes lines for the standard input of Claude Code: the user's messages, and the control protocol.
/// A line is one JSON object and a newline, in UTF-8. Bytes that are not UTF-8 become U+FFFD.
/// Source: the Agent SDK (anthropics/claude-agent-sdk-python, `_internal/query.py` and `types.py`), and its page
/// "Handle approvals and user input" (platform.claude.com/docs/en/agent-sdk/user-input).
#pragma once

#include <cstdint>
#include <expected>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "evenfold/core/values/orchestration/values.hpp"
#include "evenfold/providers/wire/json_value.hpp"
#include "evenfold/providers/wire/lines.hpp"

namespace evenfold::providers {

/// Returns whether this command line, of Claude Code or of a program that starts it, contains
/// `--input-format stream-json`, so that Claude Code reads its input as a stream of JSON.
/// evenfold adds no options to a command line. For approvals, and for interrupts during a turn, the user must give
///
///     claude -p --input-format stream-json --output-format stream-json --verbose --permission-prompt-tool stdio
///
/// and `--include-partial-messages` to receive text while it is generated. Without `--permission-prompt-tool stdio`,
/// Claude Code requests no approvals, and denies everything that its rules do not allow. The command line must not
/// contain a prompt.
[[nodiscard]] bool reads_stream_json(std::span<const std::string> command);

/// Returns the line that sends `text` as the user's message. `session_ref` is empty if no session is known yet.
[[nodiscard]] std::string claude_user_line(std::string_view text, std::string_view session_ref);

/// Returns the line that opens the control protocol, for a host without hooks and MCP. It is optional.
[[nodiscard]] std::string claude_initialize_line(std::string_view request_id);

/// Returns the line that interrupts the turn. Claude Code then prints the result of the turn, and continues to run.
[[nodiscard]] std::string claude_interrupt_line(std::string_view request_id);

/// The description of Claude Code in its response to `initialize`; empty if the response has none.
struct ClaudeCapabilities {
    std::vector<std::string> commands; // names of slash commands
    std::vector<std::string> models;   // as `--model` takes them
    std::string output_style;
    friend bool operator==(const ClaudeCapabilities&, const ClaudeCapabilities&) = default;
};

/// The response to a request that evenfold sent.
struct ClaudeReply {
    std::string request_id;
    std::optional<std::string> error; // set if the request was refused: the reason
    ClaudeCapabilities capabilities;  // if the request was `initialize`
    friend bool operator==(const ClaudeReply&, const ClaudeReply&) = default;
};

/// The result of ClaudeControl::feed.
struct ClaudeFeedResult {
    std::string refusals;             // lines to write at once: they refuse requests that evenfold does not support
    std::vector<ClaudeReply> replies; // to requests that evenfold sent
    friend bool operator==(const ClaudeFeedResult&, const ClaudeFeedResult&) = default;
};

/// Kinds of errors of ClaudeControl::answer: the request is not open, or it does not accept the decision.
enum class ClaudeAnswerErrorKind : std::uint8_t { not_asked, not_fitting };

/// An error of ClaudeControl::answer.
struct ClaudeAnswerError {
    ClaudeAnswerErrorKind kind = ClaudeAnswerErrorKind::not_asked;
    std::string what;
    std::string remedy;
    friend bool operator==(const ClaudeAnswerError&, const ClaudeAnswerError&) = default;
};

/// Reads the output of Claude Code and keeps the data that is needed to answer its open requests. The ids of requests
/// are those of provider::AwaitingApproval. A request is discarded when it is answered or cancelled, or when its turn
/// ends.
class ClaudeControl {
public:
    /// Reads more of the output. The result does not depend on the chunking.
    [[nodiscard]] ClaudeFeedResult feed(std::string_view bytes);

    /// Returns the line that answers the request. A request for a tool accepts Allow, AllowForSession and Deny. A
    /// question accepts Deny, or an Answer with a text per item. AllowForSession grants the rules that Claude Code
    /// suggested, until its session ends. Without suggestions it acts as Allow, and Claude Code may ask again.
    [[nodiscard]] std::expected<std::string, ClaudeAnswerError>
    answer(const std::string& request_id, const orchestration::ApprovalDecision& decision) const;

    /// Discards the request. Call it once the answer is written, so that a second answer fails.
    void discard(const std::string& request_id);

    /// Returns whether Claude Code suggested rules, so that AllowForSession prevents further requests.
    [[nodiscard]] bool has_suggestions(const std::string& request_id) const;

    /// Returns the open requests, in the order of their ids.
    [[nodiscard]] std::vector<std::string> open_requests() const;

private:
    struct OpenRequest {
        std::string tool;
        std::string input;              // in the spelling of Claude Code
        std::string suggestions;        // a JSON array of rules for the session; empty if there are none
        std::vector<std::string> items; // of a question
    };

    void on_line(const Line& line, ClaudeFeedResult& result);
    void on_request(JsonValue line, ClaudeFeedResult& result);

    LineSplitter lines_{LineEnd::newline};
    std::map<std::string, OpenRequest> open_requests_;
};

} // namespace evenfold::providers
