/// The algorithm of codec's fast decoder over simdjson's on-demand parser: what codec could do with that library.
/// Shape: fills an object from the JSON of its shape. Returns false if the text is not in the form that `codec::encode`
/// writes. For measurements only: supports the values of stored events, but not the $hex form of texts.
#pragma once

#include <memory>
#include <string_view>

#include "evenfold/core/reflection/shape.hpp"

namespace evenfold::bench {

class SimdjsonReader {
public:
    SimdjsonReader();
    SimdjsonReader(const SimdjsonReader&) = delete;
    SimdjsonReader& operator=(const SimdjsonReader&) = delete;
    ~SimdjsonReader();

    /// Copies `json` into a buffer with the padding that simdjson requires, because a row of SQLite has none.
    [[nodiscard]] bool read(const Shape& shape, void* object, std::string_view json);

private:
    struct Parser;
    std::unique_ptr<Parser> parser_;
};

} // namespace evenfold::bench
