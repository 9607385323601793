#include "evenfold/core/reflection/digest.hpp"

#include <bit>
#include <cmath>
#include <limits>

#include "evenfold/core/values/instant.hpp"
#include "evenfold/core/values/uuid.hpp"

namespace evenfold {
namespace {

/// Hashes one value. A number is eight bytes, most significant first; a text is its length and its bytes.
class DigestWriter {
public:
    void value(const Shape& shape, const void* object) {
        std::visit([&](const auto& kind) { on(kind, object); }, shape.kind);
    }

    [[nodiscard]] Sha256::Digest finish() { return hash_.finish(); }

private:
    void number(std::uint64_t value) {
        std::array<char, 8> bytes{};
        for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<char>(value >> (56 - 8 * i));
        hash_.update({bytes.data(), bytes.size()});
    }
    void text(std::string_view bytes) {
        number(bytes.size());
        hash_.update(bytes);
    }

    void on(const BooleanShape&, const void* object) { number(*static_cast<const bool*>(object) ? 1 : 0); }
    void on(const IntegerShape& kind, const void* object) { number(static_cast<std::uint64_t>(kind.read(object))); }
    void on(const NaturalShape& kind, const void* object) { number(kind.read(object)); }
    void on(const RealShape&, const void* object) {
        const double real = *static_cast<const double*>(object);
        const double canonical = real == 0 ? 0 : real; // both zeros are equal
        number(
            std::bit_cast<std::uint64_t>(std::isnan(canonical) ? std::numeric_limits<double>::quiet_NaN() : canonical));
    }
    void on(const TextShape& kind, const void* object) { text(kind.read(object)); }
    void on(const UuidShape&, const void* object) {
        const auto& bytes = static_cast<const Uuid*>(object)->bytes;
        hash_.update({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
    }
    void on(const InstantShape&, const void* object) {
        number(static_cast<std::uint64_t>(static_cast<const Instant*>(object)->unix_ms));
    }
    void on(const EnumerationShape& kind, const void* object) { text(kind.names[kind.read(object)]); }
    void on(const StructureShape& kind, const void* object) {
        number(kind.fields.size());
        for (const Field& field : kind.fields) {
            text(field.name);
            value(field.shape(), field.at(to_read(object)));
        }
    }
    void on(const VariantShape& kind, const void* object) {
        const Shape& held = kind.alternatives[kind.index(object)]();
        text(held.name);
        value(held, kind.value(to_read(object)));
    }
    void on(const OptionalShape& kind, const void* object) {
        const void* held = kind.value(to_read(object));
        number(held ? 1 : 0);
        if (held) value(kind.element(), held);
    }
    void on(const SequenceShape& kind, const void* object) {
        number(kind.size(object));
        const Shape& element = kind.element();
        kind.each(object, [&](const void* one) { value(element, one); });
    }
    void on(const IndirectShape& kind, const void* object) { value(kind.content(), kind.value(to_read(object))); }
    void on(const PersonalShape& kind, const void* object) {
        const void* held = kind.value(to_read(object));
        number(held ? 1 : 0);
        if (held) value(kind.content(), held);
    }

    Sha256 hash_;
};

} // namespace

Sha256::Digest digest(const Shape& shape, const void* object) {
    DigestWriter writer;
    writer.value(shape, object);
    return writer.finish();
}

} // namespace evenfold
