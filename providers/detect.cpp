#include <algorithm>
#include <array>
#include <cctype>
#include <optional>
#include <string>
#include <utility>

#include "evenfold/providers/json_text.hpp"
#include "evenfold/providers/lines.hpp"
#include "evenfold/providers/provider.hpp"

// Formats are told apart by the first object that is decisive: by its type and by what else it holds, in the
// spelling of the text, so that an object which the sample cuts short still tells.

namespace evenfold::providers {

namespace {

/// How much is looked at before the answer is no, unless an object that began in it is not whole yet.
constexpr std::size_t sample_bytes_max = 64U << 10;

using Verdict = std::optional<Detection>;

/// An object as far as it can be seen.
class Glimpse {
public:
    explicit Glimpse(std::string_view text) : members_(members_of(text)) {}

    [[nodiscard]] bool has(std::string_view key) const { return find(key) != nullptr; }

    /// The text of a member that is a string; empty otherwise.
    [[nodiscard]] std::string_view word(std::string_view key) const {
        const MemberText* found = find(key);
        if (!found || !found->whole || found->value.size() < 2 || found->value.front() != '"') return {};
        return found->value.substr(1, found->value.size() - 2);
    }

    [[nodiscard]] Glimpse inside(std::string_view key) const {
        const MemberText* found = find(key);
        return Glimpse(found ? found->value : std::string_view());
    }

private:
    [[nodiscard]] const MemberText* find(std::string_view key) const {
        const auto found = std::ranges::find(members_, key, &MemberText::key);
        return found == members_.end() ? nullptr : &*found;
    }

