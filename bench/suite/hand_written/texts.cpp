#include <random>
#include <string>
#include <vector>

#include "evenfold/bench/suite/cases.hpp"
#include "evenfold/core/containers/compact_string.hpp"

namespace evenfold::bench {
namespace {

/// Copies pieces of 1 to 23 bytes, as decisions do, and appends them to one of 64 texts, as the fold does.
template <class Piece>
std::string append_pieces(RunTimer& watch, std::size_t count) {
    std::mt19937 random(42);
    std::vector<Piece> pieces;
    for (std::size_t i = 0; i < count; ++i) pieces.emplace_back(std::string(1 + random() % 23, 'x'));
    std::vector<CompactString> texts(64);
    for (CompactString& text : texts) text.reserve(count);
    watch.start();
    for (std::size_t i = 0; i < count; ++i) {
        const Piece copy = pieces[i]; // NOLINT(performance-unnecessary-copy-initialization): the copy is measured
        texts[i % texts.size()] += copy;
    }
    watch.stop();
    std::size_t bytes = 0;
    for (const CompactString& text : texts) bytes += text.size();
    return std::to_string(bytes);
}

} // namespace

void add_hand_written_text_cases(const BenchEffort& effort) {
    const std::size_t count = effort.events;
    add({.name = "hand_written/pieces_of_text/string",
         .goal = "ours faster",
         .events = count,
         .pairs = effort.pairs,
         .product = [=](RunTimer& watch) { return append_pieces<InlineText>(watch, count); },
         .limit = [=](RunTimer& watch) { return append_pieces<std::string>(watch, count); }});
}

} // namespace evenfold::bench
