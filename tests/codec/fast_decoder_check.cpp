#include "evenfold/tests/codec/fast_decoder_check.hpp"

#include <algorithm>
#include <array>
#include <random>

#include "evenfold/tests/codec/sample.hpp"

namespace evenfold::codec {

using tests::law;

namespace {

/// Returns `json` with one small random change that a decoder might mishandle.
std::string mutated(std::string json, std::mt19937_64& engine) {
    static constexpr std::array<std::string_view, 32> pieces{"\"",
                                                             "\\",
                                                             "{",
                                                             "}",
                                                             "[",
                                                             "]",
                                                             ",",
                                                             ":",
                                                             "0",
                                                             "-",
                                                             "1e3",
                                                             ".5",
                                                             " ",
                                                             "\n",
                                                             "\x01",
                                                             "\xc3",
                                                             "\xff",
                                                             "null",
                                                             "NaN",
                                                             "true",
                                                             "\\u0000",
                                                             "\\u00e9",
                                                             "\\ud83d",
                                                             "\\n",
                                                             "\\x",
                                                             "\xc3\xa9",
                                                             "\xed\xa0\x80",
                                                             R"({"$hex":"ff"})",
                                                             R"("$hex")",
                                                             R"("type":)",
                                                             "00",
                                                             "99999999999999999999"};
    const auto position = [&] { return static_cast<std::size_t>(engine() % (json.size() + 1)); };
    const auto piece = pieces[engine() % pieces.size()];
    switch (engine() % 6) {
    case 0: json.insert(position(), piece); break;
    case 1: json.erase(position(), 1 + engine() % 3); break;
    case 2: json.replace(position(), 1, piece); break;
    case 3: json.resize(position()); break;
    case 4: { // repeats a key, a value or a bracket
        const std::size_t from = position();
        json.insert(position(), json.substr(from, 1 + engine() % 24));
        break;
    }
    default: json.insert(std::min(json.find_first_of(",:}]", position()), json.size()), piece);
    }
    return json;
}

} // namespace

bool fast_decoder_agrees(const Shape& shape, AnyPointer (*make)(), std::string_view json) {
    const AnyPointer fast = make();
    if (!try_decode_fast(shape, fast.get(), json)) return false;
    const AnyPointer plain = make();
    const auto unknown = decode(shape, plain.get(), json);
    law(unknown.has_value(), std::string(json) + (unknown ? "" : "\n" + to_text(unknown.error())));
    law(unknown->empty(), std::string(json));
    law(encode(shape, plain.get()) == encode(shape, fast.get()), std::string(json));
    return true;
}

void check_changed_texts(bool (*agrees)(std::string_view), const std::string& json, std::uint64_t seed,
                         DecoderTally& tally) {
    std::mt19937_64 engine(seed);
    for (int change = 0; change < 20; ++change) {
        const std::string once = mutated(json, engine);
        tally.count(agrees(once));
        tally.count(agrees(mutated(once, engine)));
    }
}

template void check_fast_decoder<sample::Everything>(std::uint64_t, DecoderTally&);

} // namespace evenfold::codec
