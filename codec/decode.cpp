#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <limits>
#include <nlohmann/json.hpp>

#include "evenfold/codec/codec.hpp"
#include "evenfold/codec/text.hpp"
#include "evenfold/core/text/utf8.hpp"
#include "evenfold/core/values/hex.hpp"
#include "evenfold/core/values/instant.hpp"
#include "evenfold/core/values/uuid.hpp"

namespace evenfold::codec {
namespace {

using Json = nlohmann::ordered_json;

/// Returns the JSON that was found, short enough for a message.
std::string shown(const Json& json) {
    if (json.is_object()) return "an object";
    if (json.is_array()) return "an array";
    std::string text = json.dump(-1, ' ', false, Json::error_handler_t::replace);
    if (text.size() <= 60) return text;
    return text.substr(0, utf8::cut_size(text, 57)) + "...";
}

std::string escaped(std::string_view name) {
    std::string token;
    for (const char at : name) {
        if (at == '~')
            token += "~0";
        else if (at == '/')
            token += "~1";
        else
            token += at;
    }
    return token;
}

/// Walks a JSON document and fills an object from it. Stops at the first error.
class Filling {
public:
    explicit Filling(std::string_view type) { error_.type = type; }

    bool fill(const Shape& shape, void* object, const Json& json) {
        return std::visit([&](const auto& kind) { return on(kind, object, json); }, shape.kind);
    }

    [[nodiscard]] DecodeError error() const { return error_; }
    [[nodiscard]] std::string unknown_fields() const { return unknown_.empty() ? std::string() : unknown_.dump(); }

private:
    bool fail(std::string expected, std::string got, Trouble trouble = Trouble::wrong_shape) {
        error_.trouble = trouble;
        error_.path = path_;
        error_.expected = std::move(expected);
        error_.got = std::move(got);
        return false;
    }

    template <class Step>
    bool below(std::string_view name, Step step) {
        const std::size_t length = path_.size();
        path_ += '/';
        path_ += escaped(name);
        const bool done = step();
        path_.resize(length);
        return done;
    }

    bool on(const BooleanShape&, void* object, const Json& json) {
        if (!json.is_boolean()) return fail("true or false", shown(json));
        *static_cast<bool*>(object) = json.get<bool>();
        return true;
    }

    bool on(const IntegerShape& kind, void* object, const Json& json) {
        const bool fits = json.is_number_integer() &&
                          (!json.is_number_unsigned() || json.get<std::uint64_t>() <= INT64_MAX) &&
                          kind.write(object, json.get<std::int64_t>());
        return fits || fail("a whole number that fits", shown(json));
    }

    bool on(const NaturalShape& kind, void* object, const Json& json) {
        const bool fits = json.is_number_unsigned() && kind.write(object, json.get<std::uint64_t>());
        return fits || fail("a whole number, 0 or more, that fits", shown(json));
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
            return fail("a number", shown(json));
        return true;
    }

    bool on(const TextShape& kind, void* object, const Json& json) {
        if (json.is_string()) {
            kind.write(object, json.get_ref<const std::string&>());
            return true;
        }
        if (json.is_object() && json.size() == 1 && json.contains("$hex") && json["$hex"].is_string()) {
            const auto bytes = hex::decode(json["$hex"].get_ref<const std::string&>());
            if (!bytes) return fail("pairs of hexadecimal digits in $hex", shown(json["$hex"]));
            kind.write(object, *bytes);
            return true;
        }
        return fail("a string", shown(json));
    }

    bool on(const UuidShape&, void* object, const Json& json) {
        const auto id = json.is_string() ? parse_uuid(json.get_ref<const std::string&>()) : std::nullopt;
        if (!id) return fail("an id such as 0192d3a0-6c1e-7b5e-8f00-3b9f5e1c2a77", shown(json));
        *static_cast<Uuid*>(object) = *id;
        return true;
    }

    bool on(const InstantShape&, void* object, const Json& json) {
        const auto instant = json.is_string() ? parse_instant(json.get_ref<const std::string&>()) : std::nullopt;
        if (!instant) return fail("an instant such as 2026-11-21T02:12:00.000Z", shown(json));
        *static_cast<Instant*>(object) = *instant;
        return true;
    }

    bool on(const EnumerationShape& kind, void* object, const Json& json) {
        const std::string expected = fmt::format("one of {}", fmt::join(kind.names, ", "));
        if (!json.is_string()) return fail(expected, shown(json));
        const auto& name = json.get_ref<const std::string&>();
        for (std::size_t index = 0; index < kind.names.size(); ++index) {
            if (kind.names[index] != name) continue;
            kind.write(object, index);
            return true;
        }
        return fail(expected, shown(json), Trouble::unknown_name);
    }

    /// Keeps each field that is not `known`, with its path.
    template <class Known>
    void keep_others(const Json& json, Known known) {
        for (const auto& [name, value] : json.items()) {
            if (!known(std::string_view(name))) unknown_.push_back(Json::array({path_ + '/' + escaped(name), value}));
        }
    }