    std::vector<MemberText> members_;
};

bool is_one_of(std::string_view word, auto... words) {
    return ((word == words) || ...);
}

Verdict no_format(std::string_view looks_like) {
    return NoFormat{.looks_like = std::string(looks_like)};
}

Verdict anthropic_event(std::string_view type) {
    const bool known = is_one_of(type, "message_start", "content_block_start", "content_block_delta",
                                 "content_block_stop", "message_delta", "message_stop", "ping");
    return known ? Verdict(Format::anthropic_sse) : std::nullopt;
}

Verdict of_event_data(std::string_view data) {
    const Glimpse object(data);
    const std::string_view type = object.word("type");
    if (auto found = anthropic_event(type)) return found;
    if (type == "error" && object.inside("error").has("type")) return Format::anthropic_sse;
    if (type.starts_with("response.")) return no_format("an OpenAI Responses stream");
    if (object.has("choices")) return no_format("an OpenAI Chat Completions stream");
    if (object.has("candidates") || object.has("usageMetadata")) return no_format("a Gemini stream");
    if (object.has("properties") && !type.empty()) return no_format("an opencode event stream");
    return std::nullopt;
}

Verdict of_event_name(std::string_view name) {
    if (name == "ping" || name == "error") return std::nullopt;
    if (name.starts_with("response.")) return no_format("an OpenAI Responses stream");
    return anthropic_event(name);
}

bool is_claude_type(std::string_view type) {
    return is_one_of(type, "stream_event", "rate_limit_event", "control_request", "control_response",
                     "control_cancel_request", "permission.request", "session.forked");
}

/// An object of Claude Code, in its stream or in the transcript that it keeps.
Verdict of_claude_line(const Glimpse& line, std::string_view type) {
    if (is_claude_type(type)) return Format::claude_stream_json;
    const bool is_transcript = line.has("sessionId") || line.has("parentUuid") || line.has("isSidechain");
    const bool is_shared = is_one_of(type, "assistant", "user", "system");
    if (is_transcript && (is_shared || !line.has("session_id"))) return no_format("a Claude Code transcript");
    if (type == "system" && line.has("subtype")) return Format::claude_stream_json;
    if (is_one_of(type, "assistant", "user") && line.has("message")) return Format::claude_stream_json;
    if (type == "result" && (line.has("subtype") || line.has("is_error"))) return Format::claude_stream_json;
    const bool is_cut = type.empty() && line.has("message");
    const bool is_claude = line.has("parent_tool_use_id") || line.inside("message").has("role");
    if (is_cut && is_claude) return Format::claude_stream_json;
    return std::nullopt;
}

Verdict of_other_line(const Glimpse& line, std::string_view type) {
    if (type.starts_with("thread.") || type.starts_with("turn.") || type.starts_with("item.")) {
        return no_format("a codex exec stream");
    }
    if (line.has("payload") && line.has("timestamp")) return no_format("a codex rollout");
    if (is_one_of(type, "file-history-snapshot", "summary", "queue-operation")) {
        return no_format("a Claude Code transcript");
    }
    if (line.has("method") && line.has("response")) return no_format("a Gemini CLI recording");
    if (line.has("jsonrpc") || line.has("method")) return no_format("a JSON-RPC conversation");
    if (line.has("sessionID") || (line.has("properties") && !type.empty())) return no_format("an opencode stream");
    if (is_one_of(type, "init", "message", "tool_use", "tool_result") && line.has("timestamp")) {
        return no_format("a Gemini CLI stream");
    }
    if (line.has("candidates")) return no_format("a Gemini answer");
    if (line.has("choices")) return no_format("an OpenAI Chat Completions answer");
    if (type == "message") return no_format("a whole Anthropic message, not a stream");
    return std::nullopt;
}

Verdict of_json_line(std::string_view text) {
    const Glimpse line(text);
    const std::string_view type = line.word("type");
    if (type == "error" && line.has("error") && !line.has("sessionID")) return Format::anthropic_sse;
    if (auto found = of_claude_line(line, type)) return found;
    return of_other_line(line, type);
}

Verdict of_line(std::string_view line) {
    if (line.starts_with("data:")) return of_event_data(trimmed(line.substr(5)));
    if (line.starts_with("event:")) return of_event_name(trimmed(line.substr(6)));
    if (line.starts_with('{')) return of_json_line(line);
    return std::nullopt;
}

/// What no text begins with.
Verdict of_magic(std::string_view bytes) {
    using Magic = std::pair<std::string_view, std::string_view>;
    constexpr auto known = std::to_array<Magic>({{"\x89PNG", "a PNG image"},
                                                 {"\xFF\xD8\xFF", "a JPEG image"},
                                                 {"GIF8", "a GIF image"},
                                                 {"%PDF", "a PDF document"},
                                                 {"PK\x03\x04", "a ZIP archive"},
                                                 {"\x1F\x8B", "gzip data"},
                                                 {"\x28\xB5\x2F\xFD", "zstd data"},
                                                 {"\x7F"
                                                  "ELF",
                                                  "a program"},
                                                 {"SQLite format 3", "an SQLite database"}});
    for (const auto& [magic, looks_like] : known) {
        if (bytes.starts_with(magic)) return no_format(looks_like);
    }
    return std::nullopt;
}

bool is_binary(std::string_view bytes) {
    const auto odd = std::ranges::count_if(bytes, [](char c) {
        return static_cast<unsigned char>(c) < 0x20 && !std::isspace(static_cast<unsigned char>(c)) && c != '\x1B';
    });
    return odd * 8 > std::ssize(bytes);
}

/// What a person would call text in which nothing was decisive.
std::string_view last_word(std::string_view text) {
    if (text.empty()) return "nothing: it is empty";
    if (is_binary(text)) return "binary data";
    if (text.starts_with("data:") || text.starts_with("event:") || text.starts_with(':')) {
        return "an event stream of another kind";
    }
    if (text.starts_with('{')) return "JSON that is not a stream of a known kind";
    if (text.starts_with('[')) return "a JSON array";
    if (text.starts_with('<')) return "a markup document";
    return "plain text";
}

/// An object may come whole before it is judged by what it lacks; in an event stream it follows its field.
bool holds_object(std::string_view line) {
    return line.starts_with('{') || line.starts_with("data:");
}

/// Where the first CR or LF is. (Twice a search for one is many times faster than one for either.)
std::size_t line_end(std::string_view text) {
    const std::size_t feed = text.find('\n');
    const std::size_t turn_back = text.substr(0, feed).find('\r');
    return std::min(feed, turn_back);
}

/// The verdict of the first decisive line that begins in the sample. `at_end`: the last line may be judged though it
/// has no end.
Verdict of_lines(std::string_view text, bool at_end) {
    for (std::size_t at = 0; at < std::min(text.size(), sample_bytes_max);) {
        const std::string_view rest = text.substr(at);
        const std::size_t end = line_end(rest);
        const bool is_whole = end != std::string_view::npos;
        const bool is_sampled = rest.size() >= sample_bytes_max;
        if (is_whole || at_end || rest.size() >= line_bytes_max) {
            if (auto found = of_line(trimmed(rest.substr(0, end)))) return found;
            if (!is_whole) return std::nullopt;
            at += end + 1;
        } else if (!is_sampled) {
            return Undecided{};
        } else if (holds_object(rest)) {
            // What its first members tell is certain; what they do not may still come.
            const auto found = of_line(trimmed(rest.substr(0, sample_bytes_max)));
            return found && std::holds_alternative<Format>(*found) ? found : Undecided{};
        } else {
            return std::nullopt;
        }
    }
    return std::nullopt;
}

} // namespace

Detection detect(std::string_view beginning, bool at_end) {
    if (auto found = of_magic(beginning)) return *found;
    std::string_view sample = beginning;
    if (sample.starts_with("\xEF\xBB\xBF")) sample.remove_prefix(3);
    // The end of the last line must stay: it says that the line is whole.
    sample.remove_prefix(std::min(sample.find_first_not_of(" \t\r\n"), sample.size()));
    if (auto found = of_lines(sample, at_end)) return *found;
    if (!at_end && sample.size() < sample_bytes_max) return Undecided{};
    // One object over several lines, as an error body may be.
    if (sample.starts_with('{')) {
        if (auto found = of_json_line(sample)) return *found;
    }
    return NoFormat{.looks_like = std::string(last_word(sample.substr(0, sample_bytes_max)))};
}

} // namespace evenfold::providers
