#include "evenfold/journal/postgres/event_rows.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "evenfold/core/reflection/type_name.hpp"

namespace evenfold::journal::postgres {

namespace {

constexpr std::size_t payload_bytes_max = std::size_t{64} << 20U; // of one statement, unless one event has more
constexpr std::size_t event_bytes_max = std::size_t{512} << 20U;  // a statement, and a row, have at most 1 GB

void add_or_null(ArrayColumn& column, std::string_view bytes) {
    if (bytes.empty())
        column.add_null();
    else
        column.add(bytes);
}

void add_or_null(ArrayColumn& column, const std::optional<std::uint64_t>& number) {
    if (number)
        column.add(static_cast<std::int64_t>(*number));
    else
        column.add_null();
}

} // namespace

std::expected<void, Failure>
check_size(std::string_view place, std::string_view stream, std::string_view type, std::string_view data) {
    if (std::max({stream.size(), type.size(), data.size()}) <= event_bytes_max) return {};
    return std::unexpected(
        Failure{.kind = FailureKind::too_large,
                .what = fmt::format("{}: an event of type {} has {} bytes, and at most {} can be stored", place, type,
                                    data.size(), event_bytes_max),
                .remedy = "Split the event, or store the bytes elsewhere and keep only their name."});
}

std::string_view bytes_of(const CommandId& id) {
    const void* bytes = id.uuid.bytes.data();
    return {static_cast<const char*>(bytes), id.uuid.bytes.size()};
}

void SignatureArrays::add(const SignedColumns& columns, std::uint64_t key_number) {
    salt.add(std::string_view(columns.salt.data(), columns.salt.size()));
    payload_hash.add(chain::bytes_of(columns.payload_hash));
    prev.add(chain::bytes_of(columns.previous));
    mac.add(chain::bytes_of(columns.mac));
    key.add(static_cast<std::int64_t>(key_number));
    removed.add_null();
}

void SignatureArrays::add(const chain::EventRow& row) {
    add_or_null(salt, row.salt);
    add_or_null(payload_hash, row.payload_hash);
    add_or_null(prev, row.previous);
    add_or_null(mac, row.mac);
    add_or_null(key, row.key);
    add_or_null(removed, row.removed);
}

void EventRows::add(const Batch& batch, std::uint32_t index, const RowPosition& position) {
    const NewEvent& event = batch.events[index];
    sequence_.add(position.sequence);
    stream_.add(position.stream);
    version_.add(position.version);
    command_.add(bytes_of(batch.command));
    index_in_batch_.add(std::int64_t{index});
    actor_.add(name_of(batch.actor));
    add_or_null(cause_, cause_of(batch));
    correlation_.add(bytes_of(batch.correlation));
    at_ms_.add(batch.at.unix_ms);
    stored_at_ms_.add(batch.stored_at.unix_ms);
    type_.add(event.type);
    type_version_.add(std::int64_t{event.type_version});
    data_.add(event.data);
    payload_bytes_ += event.type.size() + event.data.size();
}

void EventRows::add(const chain::EventRow& row, std::int64_t stream) {
    sequence_.add(row.sequence);
    stream_.add(stream);
    version_.add(row.version);
    command_.add(bytes_of(row.command));
    index_in_batch_.add(std::int64_t{row.index});
    actor_.add(row.actor);
    add_or_null(cause_, row.cause);
    correlation_.add(bytes_of(row.correlation));
    at_ms_.add(row.at.unix_ms);
    stored_at_ms_.add(row.stored_at.unix_ms);
    type_.add(row.type);
    type_version_.add(std::int64_t{row.type_version});
    data_.add(row.data);
    payload_bytes_ += row.type.size() + row.data.size();
    signed_.add(row);
}

bool EventRows::is_full() const {
    return payload_bytes_ >= payload_bytes_max;
}

QueryParameters EventRows::parameters() {
    QueryParameters parameters;
    for (ArrayColumn* column : {&sequence_, &stream_, &version_, &command_, &index_in_batch_, &actor_, &cause_,
                                &correlation_, &at_ms_, &stored_at_ms_, &type_, &type_version_, &data_, &signed_.salt,
                                &signed_.payload_hash, &signed_.prev, &signed_.mac, &signed_.key, &signed_.removed}) {
        parameters.add(*column);
    }
    return parameters;
}

void ReceiptRows::add(const Receipt& receipt) {
    command_.add(bytes_of(receipt.command));
    fingerprint_.add(receipt.fingerprint);
    first_.add(receipt.first);
    count_.add(std::int64_t{receipt.count});
}

QueryParameters ReceiptRows::parameters() {
    QueryParameters parameters;
    parameters.add(command_).add(fingerprint_).add(first_).add(count_);
    return parameters;
}

void StreamRows::add(std::int64_t id, std::string_view name) {
    id_.add(id);
    name_.add(name);
}

QueryParameters StreamRows::parameters() {
    QueryParameters parameters;
    parameters.add(id_).add(name_);
    return parameters;
}

} // namespace evenfold::journal::postgres
