#include "evenfold/kernel/description.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <nlohmann/json.hpp>
#include <vector>

#include "evenfold/codec/codec.hpp"
#include "evenfold/codec/ordered_json.hpp"

namespace evenfold::kernel {
namespace {

using Json = codec::OrderedJson;

/// Returns the type of a value as text: `text`, `reject | enqueue`, `{path: text}`.
class TypeText {
public:
    static std::string of(const Shape& shape) {
        return std::visit([](const auto& kind) { return on(kind); }, shape.kind);
    }

private:
    static std::string on(const BooleanShape&) { return "true | false"; }
    static std::string on(const IntegerShape&) { return "whole number"; }
    static std::string on(const NaturalShape&) { return "whole number, 0 or more"; }
    static std::string on(const RealShape&) { return "number"; }
    static std::string on(const TextShape&) { return "text"; }
    static std::string on(const UuidShape&) { return "uuid"; }
    static std::string on(const InstantShape&) { return "instant"; }
    static std::string on(const EnumerationShape& kind) { return fmt::format("{}", fmt::join(kind.names, " | ")); }
    static std::string on(const StructureShape& kind) { return "{" + fields_of(kind) + "}"; }
    static std::string on(const OptionalShape& kind) { return of(kind.element()); }
    static std::string on(const SequenceShape& kind) { return "[" + of(kind.element()) + ", ...]"; }
    static std::string on(const IndirectShape& kind) { return of(kind.content()); }
    static std::string on(const PersonalShape& kind) { return of(kind.content()); }
    static std::string on(const VariantShape& kind) {
        std::vector<std::string> alternatives;
        for (const ShapeFunction alternative : kind.alternatives) {
            const Shape& shape = alternative();
            const auto* structure = std::get_if<StructureShape>(&shape.kind);
            const std::string fields = structure ? fields_of(*structure) : std::string();
            alternatives.push_back(fmt::format("{{type: {}{}{}}}", shape.name, fields.empty() ? "" : ", ", fields));
        }
        return fmt::format("{}", fmt::join(alternatives, "\n        | "));
    }

    static std::string fields_of(const StructureShape& kind) {
        std::vector<std::string> fields;
        for (const Field& field : kind.fields) {
            const Shape& shape = field.shape();
            const bool optional = std::holds_alternative<OptionalShape>(shape.kind);
            fields.push_back(fmt::format("{}{}: {}", field.name, optional ? "?" : "", of(shape)));
        }
        return fmt::format("{}", fmt::join(fields, ", "));
    }
};

/// Makes values that the codec decodes. Shapes may be recursive, but only through optionals and sequences, which stay
/// empty.
class Example {
public:
    static Json of(const Shape& shape) {
        return std::visit([](const auto& kind) { return on(kind); }, shape.kind);
    }

    /// Returns an alternative of a variant, with its type.
    static Json of_alternative(const Shape& shape) {
        Json json{{"type", shape.name}};
        if (const StructureShape* fields = codec::fields_beside_type(shape))
            json.update(on(*fields));
        else
            json["value"] = of(shape);
        return json;
    }

private:
    static Json on(const BooleanShape&) { return false; }
    static Json on(const IntegerShape&) { return 1; }
    static Json on(const NaturalShape&) { return 1U; }
    static Json on(const RealShape&) { return 0.5; }
    static Json on(const TextShape&) { return "text"; }
    static Json on(const UuidShape&) { return "0192d3a0-6c1e-7b5e-8f00-3b9f5e1c2a77"; }
    static Json on(const InstantShape&) { return "2026-11-21T02:12:00.000Z"; }
    static Json on(const EnumerationShape& kind) { return kind.names.front(); }
    static Json on(const StructureShape& kind) {
        Json json = Json::object();
        for (const Field& field : kind.fields) {
            const Shape& shape = field.shape();
            if (!std::holds_alternative<OptionalShape>(shape.kind)) json[std::string(field.name)] = of(shape);
        }
        return json;
    }
    static Json on(const VariantShape& kind) { return of_alternative(kind.alternatives.front()()); }
    static Json on(const OptionalShape&) { return nullptr; }
    static Json on(const SequenceShape&) { return Json::array(); }
    static Json on(const IndirectShape& kind) { return of(kind.content()); }
    static Json on(const PersonalShape& kind) { return of(kind.content()); }
};

/// Returns the alternatives of a variant; a type that is not a variant is its own single alternative.
std::vector<const Shape*> alternatives_of(const Shape& shape) {
    const auto* variant = std::get_if<VariantShape>(&shape.kind);
    if (!variant) return {&shape};
    std::vector<const Shape*> alternatives;
    for (const ShapeFunction alternative : variant->alternatives) alternatives.push_back(&alternative());
    return alternatives;
}

Json fields_json(const Shape& shape) {
    Json fields = Json::array();
    const auto* structure = std::get_if<StructureShape>(&shape.kind);
    if (!structure) return Json::array({{{"name", "value"}, {"type", TypeText::of(shape)}, {"optional", false}}});
    for (const Field& field : structure->fields) {
        const Shape& value = field.shape();
        fields.push_back({{"name", field.name},
                          {"type", TypeText::of(value)},
                          {"optional", std::holds_alternative<OptionalShape>(value.kind)}});
    }
    return fields;
}

Json types_json(const Shape& shape, bool with_examples) {
    Json types = Json::array();
    const bool is_variant = std::holds_alternative<VariantShape>(shape.kind);
    for (const Shape* alternative : alternatives_of(shape)) {
        Json type{{"name", alternative->name}, {"fields", fields_json(*alternative)}};
        if (with_examples)
            type["example"] = is_variant ? Example::of_alternative(*alternative) : Example::of(*alternative);
        types.push_back(std::move(type));
    }
    return types;
}

} // namespace

std::string describe_commands(const Shape& command) {
    std::string text;
    for (const Shape* shape : alternatives_of(command)) {
        text += fmt::format("{}\n", shape->name);
        const auto* structure = std::get_if<StructureShape>(&shape->kind);
        if (!structure) {
            text += fmt::format("    value: {}\n", TypeText::of(*shape));
            continue;
        }
        for (const Field& field : structure->fields) {
            const Shape& value = field.shape();
            const bool optional = std::holds_alternative<OptionalShape>(value.kind);
            text += fmt::format("    {}{}: {}\n", field.name, optional ? "?" : "", TypeText::of(value));
        }
    }
    return text;
}

std::string example_json(const Shape& shape) {
    return Example::of(shape).dump();
}

std::string description_json(std::string_view domain, const Shape& command, const Shape& event, const Shape& error) {
    const Json json{{"domain", domain},
                    {"commands", types_json(command, true)},
                    {"events", types_json(event, false)},
                    {"errors", types_json(error, false)}};
    return json.dump();
}

} // namespace evenfold::kernel
