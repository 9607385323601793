/// Writes lines for Claude Code's standard input: the user's messages, and the control protocol.
/// Shapes: a line is one JSON object and its newline, in UTF-8; bytes that are not UTF-8 become U+FFFD.
/// Source: the Agent SDK (anthropics/claude-agent-sdk-python, `_internal/query.py` and `types.py`), and its page
/// "Handle approvals and user input" (platform.claude.com/docs/en/agent-sdk/user-input).
#pragma once

#include <cstdint>
#include <expected>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "evenfold/core/values/orchestration.hpp"
#include "evenfold/providers/wire/lines.hpp"

namespace evenfold::providers {

/// Returns whether this command line, of Claude Code or of a program that starts it, makes it read its input as a
/// stream of JSON: `--input-format stream-json`.
/// evenfold adds nothing to a user's command line. For approvals, and for interrupts during a turn, the user gives
///
///     claude -p --input-format stream-json --output-format stream-json --verbose --permission-prompt-tool stdio
///
/// and `--include-partial-messages` for text as it grows. Without `--permission-prompt-tool stdio` Claude Code requests
/// no approvals and refuses all that its rules do not allow. Such a command line must not contain a prompt.
[[nodiscard]] bool reads_stream_json(std::span<const std::string> command);

/// Returns the line that sends `text` as the user's message. An empty `session_ref` means that no session is known yet.
[[nodiscard]] std::string claude_user_line(std::string_view text, std::string_view session_ref);

/// Returns the line that opens the control protocol, for a host without hooks and MCP. Claude Code does not require it.
[[nodiscard]] std::string claude_initialize_line(std::string_view request_id);

/// Returns the line that interrupts the turn. The turn's result follows, and the process waits for the next message.
[[nodiscard]] std::string claude_interrupt_line(std::string_view request_id);

/// Claude Code's description of itself in its response to `initialize`; empty if it gave none.
struct ClaudeCapabilities {
    std::vector<std::string> commands; // names of slash commands
    std::vector<std::string> models;   // as `--model` takes them
    std::string output_style;
    friend bool operator==(const ClaudeCapabilities&, const ClaudeCapabilities&) = default;
};

/// The outcome of a request that evenfold sent.
struct ClaudeReply {
    std::string request_id;
    std::optional<std::string> error; // the reason, if it was refused
    ClaudeCapabilities welcome;       // of `initialize`
    friend bool operator==(const ClaudeReply&, const ClaudeReply&) = default;
};

/// The lines to write, and the replies, that result from a piece of the output.
struct ClaudeFeedResult {
    std::string refusals;             // lines to write at once: refusals of requests that evenfold does not serve
    std::vector<ClaudeReply> replies; // to requests that evenfold sent
    friend bool operator==(const ClaudeFeedResult&, const ClaudeFeedResult&) = default;
};

/// Kinds of errors of ClaudeControl::answer: the request is not open, or it does not accept the decision.
enum class ClaudeAnswerErrorKind : std::uint8_t { not_asked, not_fitting };

/// The reason why a decision cannot answer a request.
struct ClaudeAnswerError {
    ClaudeAnswerErrorKind kind = ClaudeAnswerErrorKind::not_asked;
    std::string what;
    std::string remedy;
    friend bool operator==(const ClaudeAnswerError&, const ClaudeAnswerError&) = default;
};

/// A fold over the output of Claude Code that keeps the data for answering its open requests. Ids of requests are
/// those of provider::AwaitingApproval. A request is discarded when its answer is written, when it is cancelled, and
/// when its turn ends.
class ClaudeControl {
public:
    /// Reads more of the output, at any chunking.
    [[nodiscard]] ClaudeFeedResult feed(std::string_view bytes);

    /// Returns the line that answers the request. A tool accepts Allow, AllowForSession and Deny; a question accepts
    /// Deny, or an Answer to each of its items. AllowForSession grants the rules that Claude Code suggested, until its
    /// session ends. If Claude Code suggested none, AllowForSession acts as Allow, and Claude Code asks again.
    [[nodiscard]] std::expected<std::string, ClaudeAnswerError>
    answer(const std::string& request_id, const orchestration::ApprovalDecision& decision) const;

    /// Discards the request, because its answer is written. A second answer then fails.
    void discard(const std::string& request_id);

    /// Returns whether AllowForSession would spare the user a further request.
    [[nodiscard]] bool has_suggestions(const std::string& request_id) const;

    /// Returns the open requests, in the order of their ids.
    [[nodiscard]] std::vector<std::string> open_requests() const;

private:
    struct OpenRequest {
        std::string tool;
        std::string input;              // as Claude Code spelt it
        std::string suggestions;        // an array, for the session; empty if there are none
        std::vector<std::string> items; // of a question
    };

    void on_line(const Line& line, ClaudeFeedResult& heard);
    void on_request(const nlohmann::json& line, std::string_view text, ClaudeFeedResult& heard);

    LineSplitter lines_{LineEnd::newline};
    std::map<std::string, OpenRequest> asked_;
};

} // namespace evenfold::providers
