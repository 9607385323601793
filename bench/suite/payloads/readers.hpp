/// Readers and writers of one stored event type, the text delta, which is nine in ten events of the mix: the forms that
/// a payload could have, and the ways to read it.
/// Shape: each reader fills a fresh event from exactly the form that its writer makes, and returns false for any other
/// input. For measurements only; docs/payloads.md draws the conclusions.
///
///     TextAppended event;
///     assert(read_by_hand(codec::encode(delta), event) && event == delta);
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "evenfold/core/events/orchestration.hpp"

namespace evenfold::bench {

/// Reads JSON by code that knows the fields and their order: close to the minimum, and the limit of the other readers.
[[nodiscard]] bool read_by_hand(std::string_view json, orchestration::TextAppended& event);

/// Reads the same JSON by code that the compiler generates from the members of the struct.
[[nodiscard]] bool read_generated(std::string_view json, orchestration::TextAppended& event);

/// Write and read a compact binary form: the 16 bytes of the id, then varints and texts with their sizes in front, and
/// a byte for an absent text.
[[nodiscard]] std::string write_binary(const orchestration::TextAppended& event);
[[nodiscard]] bool read_binary(std::string_view bytes, orchestration::TextAppended& event);

#ifdef EVENFOLD_BENCH_SIMDJSON
/// Reads the same JSON with simdjson on demand, by code that knows the fields.
class SimdjsonTextReader {
public:
    SimdjsonTextReader();
    SimdjsonTextReader(const SimdjsonTextReader&) = delete;
    SimdjsonTextReader& operator=(const SimdjsonTextReader&) = delete;
    ~SimdjsonTextReader();

    /// Copies `json` into a buffer with the padding that simdjson requires, because a row of SQLite has none.
    [[nodiscard]] bool read(std::string_view json, orchestration::TextAppended& event);

private:
    struct PaddedParser;
    std::unique_ptr<PaddedParser> parser_;
};
#endif

} // namespace evenfold::bench