    /// Keeps fields that the struct does not have. In a variant, `type` belongs to the variant.
    void keep_unknown(const StructureShape& kind, const Json& json, bool in_variant) {
        keep_others(json, [&](std::string_view name) {
            return (in_variant && name == "type") ||
                   std::ranges::find(kind.fields, name, &Field::name) != kind.fields.end();
        });
    }

    std::string strangers(const StructureShape& kind, const Json& json, bool in_variant) {
        const std::size_t before = unknown_.size();
        keep_unknown(kind, json, in_variant);
        std::string names;
        for (std::size_t place = before; place < unknown_.size(); ++place) {
            names += (names.empty() ? " (there is an unknown " : ", ") + unknown_[place][0].get<std::string>();
        }
        return names.empty() ? names : names + ")";
    }

    bool fields(const StructureShape& kind, void* object, const Json& json, bool in_variant) {
        if (!json.is_object()) return fail("an object", shown(json));
        for (const Field& field : kind.fields) {
            const Shape& shape = field.shape();
            const auto found = json.find(std::string(field.name));
            const bool there = found != json.end();
            if (!there && std::holds_alternative<OptionalShape>(shape.kind)) continue;
            const std::string missing = there ? std::string() : "nothing" + strangers(kind, json, in_variant);
            const bool done = below(
                field.name, [&] { return there ? fill(shape, field.at(object), *found) : fail("a value", missing); });
            if (!done) return false;
        }
        keep_unknown(kind, json, in_variant);
        return true;
    }

    bool on(const StructureShape& kind, void* object, const Json& json) { return fields(kind, object, json, false); }

    bool on(const VariantShape& kind, void* object, const Json& json) {
        if (!json.is_object()) return fail("an object with a type", shown(json));
        const auto type = json.find("type");
        if (type == json.end() || !type->is_string()) {
            const std::string got = type == json.end() ? "nothing" : shown(*type);
            return below("type", [&] { return fail("the name of a type", got); });
        }
        const auto& name = type->get_ref<const std::string&>();
        for (std::size_t index = 0; index < kind.alternatives.size(); ++index) {
            const Shape& shape = kind.alternatives[index]();
            if (shape.name != name) continue;
            if (path_.empty()) error_.type = shape.name;
            void* value = kind.emplace(object, index);
            if (const auto* structure = fields_beside_type(shape)) return fields(*structure, value, json, true);
            const auto found = json.find("value");
            keep_others(json, [](std::string_view other) { return other == "type" || other == "value"; });
            return below("value",
                         [&] { return found == json.end() ? fail("a value", "nothing") : fill(shape, value, *found); });
        }
        std::vector<std::string_view> names;
        for (const ShapeFunction shape : kind.alternatives) names.push_back(shape().name);
        return below("type", [&] {
            return fail(fmt::format("one of {}", fmt::join(names, ", ")), shown(*type), Trouble::unknown_name);
        });
    }

    bool on(const OptionalShape& kind, void* object, const Json& json) {
        return json.is_null() || fill(kind.element(), kind.emplace(object), json);
    }

    bool on(const SequenceShape& kind, void* object, const Json& json) {
        if (!json.is_array()) return fail("an array", shown(json));
        const Shape& element = kind.element();
        std::size_t place = 0;
        for (const Json& one : json) {
            const bool done = below(std::to_string(place++), [&] {
                return kind.add(object, [&](void* made) { return fill(element, made, one); });
            });
            if (!done) return false;
        }
        return true;
    }

    bool on(const IndirectShape& kind, void* object, const Json& json) {
        return fill(kind.content(), kind.value(object), json);
    }

    std::string path_;
    DecodeError error_;
    Json unknown_ = Json::array();
};

} // namespace

std::string to_text(const DecodeError& error) {
    return fmt::format("{}{}: expected {}; got {}", error.type, error.path, error.expected, error.got);
}

std::expected<std::string, DecodeError> decode(const Shape& shape, void* object, std::string_view json) {
    const auto not_json = [&](std::string expected, std::string got) {
        return std::unexpected(DecodeError{.trouble = Trouble::not_json,
                                           .type = std::string(shape.name),
                                           .path = {},
                                           .expected = std::move(expected),
                                           .got = std::move(got)});
    };
    if (!is_shallow(json)) return not_json("JSON that nests at most 512 deep", "deeper nesting");
    std::string why;
    Json document;
    try {
        document = Json::parse(json);
    } catch (const Json::parse_error& error) {
        why = fmt::format("something else at byte {}", error.byte);
    } catch (const Json::exception&) {
        why = "a number beyond all numbers";
    }
    if (!why.empty()) return not_json("JSON", why);
    Filling filling(shape.name);
    if (!filling.fill(shape, object, document)) return std::unexpected(filling.error());
    return filling.unknown_fields();
}

} // namespace evenfold::codec
