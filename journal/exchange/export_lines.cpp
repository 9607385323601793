#include "evenfold/journal/exchange/export_lines.hpp"

#include <fmt/format.h>

#include <iterator>
#include <utility>

#include "evenfold/core/text/utf8.hpp"
#include "evenfold/core/values/hex.hpp"

namespace evenfold::journal::exchange {
namespace {

/// Returns the letter of the short escape of `byte`, or 0.
char short_escape(char byte) {
    switch (byte) {
    case '"': return '"';
    case '\\': return '\\';
    case '\b': return 'b';
    case '\f': return 'f';
    case '\n': return 'n';
    case '\r': return 'r';
    case '\t': return 't';
    default: return 0;
    }
}

void append_string(std::string& text, std::string_view bytes) {
    text += '"';
    for (const char byte : bytes) {
        if (const char letter = short_escape(byte))
            text.append({'\\', letter});
        else if (static_cast<unsigned char>(byte) < 0x20)
            fmt::format_to(std::back_inserter(text), "\\u{:04x}", static_cast<unsigned>(byte));
        else
            text += byte;
    }
    text += '"';
}

/// Writes the members of one line.
class LineWriter {
public:
    explicit LineWriter(std::string& text) : text_(&text) { text += '{'; }
    LineWriter(const LineWriter&) = delete;
    LineWriter& operator=(const LineWriter&) = delete;
    ~LineWriter() { *text_ += '}'; }

    template <class Integer>
    void number(std::string_view name, Integer value) {
        member(name);
        fmt::format_to(std::back_inserter(*text_), "{}", value);
    }
    void string(std::string_view name, std::string_view value) {
        member(name);
        append_string(*text_, value);
    }
    void hex(std::string_view name, std::string_view bytes) {
        member(name);
        *text_ += '"';
        *text_ += hex::encode(bytes);
        *text_ += '"';
    }
    void text_or_hex(std::string_view name, std::string_view bytes) {
        if (utf8::is_valid(bytes))
            string(name, bytes);
        else
            hex(std::string(name) + "_hex", bytes);
    }
    void unless_empty(std::string_view name, std::string_view bytes) {
        if (!bytes.empty()) hex(name, bytes);
    }

private:
    void member(std::string_view name) {
        if (!std::exchange(is_first_, false)) *text_ += ',';
        *text_ += '"';
        *text_ += name;
        *text_ += "\":";
    }

    std::string* text_;
    bool is_first_ = true;
};

} // namespace

void append_line(std::string& text, const HeaderLine& row) {
    LineWriter line(text);
    line.string("header", row.is_part ? part_format : export_format);
    line.text_or_hex("origin", row.origin);
    line.text_or_hex("domain", row.domain);
    if (row.stream) line.text_or_hex("stream", *row.stream);
    line.number("first", row.first);
    line.number("last", row.last);
    line.number("keys", row.keys);
    line.number("removals", row.removals);
    line.number("line_bytes_max", row.line_bytes_max);
}

void append_line(std::string& text, const chain::KeyRow& row) {
    LineWriter line(text);
    line.number("key", row.number);
    line.text_or_hex("id", row.id);
    line.text_or_hex("scheme", row.scheme);
    line.number("first", row.first);
    line.hex("root", row.root);
    line.hex("by_old", row.by_old);
    line.hex("by_new", row.by_new);
}

void append_line(std::string& text, const chain::RemovalRow& row) {
    LineWriter line(text);
    line.number("removal", row.number);
    line.text_or_hex("note", row.note);
}

void append_line(std::string& text, const chain::ReceiptRow& row) {
    LineWriter line(text);
    line.string("receipt", to_text(row.command));
    line.number("first", row.first);
    line.number("count", row.count);
    line.hex("fingerprint", row.fingerprint);
}

void append_line(std::string& text, const chain::EmptyReceiptRow& row) {
    LineWriter line(text);
    line.number("empty_receipt", row.number);
    line.string("command", to_text(row.command));
    line.hex("mac", row.mac);
    line.number("key", row.key);
    if (!row.receipt) return;
    line.number("first", row.receipt->first);
    line.number("count", row.receipt->count);
    line.hex("fingerprint", row.receipt->fingerprint);
}

void append_line(std::string& text, const chain::EventRow& row, const chain::ReceiptRow* receipt,
                 const EventEvidence* evidence) {
    LineWriter line(text);
    line.number("event", row.sequence);
    line.text_or_hex("stream", row.stream);
    line.number("version", row.version);
    line.string("command", to_text(row.command));
    line.number("index_in_batch", row.index);
    if (receipt) {
        line.number("count", receipt->count);
        line.hex("fingerprint", receipt->fingerprint);
    }
    line.text_or_hex("actor", row.actor);
    if (row.cause) line.number("cause", *row.cause);
    line.string("correlation", to_text(row.correlation));
    line.number("at_ms", row.at.unix_ms);
    line.number("stored_at_ms", row.stored_at.unix_ms);
    line.text_or_hex("type", row.type);
    line.number("type_version", row.type_version);
    line.text_or_hex("data", row.data);
    line.unless_empty("salt", row.salt);
    line.unless_empty("payload_hash", row.payload_hash);
    line.unless_empty("prev", row.previous);
    line.unless_empty("mac", row.mac);
    if (row.key) line.number("key", *row.key);
    if (row.removed) line.number("removed", *row.removed);
    if (!evidence) return;
    line.unless_empty("stream_prev", evidence->stream_previous);
    line.unless_empty("newest_empty_receipt", evidence->newest_empty);
    line.hex("proof", evidence->proof);
}

void append_line(std::string& text, const chain::HeadRow& row) {
    LineWriter line(text);
    line.number("head", row.size);
    line.hex("root", row.root);
    line.hex("frontier", row.frontier);
    line.text_or_hex("note", row.note);
}

void append_line(std::string& text, const EndLine& row) {
    LineWriter line(text);
    line.number("end", row.lines);
    line.hex("sha256", row.digest);
    if (!row.note.empty()) line.string("note", row.note);
}

} // namespace evenfold::journal::exchange
