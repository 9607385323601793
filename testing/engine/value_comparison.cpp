#include <algorithm>
#include <fmt/format.h>
#include <functional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "evenfold/testing/code.hpp"

namespace evenfold::testing {
namespace {

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
    void on(const Shape& shape, const PersonalShape& kind, const void* a, const void* b, const std::string& path) {
        const void* in_a = kind.value(to_read(a));
        const void* in_b = kind.value(to_read(b));
        if (in_a && in_b) return compare(kind.content(), in_a, in_b, path);
        report(path, code_of(shape, a), code_of(shape, b));
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

std::string differences(const Shape& shape, const void* expected, const void* got) {
    ValueComparison comparison;
    comparison.compare(shape, expected, got, {});
    return comparison.take();
}

} // namespace evenfold::testing
