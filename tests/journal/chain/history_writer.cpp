#include <algorithm>
#include <array>

#include "evenfold/core/values/hex.hpp"
#include "evenfold/tests/journal/chain/memory_tree.hpp"
#include "evenfold/tests/journal/chain/stored_journal.hpp"

namespace evenfold::tests::chain {
namespace {

std::string text_of(const Hash& hash) {
    return std::string(bytes_of(hash));
}

std::string with_signature(std::string text) {
    static const HmacKey signer("the signing key of the tests");
    text += hex::encode(signer.mac({text}));
    return text;
}

/// Returns the lines of a note without its last line, which is its signature; nothing if that is wrong.
std::optional<std::vector<std::string>> signed_lines(std::string_view note) {
    const std::size_t end = note.rfind('\n');
    if (end == std::string_view::npos || with_signature(std::string(note.substr(0, end + 1))) != note)
        return std::nullopt;
    std::vector<std::string> lines;
    for (std::string_view rest = note.substr(0, end + 1); !rest.empty();) {
        lines.emplace_back(rest.substr(0, rest.find('\n')));
        rest.remove_prefix(lines.back().size() + 1);
    }
    return lines;
}

Hash hash_of_line(const std::string& line) {
    return hash_from(hex::decode(line).value()).value();
}

HeadStatement read_head(std::string_view note) {
    const auto lines = signed_lines(note);
    if (!lines) return {.origin = {}, .tree = {}, .distrust = "its signature is wrong"};
    return {.origin = lines->at(0), .tree = {std::stoull(lines->at(1)), hash_of_line(lines->at(2))}, .distrust = {}};
}

constexpr char replaced_mark = '=';

RemovalStatement read_removal(std::string_view note) {
    RemovalStatement statement;
    const auto lines = signed_lines(note);
    if (!lines) {
        statement.distrust = "its signature is wrong";
        return statement;
    }
    statement.origin = lines->at(0);
    statement.leaves = hash_of_line(lines->at(1));
    for (std::size_t i = 2; i + 1 < lines->size(); i += 2) {
        if (lines->at(i).starts_with(replaced_mark))
            statement.replaced.push_back({std::stoull(lines->at(i).substr(1)), hash_of_line(lines->at(i + 1))});
        else
            statement.ranges.push_back({std::stoull(lines->at(i)), std::stoull(lines->at(i + 1))});
    }
    return statement;
}

} // namespace

std::string secret_of(std::uint64_t number) {
    return "the secret of the tests with the number " + std::to_string(number);
}

JournalKey key_of(std::uint64_t number) {
    return JournalKey::from_secret(secret_of(number)).value();
}

ChainTrust trust_of(std::uint64_t keys) {
    ChainTrust trust;
    for (std::uint64_t number = 1; number <= keys; ++number) trust.secrets.push_back(key_of(number));
    trust.read_head = read_head;
    trust.read_removal = read_removal;
    return trust;
}

std::string head_note(const std::string& origin, const TreeHead& head) {
    return with_signature(origin + "\n" + std::to_string(head.size) + "\n" + hex::encode(head.root) + "\n");
}

std::string removal_note(const RemovalStatement& statement) {
    std::string text = statement.origin + "\n" + hex::encode(statement.leaves) + "\n";
    for (const SequenceRange& range : statement.ranges)
        text += std::to_string(range.first) + "\n" + std::to_string(range.last) + "\n";
    for (const ReplacedPayload& payload : statement.replaced)
        text += replaced_mark + std::to_string(payload.sequence) + "\n" + hex::encode(payload.payload_hash) + "\n";
    return with_signature(text);
}

std::uint64_t HistoryWriter::drawn(std::uint64_t from, std::uint64_t to) {
    return from + structure_() % (to - from + 1);
}

std::string HistoryWriter::drawn_bytes(std::size_t size) {
    std::string bytes(size, '\0');
    for (char& byte : bytes) byte = static_cast<char>(static_cast<unsigned char>(content_()));
    return bytes;
}

Hash HistoryWriter::root_of(std::uint64_t size) const {
    return plain_root(std::span(leaves).first(size));
}

void HistoryWriter::start_signing(KeyScheme scheme, FirstPrevious first) {
    const Hash root = unsigned_tree_.root();
    chain_ = Chain::begin(key_of(1), {stored.origin, stored.domain}, unsigned_tree_, scheme);
    ChainState state = chain_->state();
    state.first = first;
    chain_.emplace(key_of(1), state);
    stored.keys.push_back({.number = 1,
                           .id = chain_->key().id(),
                           .scheme = scheme == KeyScheme::v2 ? "v2" : "compat-v1",
                           .first = head() + 1,
                           .root = text_of(root),
                           .by_old = {},
                           .by_new = text_of(chain_->state().mac)});
}

void HistoryWriter::change_key() {
    const std::uint64_t number = stored.keys.size() + 1;
    const SealedKeyChange change = chain_->change_key(key_of(number), number);
    stored.keys.push_back({.number = number,
                           .id = chain_->key().id(),
                           .scheme = "v2",
                           .first = change.first,
                           .root = text_of(change.root),
                           .by_old = text_of(change.by_old),
                           .by_new = text_of(change.by_new)});
}

void HistoryWriter::sign_head() {
    if (!stored.heads.empty() && stored.heads.back().size == head()) return;
    const TreeFrontier& tree = chain_->state().tree;
    std::string frontier;
    for (const Hash& hash : tree.hashes()) frontier += bytes_of(hash);
    stored.heads.push_back({.size = tree.size(),
                            .root = text_of(tree.root()),
                            .frontier = frontier,
                            .note = head_note(stored.origin, {tree.size(), tree.root()})});
}

void HistoryWriter::append(std::uint32_t count) {
    std::vector<std::string> streams;
    for (std::uint32_t i = 0; i < count; ++i) streams.push_back("stream-" + std::to_string(drawn(1, 5)));
    append_to(streams);
}

void HistoryWriter::append_to(const std::vector<std::string>& streams) {
    ReceiptRow receipt;
    std::ranges::copy("command", receipt.command.uuid.bytes.begin());
    receipt.command.uuid.bytes[15] = static_cast<std::uint8_t>(++commands_);
    receipt.command.uuid.bytes[14] = static_cast<std::uint8_t>(commands_ >> 8U);
    receipt.command.uuid.bytes[13] = static_cast<std::uint8_t>(commands_ >> 16U);
    receipt.fingerprint = drawn_bytes(8);
    receipt.first = head() + 1;
    receipt.count = static_cast<std::uint32_t>(streams.size());
    if (streams.empty() && chain_) {
        const SealedReceipt sealed = chain_->add_empty_receipt(receipt.command, receipt.fingerprint);
        stored.links.push_back({.number = sealed.number,
                                .command = receipt.command,
                                .mac = text_of(sealed.mac),
                                .key = stored.keys.size(),
                                .receipt = receipt});
        return;
    }
    stored.receipts.push_back(receipt);
    for (std::uint32_t i = 0; i < receipt.count; ++i) append_event(receipt, i, streams[i]);
}

CoveredEvent covered_by(const EventRow& row, const ReceiptRow& receipt) {
    return {.sequence = row.sequence,
            .version = row.version,
            .command = row.command,
            .index = row.index,
            .count = receipt.count,
            .cause = row.cause,
            .correlation = row.correlation,
            .at = row.at,
            .stored_at = row.stored_at,
            .type_version = row.type_version,
            .payload_hash = payload_hash_of(row.salt, row.data),
            .stream = row.stream,
            .type = row.type,
            .actor = row.actor,
            .key_id = {},
            .fingerprint = receipt.fingerprint,
            .newest_empty = std::nullopt};
}

void HistoryWriter::append_event(const ReceiptRow& receipt, std::uint32_t index, const std::string& stream) {
    constexpr std::array actors{"user", "agent", "reactor", "provider", "system"};
    auto& [version, stream_mac] = streams_[stream];
    EventRow row;
    row.sequence = head() + 1;
    row.stream = stream;
    row.version = ++version;
    row.command = receipt.command;
    row.index = index;
    row.actor = actors.at(drawn(0, 4));
    if (row.sequence > 1 && drawn(0, 1) == 0) row.cause = drawn(1, row.sequence - 1);
    row.correlation = receipt.command;
    row.at = {static_cast<std::int64_t>(1'790'000'000'000 + row.sequence)};
    row.stored_at = {row.at.unix_ms + 1};
    row.type = "Happened" + std::to_string(drawn(1, 3));
    row.type_version = static_cast<std::uint32_t>(drawn(1, 3));
    row.data = drawn_bytes(drawn(0, 40));
    if (chain_ && chain_->state().scheme == KeyScheme::v2) row.salt = drawn_bytes(16);
    CoveredEvent covered = covered_by(row, receipt);
    if (chain_) {
        const SealedEvent sealed = chain_->extend(covered, stream_mac);
        stream_mac = sealed.mac;
        leaves.push_back(sealed.leaf);
        row.payload_hash = text_of(covered.payload_hash);
        row.previous = text_of(sealed.previous);
        row.mac = text_of(sealed.mac);
        row.key = stored.keys.size();
    } else {
        std::string entry;
        append_entry(entry, covered);
        leaves.push_back(leaf_hash(entry));
        unsigned_tree_.append(leaves.back());
    }
    stored.events.push_back(std::move(row));
}

void HistoryWriter::remove(SequenceRange range) {
    remove(range, {});
}

void HistoryWriter::compact(SequenceRange range) {
    remove(range, "\"compacted\"");
}

void HistoryWriter::remove(SequenceRange range, const std::string& replacing) {
    Sha256 hash;
    RemovalStatement statement{
        .origin = stored.origin, .ranges = {range}, .leaves = {}, .replaced = {}, .distrust = {}};
    const std::uint64_t number = stored.removals.size() + 1;
    for (Sequence sequence = range.first; sequence <= range.last; ++sequence) {
        EventRow& row = stored.events[sequence - 1];
        if (row.mac.empty() && !row.removed) row.payload_hash = bytes_of(payload_hash_of({}, row.data));
        row.data.clear();
        row.salt.clear();
        row.removed = number;
        hash.update(bytes_of(leaves[sequence - 1]));
    }
    if (!replacing.empty()) {
        EventRow& row = stored.events[range.first - 1];
        row.data = replacing;
        row.salt = drawn_bytes(salt_bytes);
        statement.replaced.push_back({range.first, payload_hash_of(row.salt, row.data)});
    }
    statement.leaves = hash.finish();
    stored.removals.push_back({number, removal_note(statement)});
}

void HistoryWriter::append_random(std::size_t commands, bool changes_keys) {
    for (std::size_t i = 0; i < commands; ++i) {
        append(static_cast<std::uint32_t>(drawn(0, 4)));
        if (!chain_) continue;
        const std::uint64_t choice = drawn(0, 9);
        if (choice == 0 && changes_keys && head() + 1 > stored.keys.back().first) change_key();
        if (choice <= 2) sign_head();
    }
    if (!stored.keys.empty() && stored.keys.back().first > head()) append(1);
}

HistoryWriter signed_history(std::uint64_t seed, std::size_t commands, bool changes_keys) {
    HistoryWriter writer(seed, seed);
    writer.start_signing();
    writer.append(2);
    writer.append_random(commands, changes_keys);
    writer.append(1);
    return writer;
}

HistoryWriter short_history(std::size_t count) {
    HistoryWriter history(7, 7);
    history.start_signing();
    for (std::size_t i = 0; i < count; ++i) history.append(1);
    return history;
}

} // namespace evenfold::tests::chain
