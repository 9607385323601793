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

/// Writes compact JSON while it walks an object. The output equals that of nlohmann's dump. It builds no document,
/// because that costs several times as much (docs/hand-written.md).
class JsonEncoder {
public:
    JsonEncoder() { out_.reserve(likely_bytes); }

    void write_value(const Shape& shape, const void* object) {
        std::visit([&](const auto& kind) { on(kind, object); }, shape.kind);
    }

    [[nodiscard]] std::string take() { return std::move(out_); }

private:
    static constexpr std::size_t likely_bytes = 160; // most events and commands are shorter

    void on(const BooleanShape&, const void* object) { out_ += *static_cast<const bool*>(object) ? "true" : "false"; }
    void on(const IntegerShape& kind, const void* object) { write_number(kind.read(object)); }
    void on(const NaturalShape& kind, const void* object) { write_number(kind.read(object)); }
    void on(const RealShape&, const void* object) {
        const double real = *static_cast<const double*>(object);
        if (std::isfinite(real))
            out_ += Json(real).dump();
        else if (std::isnan(real)) // JSON has no number for these
            write_plain_string("NaN");
        else
            write_plain_string(real > 0 ? "Infinity" : "-Infinity");
    }
    void on(const TextShape& kind, const void* object) {
        const std::string_view text = kind.read(object);
        const std::size_t before = out_.size();
        if (write_string(text) || utf8::is_valid(text)) return;
        out_.resize(before);
        out_ += R"({"$hex":)";
        write_plain_string(hex::encode(text));
        out_ += '}';
    }
    void on(const UuidShape&, const void* object) {
        const UuidText text = characters(*static_cast<const Uuid*>(object));
        write_plain_string({text.data(), text.size()});
    }
    void on(const InstantShape&, const void* object) {
        write_plain_string(to_text(*static_cast<const Instant*>(object)));
    }
    void on(const EnumerationShape& kind, const void* object) { write_plain_string(kind.names[kind.read(object)]); }

    void on(const StructureShape& kind, const void* object) {
        out_ += '{';
        write_fields(kind, object);
        out_ += '}';
    }

    void on(const VariantShape& kind, const void* object) {
        const Shape& held = kind.alternatives[kind.index(object)]();
        const void* value = kind.value(to_read(object));
        out_ += R"({"type":)";
        write_plain_string(held.name);
        if (const StructureShape* structure = fields_beside_type(held)) {
            write_fields(*structure, value);
        } else {
            out_ += R"(,"value":)";
            write_value(held, value);
        }
        out_ += '}';
    }

    void on(const OptionalShape& kind, const void* object) {
        if (const void* held = kind.value(to_read(object)))
            write_value(kind.element(), held);
        else
            out_ += "null";
    }

    void on(const SequenceShape& kind, const void* object) {
        const Shape& element = kind.element();
        out_ += '[';
        kind.each(object, [&](const void* one) {
            write_comma();
            write_value(element, one);
        });
        out_ += ']';
    }

    void on(const IndirectShape& kind, const void* object) { write_value(kind.content(), kind.value(to_read(object))); }

    void write_fields(const StructureShape& kind, const void* object) {
        for (const Field& field : kind.fields) {
            const Shape& shape = field.shape();
            void* value = field.at(to_read(object));
            const auto* optional = std::get_if<OptionalShape>(&shape.kind);
            if (optional && !optional->value(value)) continue;
            write_comma();
            write_plain_string(field.name);
            out_ += ':';
            write_value(shape, value);
        }
    }

    /// Appends a comma, except before the first element in its brackets.
    void write_comma() {
        if (out_.back() != '{' && out_.back() != '[') out_ += ',';
    }

    template <class Number>
    void write_number(Number value) {
        std::array<char, 24> digits{};
        const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
        out_.append(digits.data(), end);
    }

    /// Appends a string that needs no escapes.
    void write_plain_string(std::string_view text) {
        out_ += '"';
        out_ += text;
        out_ += '"';
    }

    /// Appends a string. Returns false if it is not ASCII, because it may then not be UTF-8 either.
    bool write_string(std::string_view text) {
        std::uint64_t bits = 0; // bitwise or of all its bytes
        out_ += '"';
        for (;;) {
            const std::size_t plain = plain_bytes(text, bits);
            out_ += text.substr(0, plain);
            if (plain == text.size()) break;
            write_escape(text[plain]);
            text.remove_prefix(plain + 1);
        }
        out_ += '"';
        return (bits & high_bits) == 0;
    }

