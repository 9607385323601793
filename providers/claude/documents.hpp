/// Reads the JSON objects of a stream of lines, and joins characters that were split between two of them.
/// Noise, damage and repairs are added to an ItemBuffer. The objects do not depend on the chunking of the bytes.
#pragma once

#include <functional>
#include <string_view>

#include "evenfold/providers/items.hpp"
#include "evenfold/providers/wire/json_text.hpp"
#include "evenfold/providers/wire/lines.hpp"
#include "evenfold/providers/wire/objects.hpp"
#include "evenfold/providers/wire/split_surrogates.hpp"

namespace evenfold::providers {

class DocumentReader {
public:
    using Callback = std::function<void(const Document& document, SourcePosition position)>;

    /// Calls `callback` for each object. `items` must outlive the reader.
    DocumentReader(ItemBuffer& items, Callback callback);

    void feed(std::string_view bytes);

    /// Reads the last line. Call it once, at the end of the input.
    void finish();

private:
    void on_line(const Line& line);
    void on_part(const LinePart& part);
    void read(std::string_view text, SourcePosition position);

    ItemBuffer& items_;
    Callback callback_;
    LineSplitter lines_{LineEnd::newline};
    ObjectSplitter objects_;
    SurrogateJoiner joiner_;
    JsonReader reader_;
};

} // namespace evenfold::providers
