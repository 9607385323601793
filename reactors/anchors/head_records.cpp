#include "evenfold/reactors/anchors/head_records.hpp"

#include "evenfold/journal/heads/note.hpp"

namespace evenfold::reactors::anchors {
namespace {

constexpr std::string_view signature_start = "\xE2\x80\x94 "; // an em dash and a space

} // namespace

std::string head_record(std::string_view note) {
    return std::string(note) + "\n";
}

HeadRecords head_records(std::string_view text) {
    HeadRecords records;
    std::size_t line = 0; // the beginning of the line that ends next
    bool is_signature = false;
    for (std::size_t end = text.find('\n'); end != std::string_view::npos; end = text.find('\n', line)) {
        const bool is_empty = end == line;
        if (is_empty && is_signature) {
            records.notes.push_back(text.substr(records.whole_bytes, line - records.whole_bytes));
            records.whole_bytes = end + 1;
        }
        is_signature = text.substr(line).starts_with(signature_start);
        line = end + 1;
    }
    return records;
}

bool is_cut_record(std::string_view rest, std::string_view origin) {
    if (rest.size() > journal::heads::note_bytes_max) return false;
    const std::size_t zeros = rest.find_last_not_of('\0');
    const std::string_view written = rest.substr(0, zeros == std::string_view::npos ? 0 : zeros + 1);
    const std::string first_line = std::string(origin) + "\n";
    return written.starts_with(first_line) || std::string_view(first_line).starts_with(written);
}

} // namespace evenfold::reactors::anchors
