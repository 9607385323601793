/// What is written to Claude Code's standard input, line by line: what the user says, and the control protocol.
/// Shapes: a line is one JSON object and its newline, in UTF-8; bytes that are not become U+FFFD.
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

/// Whether this command line, of Claude Code or of what starts it, has it read its input as a stream of JSON:
/// `--input-format stream-json`.
/// Nothing is ever added to a user's command line. For approvals and interrupts while it works, the user gives
///
///     claude -p --input-format stream-json --output-format stream-json --verbose --permission-prompt-tool stdio
///
/// and `--include-partial-messages` for text as it grows. Without `--permission-prompt-tool stdio` Claude Code asks
/// nobody, and refuses what its rules do not allow. A prompt must not stand on such a command line.
[[nodiscard]] bool reads_stream_json(std::span<const std::string> command);

/// The line that says `text` as the user, in the session told last (`default` before one was told).
[[nodiscard]] std::string claude_user_line(std::string_view text, std::string_view session_ref);

/// The line that opens the control protocol for a host that has no hooks and serves no MCP. Claude Code works without.
[[nodiscard]] std::string claude_initialize_line(std::string_view request_id);

/// The line that interrupts the turn: its result follows, and the process waits for the next message.
[[nodiscard]] std::string claude_interrupt_line(std::string_view request_id);

/// What Claude Code told of itself in answer to `initialize`; empty where it did not.
struct ClaudeWelcome {
    std::vector<std::string> commands; // names of slash commands
    std::vector<std::string> models;   // as `--model` takes them
    std::string output_style;
    friend bool operator==(const ClaudeWelcome&, const ClaudeWelcome&) = default;
};

/// What became of a request of ours.
struct ClaudeReply {
    std::string request_id;
    std::optional<std::string> error; // why it was refused
    ClaudeWelcome welcome;            // of `initialize`
    friend bool operator==(const ClaudeReply&, const ClaudeReply&) = default;
};

/// What a piece of the output calls for.
struct ClaudeHeard {
    std::string answer;               // lines to write at once: requests that nobody serves here are refused
    std::vector<ClaudeReply> replies; // to requests of ours
    friend bool operator==(const ClaudeHeard&, const ClaudeHeard&) = default;
};

/// Why a request cannot be answered so.
struct ClaudeMismatch {
    enum class Kind : std::uint8_t { not_asked, not_fitting };
    Kind kind = Kind::not_asked;
    std::string what;
    std::string remedy;
    friend bool operator==(const ClaudeMismatch&, const ClaudeMismatch&) = default;
};

/// A fold over the output of Claude Code that keeps what its open requests need to be answered. Ids of requests are
/// those of provider::AwaitingApproval. A request is forgotten when its answer is written, when it is cancelled, and
/// with its turn.
class ClaudeControl {
public:
    /// Takes in more of the output, at any chunking.
    [[nodiscard]] ClaudeHeard feed(std::string_view bytes);

    /// The line that answers the request. A tool takes Allow, AllowForSession and Deny; a
    /// question takes Deny, or an Answer to each of its items. AllowForSession grants the rules that Claude Code
    /// suggested, for its session and no longer; where it suggested none, it is Allow, and Claude Code asks again.
    [[nodiscard]] std::expected<std::string, ClaudeMismatch>
    answer(const std::string& request_id, const orchestration::ApprovalDecision& decision) const;

    /// The answer is written, so that there can be no second one.
    void forget(const std::string& request_id);

    /// Whether AllowForSession would spare the user a question.
    [[nodiscard]] bool has_suggestions(const std::string& request_id) const;

    /// The requests that wait, in the order of their ids.
    [[nodiscard]] std::vector<std::string> open_requests() const;

private:
    struct Asked {
        std::string tool;
        std::string input;              // as Claude Code spelt it
        std::string suggestions;        // an array, for the session; empty when there are none
        std::vector<std::string> items; // of a question
    };

    void on_line(const Line& line, ClaudeHeard& heard);
    void on_request(const nlohmann::json& line, std::string_view text, ClaudeHeard& heard);

    Lines lines_{LineEnd::newline};
    std::map<std::string, Asked> asked_;
};

} // namespace evenfold::providers
