#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <limits>
#include <nlohmann/json.hpp>

#include "evenfold/codec/codec.hpp"
#include "evenfold/codec/compact_text.hpp"
#include "evenfold/codec/personal/personal_reader.hpp"
#include "evenfold/codec/text.hpp"
#include "evenfold/core/text/utf8.hpp"
#include "evenfold/core/values/hex.hpp"
#include "evenfold/core/values/instant.hpp"
#include "evenfold/core/values/uuid.hpp"

namespace evenfold::codec {
namespace {

using Json = codec::OrderedJson;

/// Fills an object from a JSON document. Stops at the first error.
class DocumentDecoder {
public:
    /// Opens sealed values with `personal`; null if personal values are not sealed.
    DocumentDecoder(std::string_view type, const PersonalReader* personal) : personal_(personal) { error_.type = type; }

    bool fill(const Shape& shape, void* object, const Json& json) {
        return std::visit([&](const auto& kind) { return on(kind, object, json); }, shape.kind);
    }

    [[nodiscard]] DecodeError error() const { return error_; }
    [[nodiscard]] std::string unknown_fields() const { return unknown_.empty() ? std::string() : unknown_.dump(); }

private:
    static constexpr std::size_t named_max = 5; // unknown fields in a message

    bool fail(std::string expected, std::string got, DecodeErrorKind kind = DecodeErrorKind::wrong_shape) {
        error_.kind = kind;
        error_.path = path_;
        error_.expected = std::move(expected);
        error_.got = std::move(got);
        return false;
    }

    /// Calls `step` with `name` appended to the path.
    template <class Step>
    bool descend(std::string_view name, Step step) {
        return descend_to('/' + pointer_token(name), step);
    }

    /// Calls `step` with `pointer` appended to the path.
    template <class Step>
    bool descend_to(std::string_view pointer, Step step) {
        const std::size_t length = path_.size();
        path_ += pointer;
        const bool done = step();
        path_.resize(length);
        return done;
    }

    bool on(const BooleanShape&, void* object, const Json& json) {
        if (!json.is_boolean()) return fail("true or false", description_of(json));
        *static_cast<bool*>(object) = json.get<bool>();
        return true;
    }

    bool on(const IntegerShape& kind, void* object, const Json& json) {
        const bool fits = json.is_number_integer() &&
                          (!json.is_number_unsigned() || json.get<std::uint64_t>() <= INT64_MAX) &&
                          kind.write(object, json.get<std::int64_t>());
        return fits || fail("an integer that fits the field", description_of(json));
    }

    bool on(const NaturalShape& kind, void* object, const Json& json) {
        const bool fits = json.is_number_unsigned() && kind.write(object, json.get<std::uint64_t>());
        return fits || fail("an integer >= 0 that fits the field", description_of(json));
    }

    bool on(const RealShape&, void* object, const Json& json) {
        auto& real = *static_cast<double*>(object);
        if (json.is_number())
            real = json.get<double>();
        else if (json == "NaN")
            real = std::numeric_limits<double>::quiet_NaN();
        else if (json == "Infinity")
            real = std::numeric_limits<double>::infinity();
        else if (json == "-Infinity")
            real = -std::numeric_limits<double>::infinity();
        else
            return fail("a number", description_of(json));
        return true;
    }

    bool on(const TextShape& kind, void* object, const Json& json) {
        if (json.is_string()) {
            kind.write(object, json.get_ref<const std::string&>());
            return true;
        }
        if (json.is_object() && json.size() == 1 && json.contains("$hex") && json["$hex"].is_string()) {
            const auto bytes = hex::decode(json["$hex"].get_ref<const std::string&>());
            if (!bytes) return fail("pairs of hexadecimal digits in $hex", description_of(json["$hex"]));
            kind.write(object, *bytes);
            return true;
        }
        return fail("a string", description_of(json));
    }

