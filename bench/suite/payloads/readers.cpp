#include "evenfold/bench/suite/payloads/readers.hpp"

#include <charconv>
#include <concepts>
#include <cstring>

#include "evenfold/codec/scan.hpp"
#ifdef EVENFOLD_BENCH_SIMDJSON
#include <simdjson.h>
#include <vector>
#endif

namespace evenfold::bench {

using orchestration::TextAppended;

namespace {

/// Reads the parts of an event's JSON. Examines every byte.
class PartReader {
public:
    explicit PartReader(std::string_view json) : first_(json.data()), at_(first_), end_(at_ + json.size()) {}

    [[nodiscard]] bool is_at_end() const { return at_ == end_; }

    bool pass(std::string_view wanted) {
        if (!std::string_view(at_, end_).starts_with(wanted)) return false;
        at_ += wanted.size();
        return true;
    }
    /// Passes a quoted name, its colon and the bracket or comma before them.
    template <std::size_t size>
    bool pass_name(const char (&name)[size]) { // NOLINT(*-avoid-c-arrays): a literal
        constexpr std::ptrdiff_t length = size - 1;
        if (end_ - at_ < length + 4 || (*at_ != ',' && *at_ != '{') || at_[1] != '"') return false;
        if (std::memcmp(at_ + 2, name, length) != 0 || at_[length + 2] != '"' || at_[length + 3] != ':') return false;
        at_ += length + 4;
        return true;
    }
    bool read(Uuid& uuid) {
        constexpr std::ptrdiff_t size = 36;
        if (end_ - at_ < size + 2 || at_[0] != '"' || at_[size + 1] != '"') return false;
        const auto read = parse_uuid({at_ + 1, size});
        if (!read) return false;
        uuid = *read;
        at_ += size + 2;
        return true;
    }
    bool read(std::uint64_t& value) {
        const auto [end, error] = std::from_chars(at_, end_, value);
        at_ = end;
        return error == std::errc();
    }
    template <class Text>
        requires std::convertible_to<Text, std::string_view>
    bool read(Text& text) {
        if (!pass("\"")) return false;
        for (;;) {
            std::uint64_t bits = 0;
            const std::string_view run(at_, codec::plain_bytes(first_, at_, end_, bits));
            text += run;
            at_ += run.size();
            if (at_ == end_) return false;
            if (*at_++ == '"') return true;
            if (at_ == end_) return false;
            text += *at_ == 'n' ? std::string_view("\n") : std::string_view(at_, 1);
            ++at_;
        }
    }

private:
    const char* first_;
    const char* at_;
    const char* end_;
};

/// Reads a field after its name, of any type that the struct has.
bool read_value(PartReader& reader, orchestration::TurnId& id) {
    return reader.read(id.uuid);
}
bool read_value(PartReader& reader, std::uint64_t& number) {
    return reader.read(number);
}
bool read_value(PartReader& reader, InlineText& text) {
    return reader.read(text);
}
bool read_value(PartReader& reader, OptionalIndirect<CompactString>& text) {
    std::string read;
    if (!reader.read(read)) return false;
    text.emplace(read);
    return true;
}

template <class T>
constexpr bool is_optional = false;
template <class T>
constexpr bool is_optional<OptionalIndirect<T>> = true;

/// Reads one field if its name comes next. The size of the name is known at compile time.
template <class T, std::size_t size>
bool read_field(PartReader& reader, const char (&name)[size], T& value) { // NOLINT(*-avoid-c-arrays): a literal
    if (!reader.pass_name(name)) return is_optional<T>;
    return read_value(reader, value);
}

void write_varint(std::string& out, std::uint64_t value) {
    for (; value >= 0x80; value >>= 7U) out += static_cast<char>(value | 0x80U);
    out += static_cast<char>(value);
}

bool read_varint(std::string_view& bytes, std::uint64_t& value) {
    value = 0;
    for (unsigned shift = 0; shift < 64 && !bytes.empty(); shift += 7) {
        const auto byte = static_cast<unsigned char>(bytes.front());
        bytes.remove_prefix(1);
        value |= std::uint64_t{byte & 0x7fU} << shift;
        if (byte < 0x80) return true;
    }
    return false;
}

bool read_text(std::string_view& bytes, std::string_view& text) {
    std::uint64_t size = 0;
    if (!read_varint(bytes, size) || size > bytes.size()) return false;
    text = bytes.substr(0, size);
    bytes.remove_prefix(size);
    return true;
}

} // namespace

bool read_by_hand(std::string_view json, TextAppended& event) {
    PartReader reader(json);
    return reader.pass(R"({"turn":)") && reader.read(event.turn.uuid) && reader.pass(R"(,"seq":)") &&
           reader.read(event.seq) && reader.pass(R"(,"block":)") && reader.read(event.block) &&
           reader.pass(R"(,"text":)") && reader.read(event.text) && reader.pass("}") && reader.is_at_end();
}

bool read_generated(std::string_view json, TextAppended& event) {
    PartReader reader(json);
    const bool done = TextAppended::hana_accessors_impl::visit_pointers(
        [&]<auto... member>(const auto&... name) { return (read_field(reader, name, event.*member) && ...); });
    return done && reader.pass("}") && reader.is_at_end();
}

std::string write_binary(const TextAppended& event) {
    std::string out(reinterpret_cast<const char*>(event.turn.uuid.bytes.data()), event.turn.uuid.bytes.size());
    write_varint(out, event.seq);
    write_varint(out, event.block);
    write_varint(out, event.text.size());
    out += event.text;
    out += static_cast<char>(event.parent.has_value());
    if (!event.parent) return out;
    write_varint(out, event.parent->size());
    return out += event.parent->view();
}

bool read_binary(std::string_view bytes, TextAppended& event) {
    auto& id = event.turn.uuid.bytes;
    if (bytes.size() < id.size()) return false;
    std::memcpy(id.data(), bytes.data(), id.size());
    bytes.remove_prefix(id.size());
    std::string_view text;
    if (!read_varint(bytes, event.seq) || !read_varint(bytes, event.block) || !read_text(bytes, text)) return false;
    event.text = text;
    if (bytes.empty()) return false;
    const bool has_parent = bytes.front() != 0;
    bytes.remove_prefix(1);
    if (has_parent) {
        if (!read_text(bytes, text)) return false;
        event.parent.emplace(text);
    }
    return bytes.empty();
}

#ifdef EVENFOLD_BENCH_SIMDJSON
struct SimdjsonTextReader::PaddedParser {
    simdjson::ondemand::parser parser;
    std::vector<char> padded = std::vector<char>(1U << 16U);
};

SimdjsonTextReader::SimdjsonTextReader() : parser_(std::make_unique<PaddedParser>()) {}
SimdjsonTextReader::~SimdjsonTextReader() = default;

bool SimdjsonTextReader::read(std::string_view json, TextAppended& event) {
    std::vector<char>& padded = parser_->padded;
    if (padded.size() < json.size() + simdjson::SIMDJSON_PADDING) padded.resize(2 * json.size() + padded.size());
    std::memcpy(padded.data(), json.data(), json.size());
    simdjson::ondemand::document document;
    simdjson::ondemand::object fields;
    std::string_view turn;
    std::string_view text;
    if (parser_->parser.iterate(padded.data(), json.size(), padded.size()).get(document) != simdjson::SUCCESS ||
        document.get(fields) != simdjson::SUCCESS || fields.find_field("turn").get(turn) != simdjson::SUCCESS ||
        fields.find_field("seq").get(event.seq) != simdjson::SUCCESS ||
        fields.find_field("block").get(event.block) != simdjson::SUCCESS ||
        fields.find_field("text").get(text) != simdjson::SUCCESS)
        return false;
    const auto id = parse_uuid(turn);
    if (!id) return false;
    event.turn.uuid = *id;
    event.text = text;
    std::string_view parent;
    if (fields.find_field("parent").get(parent) == simdjson::SUCCESS) event.parent.emplace(parent);
    return true;
}
#endif

} // namespace evenfold::bench
