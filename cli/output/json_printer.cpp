#include "evenfold/cli/output/json_printer.hpp"

#include "evenfold/cli/output/print.hpp"
#include "evenfold/core/text/visible.hpp"

namespace evenfold::cli {
namespace {

constexpr std::size_t piece_bytes = 65536;

bool is_ascii(char at) {
    return static_cast<unsigned char>(at) < 0x80;
}

} // namespace

void JsonPrinter::write(std::string_view json) {
    for (const char at : json) {
        if (out_.size() >= piece_bytes && is_ascii(at)) flush(); // not inside of a character
        if (in_string_) {
            out_ += at;
            if (is_escaped_)
                is_escaped_ = false;
            else if (at == '\\')
                is_escaped_ = true;
            else if (at == '"')
                in_string_ = false;
        } else {
            put_structural(at);
        }
    }
}

/// Writes a character outside of strings.
void JsonPrinter::put_structural(char at) {
    const bool closes = at == '}' || at == ']';
    if (closes) --depth_;
    if (is_indented_ && is_opened_ != closes) break_line(); // an empty pair of brackets stays together
    is_opened_ = at == '{' || at == '[';
    if (is_opened_) ++depth_;
    in_string_ = at == '"';
    out_ += at;
    if (!is_indented_) return;
    if (at == ',') break_line();
    if (at == ':') out_ += ' ';
}

void JsonPrinter::break_line() {
    out_ += '\n';
    out_.append(2 * depth_, ' ');
}

void JsonPrinter::end() {
    out_ += '\n';
    flush();
}

void JsonPrinter::flush() {
    write_visible(out_, EscapeStyle::json, &write_bytes_to_stdout);
    out_.clear();
}

void print_document(std::string_view json, JsonLayout layout) {
    JsonPrinter printer(layout);
    printer.write(json);
    printer.end();
}

} // namespace evenfold::cli
