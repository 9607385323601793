#include "evenfold/testing/code.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <functional>
#include <vector>

#include "evenfold/core/values/instant.hpp"

namespace evenfold::testing {
namespace {

std::string literal(std::string_view text) {
    std::string quoted = "\"";
    for (const char at : text) {
        const auto byte = static_cast<unsigned char>(at);
        if (at == '"' || at == '\\')
            quoted += {'\\', at};
        else if (byte < 0x20 || byte >= 0x7f)
            quoted += fmt::format("\\{:03o}", byte);
        else
            quoted += at;
    }
    quoted += '"';
    if (text.find('\0') == std::string_view::npos) return quoted;
    return fmt::format("std::string({}, {})", quoted, text.size());
}

bool starts_lower(std::string_view name) {
    return std::islower(static_cast<unsigned char>(name.front())) != 0;
}

/// Returns `name`, such as shop::Door::Open, as seen from its own namespace. Names of std and of evenfold itself are
/// kept whole. A name that begins with a lower-case letter is assumed to be a namespace.
std::string seen_from_inside(std::string_view name) {
    std::vector<std::string_view> names;
    for (std::size_t from = 0; from <= name.size();) {
        const std::size_t to = std::min(name.find("::", from), name.size());
        const std::string_view one = name.substr(from, to - from);
        if (one != "{anonymous}" && one != "(anonymous namespace)" && one != "__cxx11") names.push_back(one);
        from = to + 2;
    }
    const bool is_kept = names[0] == "std" || (names[0] == "evenfold" && names.size() > 1 && !starts_lower(names[1]));
    std::size_t first = 0;
    while (!is_kept && first + 1 < names.size() && !names[first].empty() && starts_lower(names[first])) ++first;
    return fmt::format("{}", fmt::join(names.begin() + static_cast<std::ptrdiff_t>(first), names.end(), "::"));
}

/// Returns the C++ type of the shape, with its enclosing class and its template arguments.
std::string type_of(const Shape& shape) {
    std::string type;
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
        if (end > 0) type += seen_from_inside(left.substr(0, end));
        left.remove_prefix(end);
        if (left.empty()) break;
        type += left[0] == ' ' && left.substr(1).starts_with('>') ? "" : left.substr(0, 1);
        left.remove_prefix(1);
    }
    return type;
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

std::string of(const Shape&, const BooleanShape&, const void* object) {
    return *static_cast<const bool*>(object) ? "true" : "false";
}
std::string of(const Shape&, const IntegerShape& kind, const void* object) {
    const std::int64_t value = kind.read(object);
    return value == INT64_MIN ? "INT64_MIN" : std::to_string(value);
}
std::string of(const Shape&, const NaturalShape& kind, const void* object) {
    const std::uint64_t value = kind.read(object);
    return std::to_string(value) + (value > INT64_MAX ? "U" : "");
}
std::string of(const Shape&, const RealShape&, const void* object) {
    const double real = *static_cast<const double*>(object);
    if (std::isnan(real)) return "std::numeric_limits<double>::quiet_NaN()";
    if (std::isinf(real)) return fmt::format("{}std::numeric_limits<double>::infinity()", real < 0 ? "-" : "");
    return fmt::format("{:#}", real);
}
std::string of(const Shape&, const TextShape& kind, const void* object) {
    return literal(kind.read(object));
}
std::string of(const Shape&, const UuidShape&, const void* object) {
    return fmt::format("{{id(\"{}\")}}", to_text(*static_cast<const Uuid*>(object)));
}
std::string of(const Shape&, const InstantShape&, const void* object) {
    return fmt::format("{{{}}}", static_cast<const Instant*>(object)->unix_ms);
}
std::string of(const Shape& shape, const EnumerationShape& kind, const void* object) {
    const std::string_view name = kind.names[kind.read(object)];
    return fmt::format("{}::{}{}", type_of(shape), name, is_keyword(name) ? "_" : "");
}
std::string of(const Shape& shape, const StructureShape& kind, const void* object) {
    std::string code = type_of(shape);
    code += '{';
    for (const Field& field : kind.fields) {
        if (&field != kind.fields.data()) code += ", ";
        if (field.name[0] > '9') code += fmt::format(".{} = ", field.name); // otherwise it is an index in a tuple
        code += code_of(field.shape(), field.at(to_read(object)));
    }
    return code + '}';
}
/// Adds the type to an alternative whose code does not name it, so that the variant cannot choose another.
std::string of(const Shape&, const VariantShape& kind, const void* object) {
    const Shape& held = kind.alternatives[kind.index(object)]();
    std::string code = code_of(held, kind.value(to_read(object)));
    if (code.starts_with('{')) return type_of(held) + code;
    if (std::holds_alternative<TextShape>(held.kind)) return code.front() == '"' ? "std::string(" + code + ")" : code;
    const bool is_number =
        std::holds_alternative<BooleanShape>(held.kind) || std::holds_alternative<IntegerShape>(held.kind) ||
        std::holds_alternative<NaturalShape>(held.kind) || std::holds_alternative<RealShape>(held.kind);
    return is_number ? fmt::format("static_cast<{}>({})", type_of(held), code) : code;
}
std::string of(const Shape& shape, const OptionalShape& kind, const void* object) {
    const void* held = kind.value(to_read(object));
    if (!held) return "{}";
    const std::string code = code_of(kind.element(), held);
    return code == "{}" ? type_of(shape) + "(std::in_place)" : '{' + code + '}'; // {{}} may make an empty optional
}
std::string of(const Shape&, const SequenceShape& kind, const void* object) {
    std::string code = "{";
    kind.each(object, [&](const void* element) {
        if (code.size() > 1) code += ", ";
        code += code_of(kind.element(), element);
    });
    return code + '}';
}
std::string of(const Shape& shape, const IndirectShape& kind, const void* object) {
    return fmt::format("{}({})", type_of(shape), code_of(kind.content(), kind.value(to_read(object))));
}

/// Compares two values of one shape.
class ValueComparison {
public:
    [[nodiscard]] std::string take() { return std::move(differences_); }

