#include "evenfold/journal/postgres/event_rows.hpp"

#include "evenfold/core/reflection/type_name.hpp"

namespace evenfold::journal::postgres {

namespace {

constexpr std::size_t payload_bytes_max = std::size_t{64} << 20U; // of one statement, unless one event has more

} // namespace

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

void EventRows::add(const Batch& batch, std::uint32_t index, const RowPosition& position) {
    const NewEvent& event = batch.events[index];
    sequence_.add(position.sequence);
    stream_.add(position.stream);
    version_.add(position.version);
    command_.add(bytes_of(batch.command));
    index_in_batch_.add(std::int64_t{index});
    actor_.add(name_of(batch.actor));
    if (const auto cause = cause_of(batch))
        cause_.add(*cause);
    else
        cause_.add_null();
    correlation_.add(bytes_of(batch.correlation));
    at_ms_.add(batch.at.unix_ms);
    stored_at_ms_.add(batch.stored_at.unix_ms);
    type_.add(event.type);
    type_version_.add(std::int64_t{event.type_version});
    data_.add(event.data);
    payload_bytes_ += event.type.size() + event.data.size();
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
