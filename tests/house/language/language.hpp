/// Counts the idioms that CONTRIBUTING.md bans, and those that it asks for, in the prose of a file.
/// Prose: comments and texts of at least three words in string literals of code, and pages outside their code blocks.
/// Shape: counts per idiom and the lines of the banned ones, so that a test can name the worst offenders.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>
#include <vector>

#include "evenfold/tests/house/source.hpp"

namespace evenfold::house {

/// The first three are banned, the last two are what plain English uses instead.
enum class Idiom : unsigned char { answers, tells, question_subject, returns, reasons };

constexpr std::array<std::string_view, 5> idiom_names{"answer", "tell", "what-who", "return", "because-since"};
constexpr std::size_t banned_idioms = 3;

struct Usage {
    std::size_t words = 0;
    std::array<std::size_t, idiom_names.size()> counts{};
    std::vector<std::size_t> offences; // lines with a banned idiom, one entry per use

    Usage& operator+=(const Usage& more);
    [[nodiscard]] std::size_t count(Idiom idiom) const { return counts[static_cast<std::size_t>(idiom)]; }
    /// Returns the uses of `idiom` per 1,000 words; 0 if there are no words.
    [[nodiscard]] double rate(Idiom idiom) const;
};

/// Returns the prose of `source`; every other character, except ends of lines, is replaced by a space.
[[nodiscard]] std::string prose_of(const Source& source);

/// Returns the usage in the prose of `source`. Sources of any other kind than code and pages have none.
[[nodiscard]] Usage usage_of(const Source& source);

} // namespace evenfold::house
