#include <algorithm>
#include <optional>
#include <string>

#include "evenfold/providers/detection/unread_formats.hpp"
#include "evenfold/providers/formats.hpp"
#include "evenfold/providers/wire/json_text.hpp"
#include "evenfold/providers/wire/lines.hpp"
#include "evenfold/providers/wire/sample.hpp"

// The first line that any recogniser claims decides. Recognisers read the members of an object from its text without
// parsing it, so that they can recognise an object that the sample truncates.

namespace evenfold::providers {

namespace {

/// Number of bytes after which detection stops, unless an object that began in them is incomplete.
constexpr std::size_t sample_bytes_max = 64U << 10;

using MaybeDetection = std::optional<Detection>;

MaybeDetection no_format(std::string_view looks_like) {
    return NoFormat{.looks_like = std::string(looks_like)};
}

MaybeDetection detect_in_line(std::string_view line) {
    const Sample sample = sample_of(line);
    const Format* best = nullptr;
    Confidence highest = Confidence::none;
    for (const Format& format : formats()) {
        const Confidence confidence = format.recognise(sample);
        if (confidence <= highest) continue;
        best = &format;
        highest = confidence;
    }
    if (best) return *best;
    const std::string_view unread = unread_format_of(sample);
    return unread.empty() ? std::nullopt : no_format(unread);
}

/// Returns whether the line contains a JSON object, so that members may be missing until the line is complete.
bool holds_object(std::string_view line) {
    return line.starts_with('{') || line.starts_with("data:");
}

/// Returns the position of the first CR or LF. Searches twice, because two searches for one byte are many times faster
/// than one for either byte.
std::size_t line_end(std::string_view text) {
    const std::size_t feed = text.find('\n');
    const std::size_t carriage_return = text.substr(0, feed).find('\r');
    return std::min(feed, carriage_return);
}

/// Returns the result of the first decisive line that begins in the sample. `at_end`: the last line is complete, even
/// without an end of line.
MaybeDetection detect_in_lines(std::string_view text, bool at_end) {
    for (std::size_t at = 0; at < std::min(text.size(), sample_bytes_max);) {
        const std::string_view rest = text.substr(at);
        const std::size_t end = line_end(rest);
        const bool is_complete = end != std::string_view::npos;
        const bool is_sampled = rest.size() >= sample_bytes_max;
        if (is_complete || at_end || rest.size() >= line_bytes_max) {
            if (auto found = detect_in_line(trimmed(rest.substr(0, end)))) return found;
            if (!is_complete) return std::nullopt;
            at += end + 1;
        } else if (!is_sampled) {
            return Undecided{};
        } else if (holds_object(rest)) {
            // The first members may prove a format. Otherwise the missing members may still decide.
            const auto found = detect_in_line(trimmed(rest.substr(0, sample_bytes_max)));
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
    // Keep the end of the last line, because it shows that the line is complete.
    text.remove_prefix(std::min(text.find_first_not_of(" \t\r\n"), text.size()));
    if (auto found = detect_in_lines(text, at_end)) return *found;
    if (!at_end && text.size() < sample_bytes_max) return Undecided{};
    // The text may be one object of several lines, such as an error body.
    if (text.starts_with('{')) {
        if (auto found = detect_in_line(text)) return *found;
    }
    return NoFormat{.looks_like = std::string(description_of(text.substr(0, sample_bytes_max)))};
}

} // namespace evenfold::providers