    bool on(const UuidShape&, void* object, const Json& json) {
        const auto id = json.is_string() ? parse_uuid(json.get_ref<const std::string&>()) : std::nullopt;
        if (!id) return fail("an id such as 0192d3a0-6c1e-7b5e-8f00-3b9f5e1c2a77", description_of(json));
        *static_cast<Uuid*>(object) = *id;
        return true;
    }

    bool on(const InstantShape&, void* object, const Json& json) {
        const auto instant = json.is_string() ? parse_instant(json.get_ref<const std::string&>()) : std::nullopt;
        if (!instant) return fail("an instant such as 2026-11-21T02:12:00.000Z", description_of(json));
        *static_cast<Instant*>(object) = *instant;
        return true;
    }

    bool on(const EnumerationShape& kind, void* object, const Json& json) {
        const std::string expected = fmt::format("one of {}", fmt::join(kind.names, ", "));
        if (!json.is_string()) return fail(expected, description_of(json));
        const auto& name = json.get_ref<const std::string&>();
        for (std::size_t index = 0; index < kind.names.size(); ++index) {
            if (kind.names[index] != name) continue;
            kind.write(object, index);
            return true;
        }
        return fail(expected, description_of(json), DecodeErrorKind::unknown_name);
    }

    /// Keeps each field, with its path, unless `is_known` returns true for its name.
    template <class IsKnown>
    void keep_unless(const Json& json, IsKnown is_known) {
        for (const auto& [name, value] : json.items()) {
            if (!is_known(std::string_view(name)))
                unknown_.push_back(Json::array({path_ + '/' + pointer_token(name), value}));
        }
    }

    /// Keeps fields that the struct does not have. In a variant, `type` belongs to the variant.
    void keep_unknown_fields(const StructureShape& kind, const Json& json, bool in_variant) {
        keep_unless(json, [&](std::string_view name) {
            return (in_variant && name == "type") ||
                   std::ranges::find(kind.fields, name, &Field::name) != kind.fields.end();
        });
    }

    /// Returns the unknown fields for an error message, because one of them may be the missing field, misspelt.
    std::string unknown_field_names(const StructureShape& kind, const Json& json, bool in_variant) {
        const std::size_t before = unknown_.size();
        keep_unknown_fields(kind, json, in_variant);
        if (before == unknown_.size()) return {};
        std::string names;
        for (std::size_t index = before; index < std::min(unknown_.size(), before + named_max); ++index)
            names += (names.empty() ? " (unknown field: " : ", ") + unknown_[index][0].get<std::string>();
        if (unknown_.size() - before > named_max)
            names += fmt::format(" and {} more", unknown_.size() - before - named_max);
        return names + ")";
    }

    bool fill_fields(const StructureShape& kind, void* object, const Json& json, bool in_variant) {
        if (!json.is_object()) return fail("an object", description_of(json));
        for (const Field& field : kind.fields) {
            const Shape& shape = field.shape();
            const auto found = json.find(std::string(field.name));
            const bool is_present = found != json.end();
            if (!is_present && std::holds_alternative<OptionalShape>(shape.kind)) continue;
            const std::string missing =
                is_present ? std::string() : "nothing" + unknown_field_names(kind, json, in_variant);
            const bool done = descend(field.name, [&] {
                return is_present ? fill(shape, field.at(object), *found) : fail("a value", missing);
            });
            if (!done) return false;
        }
        keep_unknown_fields(kind, json, in_variant);
        return true;
    }

    bool on(const StructureShape& kind, void* object, const Json& json) {
        return fill_fields(kind, object, json, false);
    }

