/// The rows of a group of batches as arrays, one per column, so that one INSERT stores all of them.
/// Shapes: the columns of docs/journal-postgres.md. An array without values stands for NULL in each row.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <string_view>

#include "evenfold/journal/chain/rows.hpp"
#include "evenfold/journal/journal.hpp"
#include "evenfold/journal/postgres/address.hpp"
#include "evenfold/journal/signer.hpp"

namespace evenfold::journal::postgres {

/// The columns of a signed journal. They stay empty in an unsigned one; otherwise each has one value per event.
struct SignatureArrays {
    void add(const SignedColumns& columns, std::uint64_t key_number);
    /// Adds the values of a stored event, which may be unsigned among signed ones.
    void add(const chain::EventRow& row);

    ArrayColumn salt{ValueType::bytea};
    ArrayColumn payload_hash{ValueType::bytea};
    ArrayColumn prev{ValueType::bytea};
    ArrayColumn mac{ValueType::bytea};
    ArrayColumn key{ValueType::int4};
    ArrayColumn removed{ValueType::int4};
};

/// The position of an event in the tables.
struct RowPosition {
    Sequence sequence = 0;
    std::int64_t stream = 0; // its number in the table
    StreamVersion version = 0;
};

class EventRows {
public:
    static constexpr std::string_view insert =
        "INSERT INTO events (sequence, stream, version, command, index_in_batch, actor, cause, correlation, at_ms, "
        "stored_at_ms, type, type_version, data, salt, payload_hash, prev, mac, key, removed) "
        "SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::uuid[], $5::int[], $6::text[], "
        "$7::bigint[], "
        "$8::uuid[], $9::bigint[], $10::bigint[], $11::bytea[], $12::bigint[], $13::bytea[], $14::bytea[], "
        "$15::bytea[], $16::bytea[], $17::bytea[], $18::int[], $19::int[])";

    void add(const Batch& batch, std::uint32_t index, const RowPosition& position);
    /// Adds an event that another copy of the journal has; `stream` is the number of its stream here.
    void add(const chain::EventRow& row, std::int64_t stream);

    [[nodiscard]] std::size_t size() const { return sequence_.size(); }
    /// Returns whether the rows should be sent by a statement of their own, because a statement has at most 1 GB.
    [[nodiscard]] bool is_full() const;
    [[nodiscard]] SignatureArrays& signatures() { return signed_; }

    /// Returns the parameters of `insert`, which view these rows.
    [[nodiscard]] QueryParameters parameters();

private:
    ArrayColumn sequence_{ValueType::int8}, stream_{ValueType::int8}, version_{ValueType::int8};
    ArrayColumn command_{ValueType::uuid}, index_in_batch_{ValueType::int4}, actor_{ValueType::text};
    ArrayColumn cause_{ValueType::int8}, correlation_{ValueType::uuid};
    ArrayColumn at_ms_{ValueType::int8}, stored_at_ms_{ValueType::int8};
    ArrayColumn type_{ValueType::bytea}, type_version_{ValueType::int8}, data_{ValueType::bytea};
    SignatureArrays signed_;
    std::size_t payload_bytes_ = 0;
};

/// The receipts of a group.
class ReceiptRows {
public:
    /// Stores those that do not exist; the number of stored rows says whether all were new.
    static constexpr std::string_view insert =
        "INSERT INTO receipts (command, fingerprint, first, count) "
        "SELECT * FROM unnest($1::uuid[], $2::bytea[], $3::bigint[], $4::bigint[]) ON CONFLICT (command) DO NOTHING";

    void add(const Receipt& receipt);
    [[nodiscard]] std::size_t size() const { return command_.size(); }
    [[nodiscard]] QueryParameters parameters();

private:
    ArrayColumn command_{ValueType::uuid}, fingerprint_{ValueType::bytea};
    ArrayColumn first_{ValueType::int8}, count_{ValueType::int8};
};

/// The streams that a group creates.
class StreamRows {
public:
    static constexpr std::string_view insert =
        "INSERT INTO streams (id, name) SELECT * FROM unnest($1::bigint[], $2::bytea[])";

    void add(std::int64_t id, std::string_view name);
    [[nodiscard]] std::size_t size() const { return id_.size(); }
    [[nodiscard]] QueryParameters parameters();

private:
    ArrayColumn id_{ValueType::int8}, name_{ValueType::bytea};
};

/// Fails as `too_large` if an event with these texts cannot be stored.
[[nodiscard]] std::expected<void, Failure>
check_size(std::string_view place, std::string_view stream, std::string_view type, std::string_view data);

/// Returns the 16 bytes of an id.
[[nodiscard]] std::string_view bytes_of(const CommandId& id);

} // namespace evenfold::journal::postgres
