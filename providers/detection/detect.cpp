#include <algorithm>
#include <optional>
#include <string>

#include "evenfold/providers/detection/sample.hpp"
#include "evenfold/providers/detection/unread_formats.hpp"
#include "evenfold/providers/formats.hpp"
#include "evenfold/providers/wire/json_text.hpp"
#include "evenfold/providers/wire/lines.hpp"

// The first line that any recogniser claims decides. Recognisers look at the type of an object and at its other members
// in the spelling of the text, so that an object that the sample cuts short can be recognised.

namespace evenfold::providers {

namespace {

/// Number of bytes examined before detection gives up, unless an object that began in them is incomplete.
constexpr std::size_t sample_bytes_max = 64U << 10;

using MaybeDetection = std::optional<Detection>;

MaybeDetection no_format(std::string_view looks_like) {
    return NoFormat{.looks_like = std::string(looks_like)};
}

MaybeDetection of_line(std::string_view line) {
    const Sample sample = sample_of(line);
    const Format* best = nullptr;
    Confidence most = Confidence::none;
    for (const Format& format : formats()) {
        const Confidence confidence = format.recognise(sample);
        if (confidence <= most) continue;
        best = &format;
        most = confidence;
    }
    if (best) return *best;
    const std::string_view unread = unread_format_of(sample);
    return unread.empty() ? std::nullopt : no_format(unread);
}

/// Returns whether a line must be complete before missing members count. In an event stream a field name comes first.
bool holds_object(std::string_view line) {
    return line.starts_with('{') || line.starts_with("data:");
}

/// Returns the position of the first CR or LF. Two searches for one byte are many times faster than one for either.
std::size_t line_end(std::string_view text) {
    const std::size_t feed = text.find('\n');
    const std::size_t carriage_return = text.substr(0, feed).find('\r');
    return std::min(feed, carriage_return);
}

/// Returns the verdict of the first decisive line that begins in the sample. `at_end`: the last line may be judged
/// without an end of line.
MaybeDetection of_lines(std::string_view text, bool at_end) {
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
            // A format that its first members prove is certain; otherwise the missing members may still come.
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
    if (const std::string_view binary = binary_format_of(beginning); !binary.empty()) return *no_format(binary);
    std::string_view text = beginning;
    if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
    // The end of the last line must stay, because it shows that the line is whole.
    text.remove_prefix(std::min(text.find_first_not_of(" \t\r\n"), text.size()));
    if (auto found = of_lines(text, at_end)) return *found;
    if (!at_end && text.size() < sample_bytes_max) return Undecided{};
    // One object over several lines, as an error body may be.
    if (text.starts_with('{')) {
        if (auto found = of_line(text)) return *found;
    }
    return NoFormat{.looks_like = std::string(description_of(text.substr(0, sample_bytes_max)))};
}

} // namespace evenfold::providers
