#include "evenfold/journal/memory/memory_signatures.hpp"

#include <mutex>

#include "evenfold/core/values/hex.hpp"
#include "evenfold/journal/memory/memory_rows.hpp"
#include "evenfold/journal/signing.hpp"
#include "evenfold/system/random.hpp"

namespace evenfold::journal {

namespace {

constexpr std::string_view memory_place = "the journal in memory";

std::string drawn_origin() {
    std::string bytes(16, '\0');
    if (!system::fill_random(bytes)) return "journal/memory"; // without random bytes, all such journals have one name
    return "journal/" + hex::encode(std::string_view(bytes));
}

} // namespace

MemoryJournal::MemorySignatures::MemorySignatures(MemoryJournal& journal, const MemoryOptions& options)
    : journal_(&journal),
      origin_(options.origin.empty() ? drawn_origin() : options.origin),
      domain_(options.domain),
      options_(options.signing) {
    if (!options_) return;
    const chain::KeyRow first = first_key(options_->key, {.origin = origin_, .domain = domain_}, {});
    (void)adopt(first, options_->key); // cannot fail without events
}

std::expected<void, Failure>
MemoryJournal::MemorySignatures::adopt(const chain::KeyRow& row, const chain::JournalKey& key) {
    {
        const std::scoped_lock lock(journal_->mutex_);
        keys_.push_back(row);
        rows_.resize(journal_->records_.size());
        signer_.reset();
    }
    options_ = SigningOptions{.key = key, .salts = options_ ? options_->salts : SaltSource()};
    return prepare();
}

std::expected<void, Failure> MemoryJournal::MemorySignatures::prepare() {
    if (signer_ || keys_.empty()) return {}; // which change only while this thread may not append
    Rows rows(*this);
    auto signer = load_signer(rows, options_, journal_->head().value());
    if (!signer) return std::unexpected(std::move(signer.error()));
    const std::scoped_lock lock(journal_->mutex_);
    signer_ = std::move(*signer);
    return {};
}

std::expected<void, Failure> MemoryJournal::MemorySignatures::check_signed() const {
    const std::scoped_lock lock(journal_->mutex_);
    if (!keys_.empty()) return {};
    return std::unexpected(unsigned_journal(memory_place));
}

void MemoryJournal::MemorySignatures::add_tiles(const std::vector<chain::TreeTile>& tiles) {
    for (const chain::TreeTile& tile : tiles) tiles_[{tile.level, tile.number}] = tile.hashes;
}

std::optional<chain::Hash> MemoryJournal::MemorySignatures::newest_mac(const std::string& stream) const {
    const auto found = journal_->streams_.find(stream);
    if (found == journal_->streams_.end() || found->second.empty()) return std::nullopt;
    const RowSignature& row = rows_[found->second.back()];
    return row.key ? std::optional(row.columns.mac) : std::nullopt;
}

std::expected<void, Failure>
MemoryJournal::MemorySignatures::sign(SignedGroup& group, const Batch& batch, std::span<const Record> records) const {
    if (!group.signer) return {};
    if (records.empty()) {
        group.links.push_back(
            {.command = batch.command, .sealed = group.signer->sign_receipt(batch), .key = group.signer->key_number()});
        return {};
    }
    if (auto drawn = group.signer->draw_salts(records.size()); !drawn) return drawn;
    for (std::uint32_t index = 0; index < records.size(); ++index) {
        const Record& record = records[index];
        const auto [mac, is_new] = group.stream_macs.try_emplace(record.stream);
        if (is_new) mac->second = newest_mac(record.stream);
        const SignedColumns columns =
            group.signer->sign(batch, index, {.sequence = record.sequence, .version = record.version}, mac->second);
        mac->second = columns.mac;
        group.rows.push_back(
            {.columns = columns, .key = group.signer->key_number(), .removed = std::nullopt, .has_salt = true});
    }
    return {};
}

void MemoryJournal::MemorySignatures::keep(SignedGroup& group) {
    if (!group.signer) return;
    rows_.insert(rows_.end(), group.rows.begin(), group.rows.end());
    links_.insert(links_.end(), group.links.begin(), group.links.end());
    add_tiles(group.signer->take_full_tiles());
    signer_ = std::move(group.signer);
}

std::expected<std::unique_ptr<chain::ChainSource>, Failure> MemoryJournal::MemorySignatures::open_chain() {
    return std::make_unique<Source>(*this);
}

std::expected<void, Failure> MemoryJournal::MemorySignatures::start_signing(const chain::JournalKey& key, Instant) {
    const std::unique_lock appending(journal_->appending_, system::wait_max);
    if (check_signed()) return std::unexpected(signed_already(memory_place));
    std::vector<chain::TreeTile> tiles;
    Rows rows(*this);
    const auto tree = build_tree(rows, 0, journal_->head().value(), [&](const std::vector<chain::TreeTile>& more) {
        tiles.insert(tiles.end(), more.begin(), more.end());
        return std::expected<void, Failure>();
    });
    if (!tree) return std::unexpected(tree.error());
    {
        const std::scoped_lock lock(journal_->mutex_);
        add_tiles(tiles);
    }
    return adopt(first_key(key, {.origin = origin_, .domain = domain_}, *tree), key);
}

std::expected<void, Failure> MemoryJournal::MemorySignatures::change_key(const chain::JournalKey& next, Instant) {
    const std::unique_lock appending(journal_->appending_, system::wait_max);
    if (auto checked = check_signed(); !checked) return checked;
    if (auto ready = prepare(); !ready) return ready;
    Rows rows(*this);
    const auto row = next_key(rows, *signer_, options_->key, next);
    if (!row) return std::unexpected(row.error());
    return adopt(*row, next);
}

std::expected<std::unique_ptr<JournalTree>, Failure> MemoryJournal::MemorySignatures::open_tree() {
    if (auto checked = check_signed(); !checked) return std::unexpected(checked.error());
    return std::make_unique<Tree>(*this, journal_->head().value());
}

std::expected<std::optional<chain::HeadRow>, Failure> MemoryJournal::MemorySignatures::newest_head() {
    if (auto checked = check_signed(); !checked) return std::unexpected(checked.error());
    const std::scoped_lock lock(journal_->mutex_);
    if (heads_.empty()) return std::nullopt;
    return heads_.rbegin()->second;
}

std::expected<void, Failure> MemoryJournal::MemorySignatures::add_head(const chain::HeadRow& head, Instant) {
    if (auto checked = check_signed(); !checked) return checked;
    const std::scoped_lock lock(journal_->mutex_);
    heads_.try_emplace(head.size, head);
    return {};
}

std::expected<void, Failure> MemoryJournal::MemorySignatures::add_anchoring(const Anchoring& anchoring) {
    if (auto checked = check_signed(); !checked) return checked;
    const std::scoped_lock lock(journal_->mutex_);
    anchorings_.try_emplace({anchoring.size, anchoring.anchor}, anchoring);
    return {};
}

std::expected<std::vector<Anchoring>, Failure> MemoryJournal::MemorySignatures::anchorings() {
    if (auto checked = check_signed(); !checked) return std::unexpected(checked.error());
    const std::scoped_lock lock(journal_->mutex_);
    std::vector<Anchoring> all;
    for (const auto& [key, anchoring] : anchorings_) all.push_back(anchoring);
    return all;
}

} // namespace evenfold::journal