    void compare(const Shape& shape, const void* a, const void* b, const std::string& path) {
        std::visit([&](const auto& kind) { on(shape, kind, a, b, path); }, shape.kind);
    }

private:
    template <class Kind>
    void on(const Shape& shape, const Kind&, const void* a, const void* b, const std::string& path) {
        report(path, code_of(shape, a), code_of(shape, b));
    }
    void on(const Shape&, const StructureShape& kind, const void* a, const void* b, const std::string& path) {
        for (const Field& field : kind.fields) {
            compare(field.shape(), field.at(to_read(a)), field.at(to_read(b)), path + '/' + std::string(field.name));
        }
    }
    void on(const Shape& shape, const VariantShape& kind, const void* a, const void* b, const std::string& path) {
        if (kind.index(a) != kind.index(b)) return report(path, code_of(shape, a), code_of(shape, b));
        compare(kind.alternatives[kind.index(a)](), kind.value(to_read(a)), kind.value(to_read(b)), path);
    }
    void on(const Shape& shape, const OptionalShape& kind, const void* a, const void* b, const std::string& path) {
        const void* in_a = kind.value(to_read(a));
        const void* in_b = kind.value(to_read(b));
        if (in_a && in_b) return compare(kind.element(), in_a, in_b, path);
        report(path, code_of(shape, a), code_of(shape, b));
    }
    void on(const Shape&, const SequenceShape& kind, const void* a, const void* b, const std::string& path) {
        const std::vector<std::string> in_a = codes(kind, a);
        const std::vector<std::string> in_b = codes(kind, b);
        for (std::size_t index = 0; index < std::max(in_a.size(), in_b.size()); ++index) {
            const std::string here = path + '/' + std::to_string(index);
            if (index >= in_a.size())
                report(here, "nothing", in_b[index]);
            else if (index >= in_b.size())
                report(here, in_a[index], "nothing");
            else if (in_a[index] != in_b[index])
                at(kind, a, index, [&](const void* one) {
                    at(kind, b, index, [&](const void* other) { compare(kind.element(), one, other, here); });
                });
        }
    }
    void on(const Shape&, const IndirectShape& kind, const void* a, const void* b, const std::string& path) {
        compare(kind.content(), kind.value(to_read(a)), kind.value(to_read(b)), path);
    }

    static std::vector<std::string> codes(const SequenceShape& kind, const void* object) {
        std::vector<std::string> all;
        kind.each(object, [&](const void* element) { all.push_back(code_of(kind.element(), element)); });
        return all;
    }

    /// Visits one element without a copy, because elements of some sequences are destroyed after the visit.
    static void
    at(const SequenceShape& kind, const void* object, std::size_t index, const std::function<void(const void*)>& use) {
        std::size_t left = index;
        kind.each(object, [&](const void* element) {
            if (left-- == 0) use(element);
        });
    }

    void report(const std::string& path, const std::string& expected, const std::string& got) {
        if (expected != got)
            differences_ += fmt::format("  {}: expected {}, got {}\n", path.empty() ? "/" : path, expected, got);
    }

    std::string differences_;
};

} // namespace

std::string code_of(const Shape& shape, const void* object) {
    return std::visit([&](const auto& kind) { return of(shape, kind, object); }, shape.kind);
}

std::string differences(const Shape& shape, const void* expected, const void* got) {
    ValueComparison comparison;
    comparison.compare(shape, expected, got, {});
    return comparison.take();
}

} // namespace evenfold::testing