    bool on(const VariantShape& kind, void* object, const Json& json) {
        if (!json.is_object()) return fail("an object with a type", description_of(json));
        const auto type = json.find("type");
        if (type == json.end() || !type->is_string()) {
            const std::string got = type == json.end() ? "nothing" : description_of(*type);
            return descend("type", [&] { return fail("the name of a type", got); });
        }
        const auto& name = type->get_ref<const std::string&>();
        for (std::size_t index = 0; index < kind.alternatives.size(); ++index) {
            const Shape& shape = kind.alternatives[index]();
            if (shape.name != name) continue;
            if (path_.empty()) error_.type = shape.name;
            void* value = kind.emplace(object, index);
            if (const auto* structure = fields_beside_type(shape)) return fill_fields(*structure, value, json, true);
            const auto found = json.find("value");
            keep_unless(json, [](std::string_view other) { return other == "type" || other == "value"; });
            return descend(
                "value", [&] { return found == json.end() ? fail("a value", "nothing") : fill(shape, value, *found); });
        }
        std::vector<std::string_view> names;
        for (const ShapeFunction shape : kind.alternatives) names.push_back(shape().name);
        return descend("type", [&] {
            return fail(fmt::format("one of {}", fmt::join(names, ", ")), description_of(*type),
                        DecodeErrorKind::unknown_name);
        });
    }

    bool on(const OptionalShape& kind, void* object, const Json& json) {
        return json.is_null() || fill(kind.element(), kind.emplace(object), json);
    }

    bool on(const SequenceShape& kind, void* object, const Json& json) {
        if (!json.is_array()) return fail("an array", description_of(json));
        const Shape& element = kind.element();
        std::size_t index = 0;
        for (const Json& one : json) {
            const bool done = descend(std::to_string(index++), [&] {
                return kind.add(object, [&](void* made) { return fill(element, made, one); });
            });
            if (!done) return false;
        }
        return true;
    }

    bool on(const IndirectShape& kind, void* object, const Json& json) {
        return fill(kind.content(), kind.value(object), json);
    }

    bool on(const PersonalShape& kind, void* object, const Json& json) {
        if (is_erased(json)) return kind.erase(object), true;
        if (personal_) return open(kind, object, json);
        if (fill(kind.content(), kind.emplace(object), json)) return true;
        error_.got = hidden_value;
        return false;
    }

    /// Fills a personal value that is sealed in `json`. Drops its unknown fields, which could not be sealed again.
    bool open(const PersonalShape& kind, void* object, const Json& json) {
        const auto text = personal_->open(path_, json);
        if (!text) return fail(text.error().expected, text.error().got, text.error().kind);
        if (!*text) return kind.erase(object), true;
        const auto unknown = decode(kind.content(), kind.emplace(object), **text);
        if (unknown) return true;
        return descend_to(unknown.error().path,
                          [&] { return fail(unknown.error().expected, std::string(hidden_value)); });
    }

    const PersonalReader* personal_;
    std::string path_;
    DecodeError error_;
    Json unknown_ = Json::array();
};

std::expected<std::string, DecodeError>
decode_document(const PersonalReader* personal, const Shape& shape, void* object, std::string_view json) {
    const auto not_json = [&](std::string expected, std::string got) {
        return std::unexpected(DecodeError{.kind = DecodeErrorKind::not_json,
                                           .type = std::string(shape.name),
                                           .path = {},
                                           .expected = std::move(expected),
                                           .got = std::move(got)});
    };
    if (!is_shallow(json)) return not_json(fmt::format("at most {} levels of nesting", nesting_max), "more");
    std::string why;
    Json document;
    try {
        document = Json::parse(json);
    } catch (const Json::parse_error& error) {
        why = fmt::format("a syntax error at byte {}", error.byte);
    } catch (const Json::exception&) {
        why = "a number beyond the range of a double";
    }
    if (!why.empty()) return not_json("valid JSON", why);
    DocumentDecoder decoder(shape.name, personal);
    if (!decoder.fill(shape, object, document)) return std::unexpected(decoder.error());
    return decoder.unknown_fields();
}

} // namespace

std::string to_text(const DecodeError& error) {
    return fmt::format("{}{}: expected {}; got {}", error.type, error.path, error.expected, error.got);
}

std::expected<std::string, DecodeError> decode(const Shape& shape, void* object, std::string_view json) {
    return decode_document(nullptr, shape, object, json);
}

std::expected<std::string, DecodeError>
decode_with(const PersonalReader& reader, const Shape& shape, void* object, std::string_view json) {
    return decode_document(&reader, shape, object, json);
}

} // namespace evenfold::codec
