/// The form of a file of heads: each record is a note and an empty line.
/// Shapes: a note has an empty line itself, after its text, so a record ends at the first empty line that follows a
/// signature. Bytes after the last record are one that a crash has cut.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace evenfold::reactors::anchors {

/// Returns the record of `note`.
[[nodiscard]] std::string head_record(std::string_view note);

/// The notes of whole records, and the number of bytes up to the end of the last one.
struct HeadRecords {
    std::vector<std::string_view> notes; // views into the text
    std::size_t whole_bytes = 0;
};
[[nodiscard]] HeadRecords head_records(std::string_view text);

/// Returns whether `rest`, after the last record, is a part of a record of the journal `origin`. A file system may
/// have written zeros in place of the bytes that were lost.
[[nodiscard]] bool is_cut_record(std::string_view rest, std::string_view origin);

} // namespace evenfold::reactors::anchors
