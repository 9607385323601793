#include "evenfold/journal/chain/entry.hpp"

#include <algorithm>

#include "evenfold/core/reflection/type_name.hpp"

namespace evenfold::journal::chain {
namespace {

constexpr std::string_view entry_label = "evf.event.v2";

void append_hash(std::string& bytes, const Hash& hash) {
    bytes += bytes_of(hash);
}

void append_id(std::string& bytes, const CommandId& id) {
    bytes.append(reinterpret_cast<const char*>(id.uuid.bytes.data()), id.uuid.bytes.size());
}

void append_instant(std::string& bytes, Instant instant) {
    append_u64(bytes, static_cast<std::uint64_t>(instant.unix_ms)); // in two's complement
}

/// Reads the fields of an entry one after the other. After a field that is cut, all are empty, and `is_whole` is false.
class EntryBytes {
public:
    explicit EntryBytes(std::string_view bytes) : rest_(bytes) {}

    [[nodiscard]] std::string_view take(std::size_t count) {
        if (rest_.size() < count) is_cut_ = true;
        if (is_cut_) return {};
        const std::string_view taken = rest_.substr(0, count);
        rest_.remove_prefix(count);
        return taken;
    }
    template <class Integer>
    [[nodiscard]] Integer integer() {
        Integer value = 0;
        for (const char byte : take(sizeof(Integer)))
            value = static_cast<Integer>(value << 8U) | static_cast<unsigned char>(byte);
        return value;
    }
    [[nodiscard]] CommandId id() {
        CommandId id;
        std::ranges::copy(take(id.uuid.bytes.size()), id.uuid.bytes.begin());
        return id;
    }
    [[nodiscard]] Instant instant() { return {static_cast<std::int64_t>(integer<std::uint64_t>())}; }
    [[nodiscard]] std::string_view field() { return take(integer<std::uint32_t>()); }
    [[nodiscard]] std::optional<Hash> hash_field() {
        const std::string_view bytes = field();
        const auto hash = hash_from(bytes);
        if (!hash && !bytes.empty()) is_cut_ = true;
        return hash;
    }
    [[nodiscard]] bool is_whole() const { return !is_cut_ && rest_.empty(); }

private:
    std::string_view rest_;
    bool is_cut_ = false;
};

} // namespace

std::optional<Actor> actor_named(std::string_view name) {
    const auto& names = enumerator_names<Actor>;
    const auto found = std::ranges::find(names, name);
    if (found == names.end()) return std::nullopt;
    return static_cast<Actor>(found - names.begin());
}

Hash payload_hash_of(std::string_view salt, std::string_view data) {
    return hash_of(salt, data);
}

void append_entry(std::string& bytes, const CoveredEvent& event) {
    bytes += entry_label;
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

std::optional<CoveredEvent> read_entry(std::string_view bytes) {
    if (!bytes.starts_with(entry_label)) return std::nullopt;
    EntryBytes rest(bytes.substr(entry_label.size()));
    CoveredEvent event;
    event.sequence = rest.integer<std::uint64_t>();
    event.version = rest.integer<std::uint64_t>();
    event.command = rest.id();
    event.index = rest.integer<std::uint32_t>();
    event.count = rest.integer<std::uint32_t>();
    if (const auto cause = rest.integer<std::uint64_t>(); cause != 0) event.cause = cause;
    event.correlation = rest.id();
    event.at = rest.instant();
    event.stored_at = rest.instant();
    event.type_version = rest.integer<std::uint32_t>();
    event.payload_hash = hash_from(rest.take(hash_size)).value_or(Hash{});
    event.stream = rest.field();
    event.type = rest.field();
    event.actor = rest.field();
    event.key_id = rest.field();
    event.fingerprint = rest.field();
    event.newest_empty = rest.hash_field();
    if (!rest.is_whole()) return std::nullopt;
    return event;
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
