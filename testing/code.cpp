#include "evenfold/testing/code.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <functional>
#include <utility>
#include <vector>

#include "evenfold/core/values/instant.hpp"

namespace evenfold::testing {
namespace {

template <class... T>
void add_formatted(TextSink& out, fmt::format_string<T...> format, T&&... values) {
    std::array<char, 512> text{};
    const auto end = fmt::format_to_n(text.begin(), text.size(), format, std::forward<T>(values)...).out;
    out.add({text.data(), static_cast<std::size_t>(end - text.begin())});
}

void add_literal(std::string_view text, TextSink& out) {
    const bool has_nul = text.find('\0') != std::string_view::npos;
    out.add(has_nul ? "std::string(\"" : "\"");
    for (const char& at : text) {
        const auto byte = static_cast<unsigned char>(at);
        if (at == '"' || at == '\\') out.add("\\");
        if (byte < 0x20 || byte >= 0x7f)
            add_formatted(out, "\\{:03o}", byte);
        else
            out.add({&at, 1});
    }
    out.add("\"");
    if (has_nul) add_formatted(out, ", {})", text.size());
}

bool starts_lower(std::string_view name) {
    return !name.empty() && std::islower(static_cast<unsigned char>(name.front())) != 0;
}

/// Adds `name`, such as shop::Door::Open, as seen from its own namespace. Names of std and of evenfold itself are kept
/// whole. A name that begins with a lower-case letter is assumed to be a namespace.
void add_seen_from_inside(std::string_view name, TextSink& out) {
    std::array<std::string_view, 32> names{}; // no container, because a crash may be in the allocator
    std::size_t count = 0;
    for (std::size_t from = 0; from <= name.size() && count < names.size();) {
        const std::size_t to = std::min(name.find("::", from), name.size());
        const std::string_view one = name.substr(from, to - from);
        if (one != "{anonymous}" && one != "(anonymous namespace)" && one != "__cxx11") names[count++] = one;
        from = to + 2;
    }
    const bool is_kept = names[0] == "std" || (names[0] == "evenfold" && count > 1 && !starts_lower(names[1]));
    std::size_t first = 0;
    while (!is_kept && first + 1 < count && starts_lower(names[first])) ++first;
    for (std::size_t index = first; index < count; ++index) {
        out.add(index > first ? "::" : "");
        out.add(names[index]);
    }
}

/// Adds the C++ type of the shape, with its enclosing class and its template arguments.
void add_type(const Shape& shape, TextSink& out) {
    for (std::string_view left = shape.spelling; !left.empty();) {
        std::size_t end = 0;
        while (end < left.size()) { // a chain of names
            const std::string_view rest = left.substr(end);
            if (rest.starts_with("(anonymous namespace)"))
                end += std::string_view("(anonymous namespace)").size();
            else if (std::isalnum(static_cast<unsigned char>(rest[0])) || rest.find_first_of("_:{}") == 0)
                ++end;
            else
                break;
        }
        if (end > 0) add_seen_from_inside(left.substr(0, end), out);
        left.remove_prefix(end);
        if (left.empty()) break;
        out.add(left[0] == ' ' && left.substr(1).starts_with('>') ? "" : left.substr(0, 1));
        left.remove_prefix(1);
    }
}

/// Returns whether `name` is a keyword. Such enumerators have a trailing underscore in C++, but not on the wire.
bool is_keyword(std::string_view name) {
    static constexpr auto keywords = std::to_array<std::string_view>(
        {"and",      "auto",      "bool",     "break",     "case",   "catch",    "char",     "class",
         "const",    "continue",  "default",  "delete",    "do",     "double",   "else",     "enum",
         "explicit", "export",    "false",    "float",     "for",    "friend",   "goto",     "if",
         "inline",   "int",       "long",     "namespace", "new",    "not",      "operator", "or",
         "private",  "protected", "public",   "register",  "return", "short",    "signed",   "static",
         "struct",   "switch",    "template", "this",      "throw",  "true",     "try",      "typename",
         "union",    "unsigned",  "using",    "virtual",   "void",   "volatile", "while",    "xor"});
    return std::ranges::find(keywords, name) != keywords.end();
}

void of(const Shape&, const BooleanShape&, const void* object, TextSink& out) {
    out.add(*static_cast<const bool*>(object) ? "true" : "false");
}
void of(const Shape&, const IntegerShape& kind, const void* object, TextSink& out) {
    const std::int64_t value = kind.read(object);
    value == INT64_MIN ? out.add("INT64_MIN") : add_formatted(out, "{}", value);
}
void of(const Shape&, const NaturalShape& kind, const void* object, TextSink& out) {
    const std::uint64_t value = kind.read(object);
    add_formatted(out, "{}{}", value, value > INT64_MAX ? "U" : "");
}
void of(const Shape&, const RealShape&, const void* object, TextSink& out) {
    const double real = *static_cast<const double*>(object);
    if (std::isnan(real)) return out.add("std::numeric_limits<double>::quiet_NaN()");
    if (std::isinf(real)) return add_formatted(out, "{}std::numeric_limits<double>::infinity()", real < 0 ? "-" : "");
    add_formatted(out, "{:#}", real);
}
void of(const Shape&, const TextShape& kind, const void* object, TextSink& out) {
    add_literal(kind.read(object), out);
}
void of(const Shape&, const UuidShape&, const void* object, TextSink& out) {
    const UuidText text = characters(*static_cast<const Uuid*>(object));
    out.add("{id(\"");
    out.add({text.data(), text.size()});
    out.add("\")}");
}
void of(const Shape&, const InstantShape&, const void* object, TextSink& out) {
    add_formatted(out, "{{{}}}", static_cast<const Instant*>(object)->unix_ms);
}
void of(const Shape& shape, const EnumerationShape& kind, const void* object, TextSink& out) {
    const std::string_view name = kind.names[kind.read(object)];
    add_type(shape, out);
    add_formatted(out, "::{}{}", name, is_keyword(name) ? "_" : "");
}
void of(const Shape& shape, const StructureShape& kind, const void* object, TextSink& out) {
    add_type(shape, out);
    out.add("{");
    for (const Field& field : kind.fields) {
        if (&field != kind.fields.data()) out.add(", ");
        if (field.name[0] > '9') add_formatted(out, ".{} = ", field.name); // otherwise it is an index in a tuple
        write_code(field.shape(), field.at(to_read(object)), out);
    }
    out.add("}");
}

/// Returns whether the code is `{}`.
bool is_empty(const Shape& shape, const void* object) {
    if (const auto* optional = std::get_if<OptionalShape>(&shape.kind)) return !optional->value(to_read(object));
    const auto* sequence = std::get_if<SequenceShape>(&shape.kind);
    return sequence && sequence->size(object) == 0;
}

/// Returns whether the code begins with a brace and so does not name its type.
bool is_braced(const Shape& shape, const void* object) {
    const auto* optional = std::get_if<OptionalShape>(&shape.kind);
    const void* held = optional ? optional->value(to_read(object)) : nullptr;
    if (held) return !is_empty(optional->element(), held);
    return optional || std::holds_alternative<UuidShape>(shape.kind) ||
           std::holds_alternative<InstantShape>(shape.kind) || std::holds_alternative<SequenceShape>(shape.kind);
}

/// Adds the type to an alternative whose code does not name it, so that the variant cannot choose another.
void of(const Shape&, const VariantShape& kind, const void* object, TextSink& out) {
    const Shape& held = kind.alternatives[kind.index(object)]();
    const void* value = kind.value(to_read(object));
    const auto* text = std::get_if<TextShape>(&held.kind);
    const bool is_number =
        std::holds_alternative<BooleanShape>(held.kind) || std::holds_alternative<IntegerShape>(held.kind) ||
        std::holds_alternative<NaturalShape>(held.kind) || std::holds_alternative<RealShape>(held.kind);
    const bool is_literal = text && text->read(value).find('\0') == std::string_view::npos;
    if (is_number) out.add("static_cast<");
    if (is_number || is_braced(held, value)) add_type(held, out);
    out.add(is_number ? ">(" : is_literal ? "std::string(" : "");
    write_code(held, value, out);
    if (is_number || is_literal) out.add(")");
}
void of(const Shape& shape, const OptionalShape& kind, const void* object, TextSink& out) {
    const void* held = kind.value(to_read(object));
    if (held && is_empty(kind.element(), held)) { // {{}} may make an empty optional
        add_type(shape, out);
        return out.add("(std::in_place)");
    }
    out.add("{");
    if (held) write_code(kind.element(), held, out);
    out.add("}");
}
void of(const Shape&, const SequenceShape& kind, const void* object, TextSink& out) {
    if (!kind.ordered && !out.may_allocate()) return out.add("{...}"); // its elements would be sorted
    bool is_first = true;
    const auto add = [&](const void* element) {
        if (!std::exchange(is_first, false)) out.add(", ");
        write_code(kind.element(), element, out);
    };
    out.add("{");
    kind.each(object, std::ref(add)); // a reference, so that std::function allocates nothing
    out.add("}");
}
void of(const Shape& shape, const IndirectShape& kind, const void* object, TextSink& out) {
    add_type(shape, out);
    out.add("(");
    write_code(kind.content(), kind.value(to_read(object)), out);
    out.add(")");
}

void of(const Shape&, const PersonalShape& kind, const void* object, TextSink& out) {
    if (const void* held = kind.value(to_read(object))) return write_code(kind.content(), held, out);
    out.add("Erased{}");
}

class StringSink : public TextSink {
public:
    void add(std::string_view text) override { string += text; }
    [[nodiscard]] bool may_allocate() const override { return true; }

    std::string string;
};

} // namespace

void write_code(const Shape& shape, const void* object, TextSink& out) {
    std::visit([&](const auto& kind) { of(shape, kind, object, out); }, shape.kind);
}

std::string code_of(const Shape& shape, const void* object) {
    StringSink out;
    write_code(shape, object, out);
    return std::move(out.string);
}

} // namespace evenfold::testing
