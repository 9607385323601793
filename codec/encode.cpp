#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "evenfold/codec/codec.hpp"
#include "evenfold/codec/scan.hpp"
#include "evenfold/codec/text.hpp"
#include "evenfold/core/text/utf8.hpp"
#include "evenfold/core/values/hex.hpp"
#include "evenfold/core/values/instant.hpp"
#include "evenfold/core/values/uuid.hpp"

namespace evenfold::codec {
namespace {

using Json = nlohmann::ordered_json;

/// Writes compact JSON while it walks an object. The output equals that of nlohmann's dump, but no document is built,
/// because building it costs several times as much (docs/hand-written.md).
class Writer {
public:
    Writer() { out_.reserve(likely_bytes); }

    void write(const Shape& shape, const void* object) {
        std::visit([&](const auto& kind) { on(kind, object); }, shape.kind);
    }

    [[nodiscard]] std::string take() { return std::move(out_); }

private:
    static constexpr std::size_t likely_bytes = 160; // most events and commands are shorter

    void on(const BooleanShape&, const void* object) { out_ += *static_cast<const bool*>(object) ? "true" : "false"; }
    void on(const IntegerShape& kind, const void* object) { number(kind.read(object)); }
    void on(const NaturalShape& kind, const void* object) { number(kind.read(object)); }
    void on(const RealShape&, const void* object) {
        const double real = *static_cast<const double*>(object);
        if (std::isfinite(real))
            out_ += Json(real).dump();
        else if (std::isnan(real)) // JSON has no number for these
            plain("NaN");
        else
            plain(real > 0 ? "Infinity" : "-Infinity");
    }
    void on(const TextShape& kind, const void* object) {
        const std::string_view text = kind.read(object);
        const std::size_t before = out_.size();
        if (quoted(text) || utf8::is_valid(text)) return;
        out_.resize(before);
        out_ += R"({"$hex":)";
        plain(hex::encode(text));
        out_ += '}';
    }
    void on(const UuidShape&, const void* object) {
        const UuidText text = characters(*static_cast<const Uuid*>(object));
        plain({text.data(), text.size()});
    }
    void on(const InstantShape&, const void* object) { plain(to_text(*static_cast<const Instant*>(object))); }
    void on(const EnumerationShape& kind, const void* object) { plain(kind.names[kind.read(object)]); }

    void on(const StructureShape& kind, const void* object) {
        out_ += '{';
        fields(kind, object);
        out_ += '}';
    }

    void on(const VariantShape& kind, const void* object) {
        const Shape& held = kind.alternatives[kind.index(object)]();
        const void* value = kind.value(to_read(object));
        out_ += R"({"type":)";
        plain(held.name);
        if (const StructureShape* structure = fields_beside_type(held)) {
            fields(*structure, value);
        } else {
            out_ += R"(,"value":)";
            write(held, value);
        }
        out_ += '}';
    }

    void on(const OptionalShape& kind, const void* object) {
        if (const void* held = kind.value(to_read(object)))
            write(kind.element(), held);
        else
            out_ += "null";
    }

    void on(const SequenceShape& kind, const void* object) {
        const Shape& element = kind.element();
        out_ += '[';
        kind.each(object, [&](const void* one) {
            comma();
            write(element, one);
        });
        out_ += ']';
    }

    void on(const IndirectShape& kind, const void* object) { write(kind.content(), kind.value(to_read(object))); }

    void fields(const StructureShape& kind, const void* object) {
        for (const Field& field : kind.fields) {
            const Shape& shape = field.shape();
            void* value = field.at(to_read(object));
            const auto* optional = std::get_if<OptionalShape>(&shape.kind);
            if (optional && !optional->value(value)) continue;
            comma();
            plain(field.name);
            out_ += ':';
            write(shape, value);
        }
    }

    /// Appends a comma, except before the first element in its brackets.
    void comma() {
        if (out_.back() != '{' && out_.back() != '[') out_ += ',';
    }

    template <class Number>
    void number(Number value) {
        std::array<char, 24> digits{};
        const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
        out_.append(digits.data(), end);
    }

    /// Appends a string that needs no escapes.
    void plain(std::string_view text) {
        out_ += '"';
        out_ += text;
        out_ += '"';
    }

    /// Writes a string. Returns false if it is not ASCII, so that it may not be UTF-8.
    bool quoted(std::string_view text) {
        std::uint64_t bits = 0; // bitwise or of all its bytes
        out_ += '"';
        for (;;) {
            const std::size_t plain = plain_bytes(text, bits);
            out_ += text.substr(0, plain);
            if (plain == text.size()) break;
            escape(text[plain]);
            text.remove_prefix(plain + 1);
        }
        out_ += '"';
        return (bits & high_bits) == 0;
    }

