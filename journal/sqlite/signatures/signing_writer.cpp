#include "evenfold/journal/sqlite/signatures/signing_writer.hpp"

#include <fmt/format.h>
#include <utility>

#include "evenfold/journal/signing.hpp"

namespace evenfold::journal::sqlite {

namespace {

using chain::bytes_of;
using chain::KeyRow;

constexpr std::string_view insert_key_row =
    "INSERT INTO keys (number, id, scheme, first, root, by_old, by_new, at_ms) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
constexpr std::string_view insert_tile = "INSERT INTO tiles (level, number, hashes) VALUES (?1, ?2, ?3)";

std::expected<void, Failure>
insert_tiles(const Database& database, Statement& statement, const std::vector<chain::TreeTile>& tiles) {
    for (const chain::TreeTile& tile : tiles) {
        statement.with(std::uint64_t{tile.level}, tile.number, BlobValue{tile.hashes});
        if (auto added = change_row(database, statement, "add a tile of the tree"); !added) return added;
    }
    return {};
}

/// Builds the tree over all stored events, and stores those of its tiles that are missing.
std::expected<chain::TreeFrontier, Failure> grown_tree(const Database& database) {
    const auto head = database.number("SELECT coalesce(max(sequence), 0) FROM events");
    if (!head) return std::unexpected(head.error());
    const auto full = database.number("SELECT coalesce(max(number) + 1, 0) FROM tiles WHERE level = 0");
    if (!full) return std::unexpected(full.error());
    StoredRows rows(database);
    Statement add_tile = database.prepare(insert_tile);
    return build_tree(
        rows, static_cast<std::uint64_t>(*full), static_cast<std::uint64_t>(*head),
        [&](const std::vector<chain::TreeTile>& tiles) { return insert_tiles(database, add_tile, tiles); });
}

} // namespace

Failure signing_began(const Database& database) {
    return {.kind = FailureKind::busy,
            .what = fmt::format("{}: another process began to sign the journal while it was open",
                                database.file().string()),
            .remedy = "Append the events again, with the journal's secret."};
}

SigningWriter::SigningWriter(const Database& database, SigningOptions options)
    : database_(&database),
      options_(std::move(options)),
      rows_(database),
      position_(database.prepare("SELECT coalesce((SELECT max(number) FROM empty_receipts), 0), "
                                 "coalesce((SELECT max(number) FROM keys), 0)")),
      add_empty_(database.prepare(insert_empty_receipt)),
      add_tile_(database.prepare(insert_tile)) {}

std::expected<std::unique_ptr<SigningWriter>, Failure>
SigningWriter::attach(const Database& database, const std::optional<SigningOptions>& options) {
    if (!options) return std::unexpected(key_missing(database.file().string()));
    std::unique_ptr<SigningWriter> made(new SigningWriter(database, *options));
    for (const Statement* statement : {&made->position_, &made->add_empty_, &made->add_tile_}) {
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
    auto loaded = load_signer(rows_, options_, head);
    if (!loaded) return std::unexpected(std::move(loaded.error()));
    signer_.emplace(*std::move(loaded));
    return {};
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
    const auto key = next_key(rows_, *signer_, options_.key, next);
    if (!key) return std::unexpected(key.error());
    drop();
    return insert_key(*database_, *key, at);
}

std::expected<void, Failure> store_missing_tiles(const Database& database) {
    const auto tree = grown_tree(database);
    return tree ? std::expected<void, Failure>() : std::unexpected(tree.error());
}

std::expected<void, Failure> insert_key(const Database& database, const KeyRow& key, Instant at) {
    Statement add = database.prepare(insert_key_row);
    const auto by_old = key.by_old.empty() ? std::nullopt : std::optional(BlobValue{key.by_old});
    add.with(key.number, PlainText{key.id}, PlainText{key.scheme}, key.first, BlobValue{key.root}, by_old,
             BlobValue{key.by_new}, at.unix_ms);
    return change_row(database, add, "add a key");
}

std::expected<void, Failure> insert_removal(const Database& database, const chain::RemovalRow& removal) {
    Statement add = database.prepare("INSERT INTO removals (number, note) VALUES (?1, ?2)");
    return change_row(database, add.with(removal.number, PlainText{removal.note}), "add a removal");
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
    return insert_key(database, first_key(key, {.origin = *origin, .domain = *domain}, *tree), at);
}

} // namespace evenfold::journal::sqlite
