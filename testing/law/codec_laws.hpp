/// Laws of the stored forms: values survive a round trip through JSON, and unknown fields are kept.
/// Cost: encodes and decodes the commands and decisions of the sampled steps, and two models.
/// Source: docs/laws.md, "The laws".
#pragma once

#include "evenfold/testing/law/sampled_steps.hpp"

namespace evenfold::testing {

namespace kit {

/// Encodes the value to JSON and decodes it again.
[[nodiscard]] Verdict round_trip(const AnyType& type, const void* value);

/// Passes the event through its stored form with an additional field.
[[nodiscard]] Verdict keeps_unknown_fields(const AnyType& type, const void* event);

/// Checks that a kernel that starts from a copy of `snapshot`, before step `index`, continues as `history` did.
[[nodiscard]] Verdict continues_equally(const AnyHistory& history, std::size_t index, const void* snapshot);

[[nodiscard]] AnyLaw codec_round_trip();
[[nodiscard]] AnyLaw unknown_fields_kept();
[[nodiscard]] AnyLaw snapshot_and_tail();

} // namespace kit

template <class T>
[[nodiscard]] Verdict round_trip(const T& value) {
    return kit::round_trip(any_type<T>, &value);
}

template <class Event>
[[nodiscard]] Verdict keeps_unknown_fields(const Event& event) {
    return kit::keeps_unknown_fields(any_type<Event>, &event);
}

template <Testable D>
[[nodiscard]] Verdict
continues_equally(const History<D>& history, std::size_t index, const typename D::Model& snapshot) {
    return kit::continues_equally(any_history(history), index, &snapshot);
}

template <Testable D>
[[nodiscard]] Law<D> codec_round_trip() {
    return law_for<D>(kit::codec_round_trip());
}

template <Testable D>
[[nodiscard]] Law<D> unknown_fields_kept() {
    return law_for<D>(kit::unknown_fields_kept());
}

template <Testable D>
[[nodiscard]] Law<D> snapshot_and_tail() {
    return law_for<D>(kit::snapshot_and_tail());
}

} // namespace evenfold::testing