    void escape(char at) {
        out_ += '\\';
        switch (at) {
        case '\b': out_ += 'b'; break;
        case '\t': out_ += 't'; break;
        case '\n': out_ += 'n'; break;
        case '\f': out_ += 'f'; break;
        case '\r': out_ += 'r'; break;
        case '"':
        case '\\': out_ += at; break;
        default: out_ += "u00" + hex::encode(std::string_view(&at, 1));
        }
    }

    std::string out_;
};

/// Whether `text` is an RFC 6901 pointer to something below the root.
bool is_pointer(std::string_view text) {
    if (!text.starts_with('/')) return false;
    for (std::size_t place = 0; place < text.size(); ++place) {
        if (text[place] != '~') continue;
        if (place + 1 == text.size() || (text[place + 1] != '0' && text[place + 1] != '1')) return false;
    }
    return true;
}

/// Returns the unescaped names along `pointer`.
std::vector<std::string> names_of(std::string_view pointer) {
    std::vector<std::string> names;
    for (std::size_t place = 0; place < pointer.size(); ++place) {
        if (pointer[place] == '/')
            names.emplace_back();
        else if (pointer[place] == '~')
            names.back() += pointer[++place] == '0' ? '~' : '/';
        else
            names.back() += pointer[place];
    }
    return names;
}

/// Restores one unknown field. Drops it if the shape or the encoded value conflicts with its path.
class Return {
public:
    Return(std::vector<std::string> names, const Json& value) : names_(std::move(names)), value_(value) {}

    void go(const Shape& shape, Json& json) {
        std::visit([&](const auto& kind) { on(kind, json); }, shape.kind);
    }

private:
    void on(const auto&, Json&) {} // a leaf has no fields
    void on(const StructureShape& kind, Json& json) { fields(kind, json, false); }
    void on(const VariantShape& kind, Json& json) {
        for (const ShapeFunction alternative : kind.alternatives) {
            const Shape& held = alternative();
            if (json.at("type") != held.name) continue;
            if (const StructureShape* structure = fields_beside_type(held)) return fields(*structure, json, true);
            if (is_last())
                put(json);
            else if (names_[place_] == "value")
                step(held, json.at("value"));
            return;
        }
    }
    void on(const OptionalShape& kind, Json& json) {
        if (!json.is_null()) go(kind.element(), json);
    }
    void on(const SequenceShape& kind, Json& json) {
        const std::string& name = names_[place_];
        std::size_t index = 0;
        const auto error = std::from_chars(name.data(), name.data() + name.size(), index).ec;
        const bool is_index = error == std::errc() && std::to_string(index) == name;
        if (is_index && index < json.size() && !is_last()) step(kind.element(), json[index]);
    }
    void on(const IndirectShape& kind, Json& json) { go(kind.content(), json); }

    void fields(const StructureShape& kind, Json& json, bool in_variant) {
        const std::string& name = names_[place_];
        if (in_variant && name == "type") return;
        const auto field = std::ranges::find(kind.fields, name, &Field::name);
        if (field == kind.fields.end()) {
            if (is_last()) put(json);
        } else if (!is_last() && json.contains(name)) {
            step(field->shape(), json[name]);
        }
    }

    void step(const Shape& shape, Json& json) {
        ++place_;
        go(shape, json);
    }
    void put(Json& json) {
        if (!json.contains(names_[place_])) json[names_[place_]] = value_;
    }
    [[nodiscard]] bool is_last() const { return place_ + 1 == names_.size(); }

    std::vector<std::string> names_; // at least one
    const Json& value_;
    std::size_t place_ = 0;
};

/// Restores each unknown field at its path. Drops a field whose parent is gone, or whose name the shape now uses.
void restore(const Shape& shape, Json& json, std::string_view unknown_fields) {
    const Json fields = Json::parse(unknown_fields, nullptr, false);
    if (!fields.is_array()) return;
    for (const Json& field : fields) {
        if (!field.is_array() || field.size() != 2 || !field[0].is_string()) continue;
        const auto& text = field[0].get_ref<const std::string&>();
        if (is_pointer(text)) Return(names_of(text), field[1]).go(shape, json);
    }
}

} // namespace

const StructureShape* fields_beside_type(const Shape& alternative) {
    const auto* structure = std::get_if<StructureShape>(&alternative.kind);
    if (!structure) return nullptr;
    const bool clash = std::ranges::find(structure->fields, "type", &Field::name) != structure->fields.end();
    return clash ? nullptr : structure;
}

std::string encode(const Shape& shape, const void* object, std::string_view unknown_fields) {
    Writer writer;
    writer.write(shape, object);
    if (unknown_fields.empty()) return writer.take();
    Json json = Json::parse(writer.take());
    restore(shape, json, unknown_fields);
    return json.dump();
}

} // namespace evenfold::codec
