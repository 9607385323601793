#include "evenfold/codec/decode_plan.hpp"

#include <algorithm>
#include <tuple>

#include "evenfold/codec/fast_decoder.hpp"
#include "evenfold/core/values/uuid.hpp"

namespace evenfold::codec {
namespace {

// Each function returns the position after its value, or null.

const char* read_natural(const char* at, const char* end, std::uint64_t& number) {
    constexpr std::ptrdiff_t digits_max = 19; // of numbers that cannot overflow
    const char* const first = at;
    number = 0;
    for (; at != end && *at >= '0' && *at <= '9'; ++at) number = 10 * number + static_cast<std::uint64_t>(*at - '0');
    const std::ptrdiff_t digits = at - first;
    return digits == 1 || (digits > 1 && digits <= digits_max && *first != '0') ? at : nullptr;
}

const char* read_uuid(const char* at, const char* end, void* object) {
    constexpr std::ptrdiff_t size = std::tuple_size_v<UuidText>;
    if (end - at < size + 2 || at[0] != '"' || at[size + 1] != '"') return nullptr;
    const auto id = parse_uuid({at + 1, size});
    if (!id) return nullptr;
    *static_cast<Uuid*>(object) = *id;
    return at + size + 2;
}

} // namespace

DecodePlan::FieldName::FieldName(std::string_view name)
    : quoted_('"' + std::string(name) + "\":"), size_(static_cast<std::ptrdiff_t>(quoted_.size())) {
    std::string word = quoted_.substr(0, sizeof first_word_);
    std::string mask(word.size(), '\xff');
    word.resize(sizeof first_word_);
    mask.resize(sizeof first_word_);
    first_word_ = word_at(word.data());
    mask_ = word_at(mask.data());
}

DecodePlan::DecodePlan(const StructureShape& structure) {
    steps_.reserve(structure.fields.size());
    for (const Field& field : structure.fields) {
        const Shape& whole = field.shape();
        const auto* optional = std::get_if<OptionalShape>(&whole.kind);
        Step step{.name = FieldName(field.name),
                  .kind = ValueKind::other,
                  .at = field.at,
                  .emplace = optional ? optional->emplace : nullptr,
                  .shape = optional ? &optional->element() : &whole,
                  .write_natural = nullptr,
                  .write_text = nullptr};
        if (const auto* natural = std::get_if<NaturalShape>(&step.shape->kind)) {
            step.kind = ValueKind::natural;
            step.write_natural = natural->write;
        } else if (const auto* text = std::get_if<TextShape>(&step.shape->kind)) {
            step.kind = ValueKind::text;
            step.write_text = text->write;
        } else if (std::holds_alternative<UuidShape>(step.shape->kind)) {
            step.kind = ValueKind::uuid;
        }
        overwrites_all_ = overwrites_all_ && step.kind != ValueKind::other;
        if (optional) optionals_.push_back({.at = field.at, .value = optional->value});
        steps_.push_back(std::move(step));
    }
}

/// Reads an opened string and writes its text.
const char* DecodePlan::read_text(const Step& step, void* value, const char* at, std::string_view json) {
    const char* const end = json.data() + json.size();
    std::uint64_t bits = 0;
    std::string_view text{at, plain_bytes(json.begin(), at, end, bits)};
    at += text.size();
    if (at != end && *at == '"' && (bits & high_bits) == 0) {
        step.write_text(value, text);
        return at + 1;
    }
    JsonCursor cursor({at, end});
    if (!cursor.finish_string(text, bits)) return nullptr;
    step.write_text(value, text);
    return end - cursor.rest().size();
}

/// Reads a value of any kind, in any form that the fast decoder accepts.
const char* DecodePlan::read_other(const Step& step, void* value, const char* at, std::string_view json) {
    const char* const end = json.data() + json.size();
    JsonCursor cursor({at, end});
    const bool done = cursor.read_in_brackets([&] { return read_value(cursor, *step.shape, value); });
    return done ? end - cursor.rest().size() : nullptr;
}

/// Reads the value of a field, whose name was skipped.
inline const char* DecodePlan::read_step(const Step& step, void* object, const char* at, std::string_view json) {
    const char* const end = json.data() + json.size();
    void* value = step.at(object);
    if (step.emplace) {
        if (at != end && *at == 'n') return nullptr; // null, which `encode` leaves out
        value = step.emplace(value);
    }
    switch (step.kind) {
    case ValueKind::natural: {
        std::uint64_t number = 0;
        const char* const next = read_natural(at, end, number);
        if (next) return step.write_natural(value, number) ? next : nullptr;
        break;
    }
    case ValueKind::text:
        if (at != end && *at == '"') return read_text(step, value, at + 1, json);
        break;
    case ValueKind::uuid: return read_uuid(at, end, value);
    case ValueKind::other: break;
    }
    return read_other(step, value, at, json);
}

bool DecodePlan::can_refill(void* object) const {
    const auto is_absent = [&](const OptionalField& field) { return field.value(field.at(object)) == nullptr; };
    return overwrites_all_ && std::ranges::all_of(optionals_, is_absent);
}

bool DecodePlan::try_decode(void* object, std::string_view json) const {
    const char* at = json.data();
    const char* const end = at + json.size();
    char separator = '{';
    for (const Step& step : steps_) {
        const char* const value = at != end && *at == separator ? step.name.skip(at + 1, end) : nullptr;
        if (!value && !step.emplace) return false;
        if (!value) continue;
        at = read_step(step, object, value, json);
        if (!at) return false;
        separator = ',';
    }
    if (separator == '{') { // no field was present
        if (at == end || *at != separator) return false;
        ++at;
    }
    return end - at == 1 && *at == '}';
}

} // namespace evenfold::codec
