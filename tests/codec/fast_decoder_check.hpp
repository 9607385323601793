/// Comparisons of the quick codec with the plain one, for the tests of the quick codec.
/// Shape: each function decodes a text with both and fails the property unless they agree.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "evenfold/codec/codec.hpp"
#include "evenfold/core/erased/any_domain.hpp"
#include "evenfold/core/reflection/shape.hpp"
#include "evenfold/tests/support/arbitrary.hpp"
#include "evenfold/tests/support/law.hpp"

namespace evenfold::sample {
struct Everything;
} // namespace evenfold::sample

namespace evenfold::codec {

/// Returns whether the quick reader has a result for `json`. If it does, fails the property unless the plain reader has
/// the same. Compares the JSON that the objects are written as, because not all of them are equal to themselves.
bool fast_decoder_agrees(const Shape& shape, AnyPointer (*make)(), std::string_view json);

template <class T>
bool fast_decoder_agrees(std::string_view json) {
    return fast_decoder_agrees(shape_of<T>(), [] { return make_any<T>(); }, json);
}

/// The number of changed texts for which the quick reader had a result, and of those that it left to the plain one.
struct DecoderTally {
    std::size_t answered = 0;
    std::size_t left = 0;

    void count(bool has_answered) { ++(has_answered ? answered : left); }
};

/// Counts in `tally` the results of the quick reader for 20 texts with one change to `json` and 20 with two.
void check_changed_texts(bool (*agrees)(std::string_view), const std::string& json, std::uint64_t seed,
                         DecoderTally& tally);

/// The same for the text of a random value of type T, for which the quick reader must have a result.
template <class T>
void check_fast_decoder(std::uint64_t seed, DecoderTally& tally) {
    const std::string json = encode(tests::anything<T>(seed));
    tests::law(fast_decoder_agrees<T>(json), "no answer to " + json);
    check_changed_texts(&fast_decoder_agrees<T>, json, seed, tally);
}

extern template void check_fast_decoder<sample::Everything>(std::uint64_t, DecoderTally&);

} // namespace evenfold::codec
