/// Helpers of the cases against libgit2: calls that must succeed, and pairs of two functions over the same work.
/// Errors: a call that fails ends the program with libgit2's message, because nothing can be measured then.
#pragma once

#include <cstdlib>
#include <fmt/format.h>
#include <git2.h>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "evenfold/bench/suite/pair.hpp"

namespace evenfold::bench {

inline void require(bool done, std::string_view what) {
    if (done) return;
    const git_error* error = git_error_last();
    fmt::print(stderr, "bench_suite: {}: {}\n", what, error ? error->message : "no message");
    std::exit(1);
}

inline void require_code(int code, std::string_view what) {
    require(code == 0, what);
}

template <class Work, class Ours, class Theirs>
void add_pair(std::string name, std::size_t events, std::size_t pairs, const Work& work, Ours ours, Theirs theirs) {
    add({.name = "hand_written/" + std::move(name),
         .goal = "ours faster",
         .events = events,
         .pairs = pairs,
         .product = [work, ours](RunTimer& watch) { return ours(watch, *work); },
         .limit = [work, theirs](RunTimer& watch) { return theirs(watch, *work); }});
}

} // namespace evenfold::bench