    void write_escape(char at) {
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

/// Returns whether `text` is an RFC 6901 pointer to a value below the root.
bool is_pointer(std::string_view text) {
    if (!text.starts_with('/')) return false;
    for (std::size_t index = 0; index < text.size(); ++index) {
        if (text[index] != '~') continue;
        if (index + 1 == text.size() || (text[index + 1] != '0' && text[index + 1] != '1')) return false;
    }
    return true;
}

/// Returns the unescaped names along `pointer`.
std::vector<std::string> names_of(std::string_view pointer) {
    std::vector<std::string> names;
    for (std::size_t index = 0; index < pointer.size(); ++index) {
        if (pointer[index] == '/')
            names.emplace_back();
        else if (pointer[index] == '~')
            names.back() += pointer[++index] == '0' ? '~' : '/';
        else
            names.back() += pointer[index];
    }
    return names;
}

/// Restores one unknown field. Drops it if the shape or the encoded value conflicts with its path.
class UnknownFieldRestorer {
public:
    UnknownFieldRestorer(std::vector<std::string> names, const Json& value) : names_(std::move(names)), value_(value) {}

    void restore(const Shape& shape, Json& json) {
        std::visit([&](const auto& kind) { on(kind, json); }, shape.kind);
    }

private:
    void on(const auto&, Json&) {} // other kinds have no fields
    void on(const StructureShape& kind, Json& json) { restore_in_fields(kind, json, false); }
    void on(const VariantShape& kind, Json& json) {
        for (const ShapeFunction alternative : kind.alternatives) {
            const Shape& held = alternative();
            if (json.at("type") != held.name) continue;
            if (const StructureShape* structure = fields_beside_type(held))
                return restore_in_fields(*structure, json, true);
            if (is_last())
                insert_value(json);
            else if (names_[depth_] == "value")
                descend(held, json.at("value"));
            return;
        }
    }
    void on(const OptionalShape& kind, Json& json) {
        if (!json.is_null()) restore(kind.element(), json);
    }
    void on(const SequenceShape& kind, Json& json) {
        const std::string& name = names_[depth_];
        std::size_t index = 0;
        const auto error = std::from_chars(name.data(), name.data() + name.size(), index).ec;
        const bool is_index = error == std::errc() && std::to_string(index) == name;
        if (is_index && index < json.size() && !is_last()) descend(kind.element(), json[index]);
    }
    void on(const IndirectShape& kind, Json& json) { restore(kind.content(), json); }

    void restore_in_fields(const StructureShape& kind, Json& json, bool in_variant) {
        const std::string& name = names_[depth_];
        if (in_variant && name == "type") return;
        const auto field = std::ranges::find(kind.fields, name, &Field::name);
        if (field == kind.fields.end()) {
            if (is_last()) insert_value(json);
        } else if (!is_last() && json.contains(name)) {
            descend(field->shape(), json[name]);
        }
    }

    void descend(const Shape& shape, Json& json) {
        ++depth_;
        restore(shape, json);
    }
    void insert_value(Json& json) {
        if (!json.contains(names_[depth_])) json[names_[depth_]] = value_;
    }
    [[nodiscard]] bool is_last() const { return depth_ + 1 == names_.size(); }

    std::vector<std::string> names_; // at least one
    const Json& value_;
    std::size_t depth_ = 0;
};

/// Restores each unknown field at its path. Drops a field whose parent is gone, or whose name the shape now uses.
void restore_unknown_fields(const Shape& shape, Json& json, std::string_view unknown_fields) {
    const Json fields = Json::parse(unknown_fields, nullptr, false);
    if (!fields.is_array()) return;
    for (const Json& field : fields) {
        if (!field.is_array() || field.size() != 2 || !field[0].is_string()) continue;
        const auto& text = field[0].get_ref<const std::string&>();
        if (is_pointer(text)) UnknownFieldRestorer(names_of(text), field[1]).restore(shape, json);
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
    JsonEncoder encoder;
    encoder.write_value(shape, object);
    if (unknown_fields.empty()) return encoder.take();
    Json json = Json::parse(encoder.take());
    restore_unknown_fields(shape, json, unknown_fields);
    return json.dump();
}

} // namespace evenfold::codec
