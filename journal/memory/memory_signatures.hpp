/// The signing half of a journal in memory: the rows that other adapters have in tables, and their readers.
/// Shapes: rows of chain/rows.hpp, which grow, and of which a removal empties payloads.
/// Threads: as the journal, whose mutexes it uses.
/// Errors: those of salts, and the failures of journal/signing.hpp.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "evenfold/journal/memory/memory_journal.hpp"
#include "evenfold/journal/removal_check.hpp"
#include "evenfold/journal/signatures.hpp"
#include "evenfold/journal/signer.hpp"

namespace evenfold::journal {

class MemoryJournal::MemorySignatures final : public JournalSignatures {
public:
    MemorySignatures(MemoryJournal& journal, const MemoryOptions& options);

    [[nodiscard]] std::expected<std::unique_ptr<chain::ChainSource>, Failure> open_chain() override;
    [[nodiscard]] std::expected<void, Failure> start_signing(const chain::JournalKey& key, Instant at) override;
    [[nodiscard]] std::expected<void, Failure> change_key(const chain::JournalKey& next, Instant at) override;
    [[nodiscard]] std::expected<std::unique_ptr<JournalTree>, Failure> open_tree() override;
    [[nodiscard]] std::expected<std::optional<chain::HeadRow>, Failure> newest_head() override;
    [[nodiscard]] std::expected<void, Failure> add_head(const chain::HeadRow& head, Instant at) override;
    [[nodiscard]] std::expected<std::unique_ptr<chain::ChainSink>, Failure> open_sink(Instant at) override;
    [[nodiscard]] std::expected<void, Failure> remove_payloads(const PayloadRemoval& removal) override;
    /// Does nothing, because the memory of a removed payload is overwritten before it is released.
    [[nodiscard]] std::expected<void, Failure> overwrite_removed() override { return check_signed(); }
    [[nodiscard]] std::expected<void, Failure> add_anchoring(const Anchoring& anchoring) override;
    [[nodiscard]] std::expected<std::vector<Anchoring>, Failure> anchorings() override;

    /// The values beside an event; without a key if it is not signed.
    struct RowSignature {
        SignedColumns columns;
        std::optional<std::uint64_t> key;
        std::optional<std::uint64_t> removed; // the number of the removal that emptied or replaced it
        bool has_salt = false;
    };

    /// The receipt without events of a command.
    struct ReceiptLink {
        CommandId command;
        chain::SealedReceipt sealed;
        std::uint64_t key = 0;
    };

    /// The signatures of a group until it is accepted as a whole.
    struct SignedGroup {
        std::optional<JournalSigner> signer; // a copy; none if the journal is not signed
        std::vector<RowSignature> rows;
        std::vector<ReceiptLink> links;
        std::unordered_map<std::string, std::optional<chain::Hash>> stream_macs;
    };

    /// Loads the signer of a journal whose rows were imported, if it has none. No other thread may append.
    [[nodiscard]] std::expected<void, Failure> prepare();

    // The following functions need the journal's mutex.

    [[nodiscard]] std::uint64_t erasures() const { return removals_.size(); }
    [[nodiscard]] SignedGroup begin_group() const {
        return {.signer = signer_, .rows = {}, .links = {}, .stream_macs = {}};
    }
    /// Signs a batch whose events have these records.
    [[nodiscard]] std::expected<void, Failure>
    sign(SignedGroup& group, const Batch& batch, std::span<const Record> records) const;
    void keep(SignedGroup& group);

private:
    class Rows;
    class Sink;
    class Source;
    class Tree;

    [[nodiscard]] chain::StreamEventRow event_row(Sequence sequence) const;
    [[nodiscard]] std::optional<chain::Hash> newest_mac(const std::string& stream) const;
    void change_row(Sequence sequence, const PayloadChange& change);
    void add_tiles(const std::vector<chain::TreeTile>& tiles);
    /// Stores a key, and signs with it from now on.
    [[nodiscard]] std::expected<void, Failure> adopt(const chain::KeyRow& row, const chain::JournalKey& key);
    [[nodiscard]] std::expected<void, Failure> check_signed() const;

    MemoryJournal* journal_;
    std::string origin_;
    std::string domain_;
    std::optional<SigningOptions> options_;
    std::optional<JournalSigner> signer_; // behind the last event; none if the journal is not signed
    std::vector<chain::KeyRow> keys_;
    std::vector<chain::RemovalRow> removals_;
    std::deque<RowSignature> rows_; // of the events, from the first one on; fewer if the last ones are not signed
    std::vector<ReceiptLink> links_;
    std::map<std::pair<unsigned, std::uint64_t>, std::string> tiles_;
    std::map<std::uint64_t, chain::HeadRow> heads_;
    std::map<std::pair<std::uint64_t, std::string>, Anchoring> anchorings_;
};

} // namespace evenfold::journal
