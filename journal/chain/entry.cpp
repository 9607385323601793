#include "evenfold/journal/chain/entry.hpp"

namespace evenfold::journal::chain {
namespace {

void append_hash(std::string& bytes, const Hash& hash) {
    bytes += bytes_of(hash);
}

void append_id(std::string& bytes, const CommandId& id) {
    bytes.append(reinterpret_cast<const char*>(id.uuid.bytes.data()), id.uuid.bytes.size());
}

void append_instant(std::string& bytes, Instant instant) {
    append_u64(bytes, static_cast<std::uint64_t>(instant.unix_ms)); // in two's complement
}

} // namespace

Hash payload_hash_of(std::string_view salt, std::string_view data) {
    return hash_of(salt, data);
}

void append_entry(std::string& bytes, const CoveredEvent& event) {
    bytes += "evf.event.v2";
    append_u64(bytes, event.sequence);
    append_u64(bytes, event.version);
    append_id(bytes, event.command);
    append_u32(bytes, event.index);
    append_u32(bytes, event.count);
    append_u64(bytes, event.cause.value_or(0));
    append_id(bytes, event.correlation);
    append_instant(bytes, event.at);
    append_instant(bytes, event.stored_at);
    append_u32(bytes, event.type_version);
    append_hash(bytes, event.payload_hash);
    append_field(bytes, event.stream);
    append_field(bytes, event.type);
    append_field(bytes, event.actor);
    append_field(bytes, event.key_id);
    append_field(bytes, event.fingerprint);
    append_field(bytes, event.newest_empty ? bytes_of(*event.newest_empty) : std::string_view());
}

std::string genesis_message(const Genesis& genesis) {
    std::string message = "evf.genesis.v2";
    append_u64(message, genesis.before);
    append_hash(message, genesis.root);
    append_field(message, genesis.origin);
    append_field(message, genesis.domain);
    append_field(message, genesis.key_id);
    return message;
}

std::string empty_receipt_message(const EmptyReceipt& receipt) {
    std::string message = "evf.idle.v2"; // the label of the format; the rest of the code says "empty receipt"
    append_u64(message, receipt.number);
    append_u64(message, receipt.first);
    append_id(message, receipt.command);
    append_hash(message, receipt.previous.value_or(Hash{}));
    append_field(message, receipt.fingerprint);
    append_field(message, receipt.key_id);
    return message;
}

std::string key_change_message(const KeyChange& change) {
    std::string message = "evf.key.v2";
    append_u64(message, change.number);
    append_u64(message, change.first);
    append_hash(message, change.root);
    append_hash(message, change.mac);
    append_field(message, change.old_id);
    append_field(message, change.new_id);
    return message;
}

} // namespace evenfold::journal::chain
