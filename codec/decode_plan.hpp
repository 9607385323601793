/// Decodes structs of one type by a plan: the names of the fields in the order in which `encode` writes them, prepared
/// once, so that each field costs one comparison of words and one call.
/// Shape: accepts only the text that `encode` writes, without unknown fields. Immutable; any thread may use it.
/// Written by hand because the fast decoder over shapes takes 1.3 to 1.4 times as long (docs/payloads.md).
///
///     const DecodePlan plan(std::get<StructureShape>(shape_of<Added>().kind));
///     Added added;
///     assert(plan.try_decode(&added, R"({"amount":60})"));
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "evenfold/codec/scan.hpp"
#include "evenfold/core/reflection/shape.hpp"

namespace evenfold::codec {

class DecodePlan {
public:
    explicit DecodePlan(const StructureShape& structure);

    /// Returns whether `try_decode` may fill `object` again, because it would overwrite all that it holds. The texts
    /// then keep their memory.
    [[nodiscard]] bool can_refill(void* object) const;

    /// Fills the fresh `object`. Returns false for any other text than `encode` writes; the caller must then pass a
    /// fresh object to try_decode_fast.
    [[nodiscard]] bool try_decode(void* object, std::string_view json) const;

private:
    /// The name of a field with its quotes and colon. The first word is compared alone, because most names end there.
    class FieldName {
    public:
        explicit FieldName(std::string_view name);

        /// Returns the position after it if it comes at `at`, and null otherwise.
        [[nodiscard]] const char* skip(const char* at, const char* end) const {
            constexpr std::ptrdiff_t word = sizeof first_word_;
            if (end - at >= word && ((word_at(at) ^ first_word_) & mask_) != 0) return nullptr;
            if ((end - at < word || size_ > word) && !std::string_view(at, end).starts_with(quoted_)) return nullptr;
            return at + size_;
        }

    private:
        std::string quoted_;
        std::ptrdiff_t size_ = 0;
        std::uint64_t first_word_ = 0;
        std::uint64_t mask_ = 0; // of the bytes that belong to the name
    };

    enum class ValueKind : std::uint8_t { natural, text, uuid, other };

    struct Step {
        FieldName name;
        ValueKind kind;
        void* (*at)(void* object);
        void* (*emplace)(void* optional); // null if the field must be present
        const Shape* shape;               // of the value, without its optional
        bool (*write_natural)(void* value, std::uint64_t number);
        void (*write_text)(void* value, std::string_view text);
    };

    static const char* read_text(const Step& step, void* value, const char* at, std::string_view json);
    static const char* read_other(const Step& step, void* value, const char* at, std::string_view json);
    static const char* read_step(const Step& step, void* object, const char* at, std::string_view json);

    struct OptionalField {
        void* (*at)(void* object);
        void* (*value)(void* optional);
    };

    std::vector<Step> steps_;
    std::vector<OptionalField> optionals_;
    bool overwrites_all_ = true; // whether each step sets its whole value
};

} // namespace evenfold::codec
