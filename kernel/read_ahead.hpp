/// Reading a journal in a thread of its own, so that who visits the events need not wait for the storage.
/// Shape: pages of payloads in a bounded queue, each filled again when it has been visited.
/// Errors: the journal's, told when all that came before has been visited, as the journal itself tells them.
#pragma once

#include <cstddef>
#include <thread>

#include "evenfold/journal/journal.hpp"

namespace evenfold::kernel {

/// How far the reading thread may be ahead, and from where on there is one.
struct Ahead {
    std::size_t alone = 4096; // the first so many payloads are read by the thread that visits them
    std::size_t page = 512;   // payloads
    std::size_t pages = 4;
    unsigned processors = std::thread::hardware_concurrency(); // fewer than two: no second thread
};

/// As Journal::read_payloads, and `visit` is called in this thread; another one reads the journal meanwhile. It has
/// ended afterwards, also when `visit` throws.
[[nodiscard]] std::expected<void, journal::Failure>
read_ahead(journal::Journal& journal, Sequence from, const journal::VisitPayload& visit, const Ahead& ahead = {});

} // namespace evenfold::kernel
