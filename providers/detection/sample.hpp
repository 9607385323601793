/// One line from the beginning of a stream, prepared once for the recognisers of all formats.
/// Shape: a recogniser is a pure function from a Sample to a Confidence. A stream has the format of the most confident
/// recogniser for its first line that any recogniser claims; between equals, the earlier row of the table wins.
///
///     Confidence recognise_news(const Sample& sample) {
///         const bool is_news = sample.kind == SampleKind::json_object && sample.type() == "news";
///         return is_news ? Confidence::certain : Confidence::none;
///     }
#pragma once

#include <cstdint>
#include <string_view>

#include "evenfold/providers/wire/partial_object.hpp"

namespace evenfold::providers {

/// How sure a recogniser is that the stream has its format. `likely`: other formats also have lines like this one.
enum class Confidence : std::uint8_t { none, likely, certain };

/// The kind of a line: a field of an event stream, the beginning of a JSON object, or anything else.
enum class SampleKind : std::uint8_t { other, event_name, event_data, json_object };

/// A line without the blanks around it. An object over several lines is one line here; a line over the bound is cut.
struct Sample {
    SampleKind kind = SampleKind::other;
    std::string_view text; // the value of the field, without the name of the field; otherwise the whole line
    PartialObject object;  // of event data and objects; empty otherwise

    /// Returns the spelling of the member `type`, or an empty text.
    [[nodiscard]] std::string_view type() const { return object.string_at("type"); }
};

/// Classifies `line`, which must outlive the sample.
[[nodiscard]] Sample sample_of(std::string_view line);

/// Returns whether `word` is one of `words`.
[[nodiscard]] bool is_one_of(std::string_view word, auto... words) {
    return ((word == words) || ...);
}

} // namespace evenfold::providers
