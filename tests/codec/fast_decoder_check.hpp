/// Compares the fast decoder with the plain decoder.
/// Each function decodes a text with both decoders, and fails the property unless they agree.
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

/// Returns whether the fast decoder accepts `json`. If it does, fails the property unless the plain decoder returns the
/// same object. Compares the JSON of the objects, because an object with a NaN does not equal itself.
bool fast_decoder_agrees(const Shape& shape, AnyPointer (*make)(), std::string_view json);

template <class T>
bool fast_decoder_agrees(std::string_view json) {
    return fast_decoder_agrees(shape_of<T>(), [] { return make_any<T>(); }, json);
}

/// The numbers of changed texts that the fast decoder accepted, and that it left to the plain decoder.
struct DecoderTally {
    std::size_t accepted = 0;
    std::size_t left = 0;

    void count(bool is_accepted) { ++(is_accepted ? accepted : left); }
};

/// Checks 20 texts with one random change to `json` and 20 with two. Counts the results in `tally`.
void check_changed_texts(bool (*agrees)(std::string_view), const std::string& json, std::uint64_t seed,
                         DecoderTally& tally);

/// Checks the JSON of a random value of type T, which the fast decoder must accept, and random changes to it.
template <class T>
void check_fast_decoder(std::uint64_t seed, DecoderTally& tally) {
    const std::string json = encode(tests::anything<T>(seed));
    tests::law(fast_decoder_agrees<T>(json), "not accepted: " + json);
    check_changed_texts(&fast_decoder_agrees<T>, json, seed, tally);
}

extern template void check_fast_decoder<sample::Everything>(std::uint64_t, DecoderTally&);

} // namespace evenfold::codec
