#include "evenfold/tests/support/arbitrary.hpp"

#include <array>
#include <fmt/format.h>
#include <limits>

#include "evenfold/core/values/instant.hpp"
#include "evenfold/core/values/uuid.hpp"

namespace evenfold::tests {
namespace {

using namespace std::string_view_literals;

/// The source of the leaves and of the choices of a traversal.
class LeafSource {
public:
    LeafSource() = default;
    LeafSource(const LeafSource&) = delete;
    LeafSource& operator=(const LeafSource&) = delete;
    virtual ~LeafSource() = default;

    virtual std::uint64_t number() = 0;
    virtual double real() = 0;
    virtual std::string text() = 0;
    virtual Uuid id() = 0;
    virtual Instant instant() = 0;
    virtual std::size_t enumerator(std::size_t count) = 0;
    virtual std::size_t alternative(std::size_t count) = 0;
    virtual bool present() = 0;
    virtual std::size_t length() = 0;
};

class Anything final : public LeafSource {
public:
    explicit Anything(Engine& engine) : engine_(engine) {}

    std::uint64_t number() override {
        static constexpr std::array<std::uint64_t, 9> limits{
            0, 1, 127, 255, 65535, 4294967295, INT64_MAX, static_cast<std::uint64_t>(INT64_MIN), UINT64_MAX};
        return below(2) == 0 ? limits[below(limits.size())] : engine_() >> below(64);
    }
    double real() override {
        using Limits = std::numeric_limits<double>;
        static constexpr std::array<double, 8> limits{
            0.0, 1.5, -0.1, Limits::max(), Limits::min(), Limits::denorm_min(), Limits::infinity(), 1e300};
        return limits[below(limits.size())];
    }
    std::string text() override {
        static constexpr std::array texts{""sv,
                                          "plain"sv,
                                          "a\0b"sv,
                                          "\xff\xfe"sv,
                                          "caf\xc3\xa9 \xf0\x9f\x8c\xb1"sv,
                                          "\"\\/\n\t"sv,
                                          "\xed\xa0\x80"sv,
                                          "{\"$hex\":\"00\"}"sv,
                                          "~0~1/"sv};
        std::string text(texts[below(texts.size())]);
        while (below(3) == 0) text += static_cast<char>('a' + below(26));
        return text;
    }
    Uuid id() override {
        Uuid id;
        for (auto& byte : id.bytes) byte = static_cast<std::uint8_t>(below(256));
        return id;
    }
    Instant instant() override {
        static constexpr std::int64_t first = -62'167'219'200'000;  // of the year 0
        static constexpr std::uint64_t count = 315'569'520'000'000; // ten thousand years
        return {first + static_cast<std::int64_t>(below(count))};
    }
    std::size_t enumerator(std::size_t count) override { return below(count); }
    std::size_t alternative(std::size_t count) override { return below(count); }
    bool present() override { return below(2) == 0; }
    std::size_t length() override { return below(4); }

private:
    /// Uses the engine only, because the standard library's distributions differ between implementations.
    std::uint64_t below(std::uint64_t bound) { return engine_() % bound; }

    Engine& engine_;
};

class Plain final : public LeafSource {
public:
    std::uint64_t number() override { return ++last_; }
    double real() override { return static_cast<double>(++last_) + 0.5; }
    std::string text() override { return fmt::format("text {}", ++last_); }
    Uuid id() override {
        Uuid id;
        id.bytes.back() = static_cast<std::uint8_t>(++last_);
        return id;
    }
    Instant instant() override { return {static_cast<std::int64_t>(++last_)}; }
    std::size_t enumerator(std::size_t count) override { return ++last_ % count; }
    std::size_t alternative(std::size_t count) override { return count - 1; }
    bool present() override { return true; }
    std::size_t length() override { return 2; }

private:
    std::uint64_t last_ = 0;
};

class Filling {
public:
    explicit Filling(LeafSource& choices) : choices_(choices) {}

    void fill(const Shape& shape, void* object) {
        std::visit([&](const auto& kind) { on(kind, object); }, shape.kind);
    }

private:
    void on(const BooleanShape&, void* object) { *static_cast<bool*>(object) = choices_.number() % 2 == 1; }
    void on(const IntegerShape& kind, void* object) {
        const auto value = static_cast<std::int64_t>(choices_.number());
        if (!kind.write(object, value)) kind.write(object, value % 128);
    }
    void on(const NaturalShape& kind, void* object) {
        const std::uint64_t value = choices_.number();
        if (!kind.write(object, value)) kind.write(object, value % 256);
    }
    void on(const RealShape&, void* object) { *static_cast<double*>(object) = choices_.real(); }
    void on(const TextShape& kind, void* object) { kind.write(object, choices_.text()); }
    void on(const UuidShape&, void* object) { *static_cast<Uuid*>(object) = choices_.id(); }
    void on(const InstantShape&, void* object) { *static_cast<Instant*>(object) = choices_.instant(); }
    void on(const EnumerationShape& kind, void* object) { kind.write(object, choices_.enumerator(kind.names.size())); }
    void on(const StructureShape& kind, void* object) {
        for (const Field& field : kind.fields) fill(field.shape(), field.at(object));
    }
    void on(const VariantShape& kind, void* object) {
        const std::size_t index = choices_.alternative(kind.alternatives.size());
        fill(kind.alternatives[index](), kind.emplace(object, index));
    }
    void on(const OptionalShape& kind, void* object) {
        if (choices_.present()) fill(kind.element(), kind.emplace(object));
    }
    void on(const SequenceShape& kind, void* object) {
        for (std::size_t left = choices_.length(); left > 0; --left) {
            kind.add(object, [&](void* element) {
                fill(kind.element(), element);
                return true;
            });
        }
    }
    void on(const IndirectShape& kind, void* object) { fill(kind.content(), kind.value(object)); }
    void on(const PersonalShape& kind, void* object) {
        if (!choices_.present()) return kind.erase(object);
        fill(kind.content(), kind.emplace(object));
    }

    LeafSource& choices_;
};

} // namespace

void fill_anything(const Shape& shape, void* object, Engine& engine) {
    Anything anything(engine);
    Filling(anything).fill(shape, object);
}

void fill_plainly(const Shape& shape, void* object) {
    Plain plain;
    Filling(plain).fill(shape, object);
}

} // namespace evenfold::tests
