#include "evenfold/storage/postgres/query_parameters.hpp"

#include <algorithm>
#include <limits>

namespace evenfold::storage::postgres {

namespace {

constexpr std::size_t header_bytes = 20; // dimensions, flags, element type, length, first index
constexpr std::uint32_t null_length = std::numeric_limits<std::uint32_t>::max();

/// Writes the lowest `count` bytes of `value` to `target`, the highest first.
void write_big_endian(char* target, std::uint64_t value, std::size_t count) {
    for (std::size_t index = 0; index < count; ++index)
        target[index] = static_cast<char>(static_cast<std::uint8_t>(value >> (8 * (count - 1 - index))));
}

void append_big_endian(std::string& bytes, std::uint64_t value, std::size_t count) {
    bytes.resize(bytes.size() + count);
    write_big_endian(bytes.data() + bytes.size() - count, value, count);
}

std::int64_t clamped(std::uint64_t value) {
    constexpr auto most = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
    return static_cast<std::int64_t>(std::min(value, most));
}

std::uint32_t array_type_of(ValueType type) {
    switch (type) {
    case ValueType::boolean: return 1000;
    case ValueType::bytea: return 1001;
    case ValueType::int8: return 1016;
    case ValueType::int4: return 1007;
    case ValueType::text: return 1009;
    case ValueType::uuid: return 2951;
    }
    return 0;
}

} // namespace

ArrayColumn::ArrayColumn(ValueType type) : type_(type), bytes_(header_bytes, '\0') {}

void ArrayColumn::begin_value(std::uint32_t bytes) {
    ++size_;
    append_big_endian(bytes_, bytes, 4);
}

void ArrayColumn::add(std::int64_t value) {
    const std::uint32_t width = type_ == ValueType::int4 ? 4 : 8;
    begin_value(width);
    append_big_endian(bytes_, static_cast<std::uint64_t>(value), width);
}

void ArrayColumn::add(std::uint64_t value) {
    add(clamped(value));
}

void ArrayColumn::add(std::string_view bytes) {
    begin_value(static_cast<std::uint32_t>(bytes.size()));
    bytes_ += bytes;
}

void ArrayColumn::add_null() {
    has_null_ = true;
    begin_value(null_length);
}

std::string_view ArrayColumn::encoded() {
    char* header = bytes_.data();
    write_big_endian(header, size_ > 0 ? 1 : 0, 4);
    write_big_endian(header + 4, has_null_ ? 1 : 0, 4);
    write_big_endian(header + 8, static_cast<std::uint32_t>(type_), 4);
    write_big_endian(header + 12, size_, 4);
    write_big_endian(header + 16, 1, 4);
    return size_ > 0 ? std::string_view(bytes_) : std::string_view(bytes_).substr(0, 12);
}

QueryParameters& QueryParameters::add(std::int64_t value) {
    types_.push_back(static_cast<std::uint32_t>(ValueType::int8));
    ParameterValue& added = values_.emplace_back();
    added.is_own = true;
    append_big_endian(added.own, static_cast<std::uint64_t>(value), 8);
    return *this;
}

QueryParameters& QueryParameters::add(std::uint64_t value) {
    return add(clamped(value));
}

QueryParameters& QueryParameters::add(std::string_view bytes, ValueType type) {
    types_.push_back(static_cast<std::uint32_t>(type));
    values_.emplace_back().view = bytes;
    return *this;
}

QueryParameters& QueryParameters::add(ArrayColumn& array) {
    types_.push_back(array_type_of(array.type()));
    values_.emplace_back().view = array.encoded();
    return *this;
}

QueryParameters& QueryParameters::add_null(ValueType type) {
    types_.push_back(static_cast<std::uint32_t>(type));
    values_.emplace_back().is_null = true;
    return *this;
}

QueryParameters::Wire QueryParameters::wire() const {
    Wire wire;
    for (const ParameterValue& value : values_) {
        const std::string_view bytes = value.is_own ? std::string_view(value.own) : value.view;
        const char* start = bytes.empty() ? "" : bytes.data(); // a null pointer would be NULL
        wire.values.push_back(value.is_null ? nullptr : start);
        wire.lengths.push_back(static_cast<int>(bytes.size()));
        wire.formats.push_back(1);
    }
    return wire;
}

std::int64_t integer_of(std::string_view bytes) {
    std::uint64_t value = 0;
    for (const char byte : bytes) value = (value << 8U) | static_cast<std::uint8_t>(byte);
    switch (bytes.size()) {
    case 2: return static_cast<std::int16_t>(value);
    case 4: return static_cast<std::int32_t>(value);
    default: return static_cast<std::int64_t>(value);
    }
}

} // namespace evenfold::storage::postgres
