#include "evenfold/journal/sqlite/signatures/signing_writer.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <utility>

namespace evenfold::journal::sqlite {

namespace {

using chain::bytes_of;
using chain::Chain;
using chain::ChainState;
using chain::GrowingTree;
using chain::Hash;
using chain::KeyRow;

constexpr std::string_view insert_tile = "INSERT INTO tiles (level, number, hashes) VALUES (?1, ?2, ?3)";

Failure other_key(const Database& database, const KeyRow& in_force, const chain::JournalKey& given) {
    return {.kind = FailureKind::unsigned_writer,
            .what = fmt::format("{}: the journal is signed with the key {}, and the secret that was given is of the "
                                "key {}",
                                database.file().string(), in_force.id, given.id()),
            .remedy = "Name the secret of that key, as EVENFOLD_HMAC_SECRET or as `current` in the folder of keys."};
}

Failure used_before(const Database& database, const chain::JournalKey& key) {
    return {.kind = FailureKind::invalid,
            .what = fmt::format("{}: the key {} has already signed this journal", database.file().string(), key.id()),
            .remedy = "Make a new secret (`evenfold keys new`), and change to that."};
}

Failure damaged_chain(const Database& database, std::string_view what) {
    return damaged(database.file(), fmt::format("its signatures cannot be continued: {}", what));
}

std::expected<void, Failure>
insert_tiles(const Database& database, Statement& statement, const std::vector<chain::TreeTile>& tiles) {
    for (const chain::TreeTile& tile : tiles) {
        statement.with(std::uint64_t{tile.level}, tile.number, BlobValue{tile.hashes});
        if (auto added = change_row(database, statement, "add a tile of the tree"); !added) return added;
    }
    return {};
}

/// Returns the tree over all stored events, and stores its full tiles, those that are not stored yet.
std::expected<GrowingTree, Failure> grown_tree(const Database& database) {
    const auto head = database.number("SELECT coalesce(max(sequence), 0) FROM events");
    if (!head) return std::unexpected(head.error());
    const auto full = database.number("SELECT coalesce(max(number) + 1, 0) FROM tiles WHERE level = 0");
    if (!full) return std::unexpected(full.error());
    StoredTiles rows(database);
    Statement add_tile = database.prepare(insert_tile);
    auto tree = GrowingTree::load(rows, static_cast<std::uint64_t>(*full) * chain::tile_width);
    std::vector<Hash> leaves;
    while (tree && tree->size() < static_cast<std::uint64_t>(*head)) {
        leaves.resize(std::min<std::uint64_t>(static_cast<std::uint64_t>(*head) - tree->size(), chain::tile_width));
        if (auto read = rows.compute_leaves(tree->size(), leaves); !read) return std::unexpected(read.error());
        for (const Hash& leaf : leaves) tree->append(leaf);
        if (auto added = insert_tiles(database, add_tile, tree->take_full()); !added)
            return std::unexpected(added.error());
    }
    return tree;
}

} // namespace

Failure key_missing(const Database& database) {
    return {
        .kind = FailureKind::unsigned_writer,
        .what =
            fmt::format("{}: the journal is signed, and no secret was given to sign with", database.file().string()),
        .remedy = "Name its secret, as EVENFOLD_HMAC_SECRET or as `current` in a folder of keys. Reading needs none."};
}

Failure signing_began(const Database& database) {
    return {.kind = FailureKind::busy,
            .what = fmt::format("{}: another process began to sign the journal while it was open",
                                database.file().string()),
            .remedy = "Append the events again, with the journal's secret."};
}

SigningWriter::SigningWriter(const Database& database, SigningOptions options)
    : database_(&database),
      options_(std::move(options)),
      tiles_(database),
      position_(database.prepare("SELECT coalesce((SELECT max(number) FROM empty_receipts), 0), "
                                 "coalesce((SELECT max(number) FROM keys), 0)")),
      newest_empty_(database.prepare("SELECT mac FROM empty_receipts WHERE number = ?1")),
      last_mac_(database.prepare("SELECT mac FROM events WHERE sequence = ?1")),
      add_empty_(database.prepare("INSERT INTO empty_receipts (number, command, mac, key) VALUES (?1, ?2, ?3, ?4)")),
      add_tile_(database.prepare(insert_tile)) {}

std::expected<std::unique_ptr<SigningWriter>, Failure>
SigningWriter::attach(const Database& database, const std::optional<SigningOptions>& options) {
    if (!options) return std::unexpected(key_missing(database));
    std::unique_ptr<SigningWriter> made(new SigningWriter(database, *options));
    for (const Statement* statement :
         {&made->position_, &made->newest_empty_, &made->last_mac_, &made->add_empty_, &made->add_tile_}) {
        if (auto ready = check_ready(database, *statement); !ready) return std::unexpected(ready.error());
    }
    return made;
}

std::expected<void, Failure> SigningWriter::prepare(Sequence head) {
    if (signer_ && signer_->state().head == head) {
        const auto found = next_row(*database_, position_.with(), "read the end of the chain");
        if (!found) return std::unexpected(found.error());
        const bool is_current = static_cast<std::uint64_t>(position_.integer(0)) == signer_->state().empty_receipts &&
                                static_cast<std::uint64_t>(position_.integer(1)) == signer_->key_number();
        position_.reset();
        if (is_current) return {};
    }
    signer_.reset();
    return load(head);
}

std::expected<void, Failure> SigningWriter::load(Sequence head) {
    const auto keys = read_keys(*database_);
    if (!keys) return std::unexpected(keys.error());
    if (keys->empty()) return std::unexpected(damaged_chain(*database_, "the table keys is empty"));
    const KeyRow& in_force = keys->back();
    if (in_force.id != options_.key.id()) return std::unexpected(other_key(*database_, in_force, options_.key));
    if (in_force.scheme != "v2")
        return std::unexpected(damaged_chain(*database_, "its newest key is of the scheme " + in_force.scheme));
    auto state = stored_state(keys->front(), head);
    if (!state) return std::unexpected(std::move(state.error()));
    auto tree = GrowingTree::load(tiles_, head);
    if (!tree) return std::unexpected(std::move(tree.error()));
    state->tree = tree->frontier();
    signer_.emplace(Chain(options_.key, *std::move(state)), *std::move(tree), in_force.number, options_.salts);
    return {};
}

/// Returns the state of the chain after `head`, without its tree.
std::expected<ChainState, Failure> SigningWriter::stored_state(const KeyRow& first_key, Sequence head) {
    ChainState state;
    state.head = head;
    auto mac = chain::hash_from(first_key.by_new);
    if (head >= first_key.first) {
        const auto found = next_row(*database_, last_mac_.with(head), "read the last mac");
        if (!found) return std::unexpected(found.error());
        mac = *found ? chain::hash_from(last_mac_.bytes(0)) : std::nullopt;
        last_mac_.reset();
    }
    if (!mac) return std::unexpected(damaged_chain(*database_, fmt::format("event {} has no mac", head)));
    state.mac = *mac;
    const auto count = database_->number("SELECT max(number) FROM empty_receipts");
    if (!count) return std::unexpected(count.error());
    state.empty_receipts = static_cast<std::uint64_t>(*count);
    if (state.empty_receipts == 0) return state;
    const auto found = next_row(*database_, newest_empty_.with(state.empty_receipts), "read a receipt without events");
    if (!found) return std::unexpected(found.error());
    state.newest_empty = *found ? chain::hash_from(newest_empty_.bytes(0)) : std::nullopt;
    newest_empty_.reset();
    if (!state.newest_empty)
        return std::unexpected(damaged_chain(*database_, "the newest receipt without events has no mac"));
    return state;
}

std::expected<void, Failure> SigningWriter::add_empty_receipt(const Batch& batch, std::string_view command) {
    const chain::SealedReceipt sealed = signer_->sign_receipt(batch);
    add_empty_.with(sealed.number, PlainText{command}, BlobValue{bytes_of(sealed.mac)}, signer_->key_number());
    return change_row(*database_, add_empty_, "add a receipt without events");
}

std::expected<void, Failure> SigningWriter::store_tiles() {
    return insert_tiles(*database_, add_tile_, signer_->take_full_tiles());
}

std::expected<void, Failure> SigningWriter::change_key(const chain::JournalKey& next, Instant at) {
    const auto keys = read_keys(*database_);
    if (!keys) return std::unexpected(keys.error());
    if (std::ranges::find(*keys, next.id(), &KeyRow::id) != keys->end())
        return std::unexpected(used_before(*database_, next));
    Chain chain(options_.key, signer_->state());
    const std::uint64_t number = signer_->key_number() + 1;
    const chain::SealedKeyChange change = chain.change_key(next, number);
    drop();
    return insert_key(*database_,
                      {.number = number,
                       .id = next.id(),
                       .scheme = "v2",
                       .first = change.first,
                       .root = std::string(bytes_of(change.root)),
                       .by_old = std::string(bytes_of(change.by_old)),
                       .by_new = std::string(bytes_of(change.by_new))},
                      at);
}

std::expected<void, Failure> store_missing_tiles(const Database& database) {
    const auto tree = grown_tree(database);
    return tree ? std::expected<void, Failure>() : std::unexpected(tree.error());
}

std::expected<void, Failure> insert_key(const Database& database, const KeyRow& key, Instant at) {
    Statement add = database.prepare("INSERT INTO keys (number, id, scheme, first, root, by_old, by_new, at_ms) VALUES "
                                     "(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)");
    const std::optional<BlobValue> by_old =
        key.by_old.empty() ? std::nullopt : std::optional(BlobValue{key.by_old}); // none for the first key
    add.with(key.number, PlainText{key.id}, PlainText{key.scheme}, key.first, BlobValue{key.root}, by_old,
             BlobValue{key.by_new}, at.unix_ms);
    return change_row(database, add, "add a key");
}

std::expected<void, Failure> insert_head(const Database& database, const chain::HeadRow& head, Instant at) {
    Statement add = database.prepare("INSERT INTO heads (size, root, frontier, at_ms, note) SELECT ?1, ?2, ?3, ?4, ?5 "
                                     "WHERE NOT EXISTS (SELECT 1 FROM heads WHERE size = ?1)");
    add.with(head.size, BlobValue{head.root}, BlobValue{head.frontier}, at.unix_ms, PlainText{head.note});
    const auto more = next_row(database, add, "add a head");
    return more ? std::expected<void, Failure>() : std::unexpected(more.error());
}

std::expected<void, Failure> insert_anchoring(const Database& database, const Anchoring& anchoring) {
    Statement add = database.prepare("INSERT INTO anchorings (size, anchor, at_ms, response) SELECT ?1, ?2, ?3, ?4 "
                                     "WHERE NOT EXISTS (SELECT 1 FROM anchorings WHERE size = ?1 AND anchor = ?2)");
    add.with(anchoring.size, PlainText{anchoring.anchor}, anchoring.at.unix_ms, PlainText{anchoring.response});
    const auto more = next_row(database, add, "add the response of an anchor");
    return more ? std::expected<void, Failure>() : std::unexpected(more.error());
}

std::expected<void, Failure> start_signing(const Database& database, const chain::JournalKey& key, Instant at) {
    if (auto made = add_signed_tables(database); !made) return made;
    const auto tree = grown_tree(database);
    if (!tree) return std::unexpected(tree.error());
    const auto origin = database.text("SELECT name FROM origin");
    if (!origin) return std::unexpected(origin.error());
    const auto domain = database.text("SELECT domain FROM journal");
    if (!domain) return std::unexpected(domain.error());
    const chain::TreeFrontier sealed = tree->frontier();
    const Chain chain = Chain::begin(key, {.origin = *origin, .domain = *domain}, sealed);
    const Hash root = sealed.root();
    return insert_key(database,
                      {.number = 1,
                       .id = key.id(),
                       .scheme = "v2",
                       .first = sealed.size() + 1,
                       .root = std::string(bytes_of(root)),
                       .by_old = {},
                       .by_new = std::string(bytes_of(chain.state().mac))},
                      at);
}

} // namespace evenfold::journal::sqlite
