/// The parameters of a query in PostgreSQL's binary format, also arrays, which insert many rows by one statement.
/// Shapes: each value has its type; integers are big endian. A number beyond 2^63 - 1 is sent as 2^63 - 1.
/// Source: https://www.postgresql.org/docs/15/protocol-overview.html#PROTOCOL-FORMAT-CODES and the server's array_recv.
///
///     ArrayColumn sequences(ValueType::int8);
///     for (std::int64_t sequence : {7, 8, 9}) sequences.add(sequence);
///     QueryParameters parameters;
///     parameters.add(std::int64_t{1}).add(sequences); // $1 bigint, $2 bigint[]
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace evenfold::storage::postgres {

/// The types of values, with their numbers in the server's catalog.
enum class ValueType : std::uint32_t { boolean = 16, bytea = 17, int8 = 20, int4 = 23, text = 25, uuid = 2950 };

/// An array with one dimension, built value by value. Without values it is the empty array.
class ArrayColumn {
public:
    explicit ArrayColumn(ValueType type);

    void add(std::int64_t value);     // of int8, and of int4 if it fits
    void add(std::uint64_t value);    // of int8
    void add(std::string_view bytes); // of bytea and text, and the 16 bytes of a uuid
    void add_null();

    [[nodiscard]] ValueType type() const { return type_; }
    [[nodiscard]] std::size_t size() const { return size_; }
    /// Returns the encoded array. Valid until the next `add`.
    [[nodiscard]] std::string_view encoded();

private:
    void begin_value(std::uint32_t bytes);

    ValueType type_;
    std::size_t size_ = 0;
    bool has_null_ = false;
    std::string bytes_; // the header, which encoded() completes, and the values
};

/// The parameters $1, $2, ... of one query. Arrays and bytes are views: they must live until the query was sent.
class QueryParameters {
public:
    QueryParameters& add(std::int64_t value);
    QueryParameters& add(std::uint64_t value);
    QueryParameters& add(std::string_view bytes, ValueType type); // bytea, text, or the 16 bytes of a uuid
    QueryParameters& add(ArrayColumn& array);
    QueryParameters& add_null(ValueType type);

    [[nodiscard]] int count() const { return static_cast<int>(types_.size()); }
    [[nodiscard]] const std::vector<std::uint32_t>& types() const { return types_; }

    /// The pointers, lengths and formats as libpq takes them.
    struct Wire {
        std::vector<const char*> values;
        std::vector<int> lengths;
        std::vector<int> formats;
    };
    [[nodiscard]] Wire wire() const;

private:
    struct ParameterValue {
        std::string own;       // of a number
        std::string_view view; // of other values
        bool is_own = false;
        bool is_null = false;
    };

    std::vector<std::uint32_t> types_;
    std::vector<ParameterValue> values_;
};

/// Returns the bytes of a value that the server sent as an integer of 1, 2, 4 or 8 bytes.
[[nodiscard]] std::int64_t integer_of(std::string_view bytes);

} // namespace evenfold::storage::postgres
