/// One line from the beginning of a stream, split once for the recognisers of all formats.
/// A recogniser is a pure function from a Sample to a Confidence. The first line that a recogniser claims with
/// certainty decides; if there is none, the first that is likely. Between equal claims, the earlier row wins.
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

/// The confidence of a recogniser that the stream has its format. `likely`: other formats have such lines, too.
enum class Confidence : std::uint8_t { none, likely, certain };

/// The kind of a line: a field of an event stream, the beginning of a JSON object, or anything else.
enum class SampleKind : std::uint8_t { other, event_name, event_data, json_object };

/// A line without the blanks around it. An object of several lines is one Sample. Lines over the bound are cut.
struct Sample {
    SampleKind kind = SampleKind::other;
    std::string_view text; // the value of a field of an event stream, or the whole line
    PartialObject object;  // of event data and objects; empty otherwise

    /// Returns the spelling of the member `type`; empty if there is none.
    [[nodiscard]] std::string_view type() const { return object.string_at("type"); }
};

/// Classifies `line`, which must outlive the sample.
[[nodiscard]] Sample sample_of(std::string_view line);

/// Returns whether `word` is one of `words`.
[[nodiscard]] bool is_one_of(std::string_view word, auto... words) {
    return ((word == words) || ...);
}

} // namespace evenfold::providers
