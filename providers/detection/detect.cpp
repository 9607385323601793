#include <algorithm>
#include <optional>
#include <string>

#include "evenfold/providers/detection/dialects.hpp"
#include "evenfold/providers/detection/unread_formats.hpp"
#include "evenfold/providers/formats.hpp"
#include "evenfold/providers/wire/json_text.hpp"
#include "evenfold/providers/wire/lines.hpp"
#include "evenfold/providers/wire/objects.hpp"
#include "evenfold/providers/wire/sample.hpp"

// The first line that a recogniser claims with certainty decides, because lines of a log may precede it. Recognisers
// read the members of an object from its text without parsing it, so that they can recognise an object that is cut.

namespace evenfold::providers {

namespace {

/// Number of bytes in which a line that decides must begin.
constexpr std::size_t sample_bytes_max = 1U << 20;

/// Number of bytes after which an incomplete line is judged by its beginning.
constexpr std::size_t line_sample_bytes_max = 64U << 10;

/// Number of certain lines of a format that is not read, after which it is not taken for a log.
constexpr std::size_t unread_lines_min = 3;

NoFormat named(std::string_view name) {
    return {.looks_like = std::string(name), .is_named = true};
}

/// Judges the lines of the sample, in order.
class FormatSearch {
public:
    void add(const Sample& sample) {
        if (decided_) return;
        if (const std::string_view dialect = dialect_of(sample); !dialect.empty()) {
            decided_ = named(dialect);
            return;
        }
        const auto [format, confidence] = best_format_of(sample);
        if (confidence == Confidence::certain) decided_ = *format;
        if (confidence == Confidence::likely && !likely_) likely_ = *format;
        if (confidence == Confidence::none) add_unread(unread_format_of(sample));
    }

    /// Returns the format once a line has decided.
    [[nodiscard]] const std::optional<Detection>& decided() const { return decided_; }

    /// Returns the most probable format if no more lines follow.
    [[nodiscard]] std::optional<Detection> probable() const {
        if (decided_ || likely_) return decided_ ? decided_ : likely_;
        return unread_.empty() ? std::nullopt : std::optional<Detection>(named(unread_));
    }

private:
    struct Best {
        const Format* format = nullptr;
        Confidence confidence = Confidence::none;
    };

    static Best best_format_of(const Sample& sample) {
        Best best;
        for (const Format& format : formats()) {
            const Confidence confidence = format.recognise(sample);
            if (confidence > best.confidence) best = {.format = &format, .confidence = confidence};
        }
        return best;
    }

    void add_unread(const UnreadMatch& match) {
        if (match.name.empty()) return;
        if (unread_.empty()) unread_ = match.name;
        if (match.is_certain && ++unread_lines_ >= unread_lines_min) decided_ = named(unread_);
    }

    std::optional<Detection> decided_;
    std::optional<Detection> likely_; // the first
    std::string_view unread_;         // the first
    std::size_t unread_lines_ = 0;
};

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

/// The lines of the sample, with the objects in them.
class SampleReader {
public:
    explicit SampleReader(FormatSearch& search) : search_(search) {}

    void add(std::string_view line) {
        const Sample sample = sample_of(line);
        if (objects_.is_inside_object() || sample.kind == SampleKind::other || line == "{")
            return objects_.feed(line, {}, [this](const LinePart& part) { add_part(part); });
        search_.add(sample);
    }

    void finish() {
        objects_.finish([this](const LinePart& part) { add_part(part); });
    }

private:
    void add_part(const LinePart& part) {
        if (part.kind != LinePartKind::noise) search_.add(sample_of(part.text));
    }

    FormatSearch& search_;
    ObjectSplitter objects_;
};

/// Returns the result of the lines that begin in the sample. `at_end`: the last line is complete, even without an end
/// of line. Returns nothing if no line is of a known format.
std::optional<Detection> detect_in_lines(std::string_view text, bool at_end) {
    FormatSearch search;
    SampleReader reader(search);
    for (std::size_t at = 0; at < std::min(text.size(), sample_bytes_max);) {
        const std::string_view rest = text.substr(at);
        const std::size_t end = line_end(rest);
        const bool is_complete = end != std::string_view::npos;
        if (!is_complete && !at_end && rest.size() < line_bytes_max) {
            if (rest.size() < line_sample_bytes_max) return Undecided{};
            if (!holds_object(rest)) return search.probable();
            // The first members may prove a format. Otherwise the missing members may still decide.
            search.add(sample_of(trimmed(rest.substr(0, line_sample_bytes_max))));
            const auto found = search.probable();
            return found && std::holds_alternative<Format>(*found) ? found : Undecided{};
        }
        reader.add(trimmed(rest.substr(0, end)));
        if (search.decided()) return search.decided();
        if (!is_complete) break;
        at += end + 1;
    }
    if (!at_end && text.size() < sample_bytes_max) return Undecided{};
    reader.finish();
    return search.probable();
}

} // namespace

Detection detect(std::string_view beginning, bool at_end) {
    if (const std::string_view binary = binary_format_of(beginning); !binary.empty())
        return NoFormat{.looks_like = std::string(binary), .is_named = true};
    std::string_view text = beginning;
    if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
    // Keep the end of the last line, because it shows that the line is complete.
    text.remove_prefix(std::min(text.find_first_not_of(" \t\r\n"), text.size()));
    if (auto found = detect_in_lines(text, at_end)) return *found;
    return NoFormat{.looks_like = std::string(description_of(text.substr(0, line_sample_bytes_max))),
                    .is_named = false};
}

} // namespace evenfold::providers
