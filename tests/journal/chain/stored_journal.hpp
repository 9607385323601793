/// A signed journal in memory, which a test can damage, and the source that reads it.
/// Shapes: rows by their tables. Equal seeds make equal journals.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "evenfold/journal/chain/verify.hpp"

namespace evenfold::tests::chain {

using namespace journal::chain;

struct StoredJournal {
    std::string origin = "journal/test";
    std::string domain = "plans";
    std::vector<EventRow> events;
    std::vector<ReceiptRow> receipts; // those without a link
    std::vector<EmptyReceiptRow> links;
    std::vector<KeyRow> keys;
    std::vector<HeadRow> heads;
    std::vector<RemovalRow> removals;
};

/// Reads the rows in the order that their tables define. With `as_lines`, events keep the order in which they stand, as
/// in an export.
class MemoryChainSource final : public ChainSource {
public:
    explicit MemoryChainSource(StoredJournal stored, bool as_lines = false);

    [[nodiscard]] std::expected<ChainStart, system::Failure> start() override;
    [[nodiscard]] std::expected<bool, system::Failure> next_event(EventRow& row) override;
    [[nodiscard]] std::expected<bool, system::Failure> next_receipt(ReceiptRow& row) override;
    [[nodiscard]] std::expected<bool, system::Failure> next_empty_receipt(EmptyReceiptRow& row) override;
    [[nodiscard]] std::expected<bool, system::Failure> next_head(HeadRow& row) override;
    [[nodiscard]] std::expected<std::optional<LinkPosition>, system::Failure>
    find(std::string_view stream, StreamVersion version) override;
    [[nodiscard]] std::expected<std::optional<HeadRow>, system::Failure> newest_head() override;
    [[nodiscard]] std::expected<std::optional<ResumeRow>, system::Failure> skip_to(Sequence size) override;
    [[nodiscard]] std::expected<bool, system::Failure>
    next_of_stream(std::string_view stream, StreamEventRow& row) override;

    std::optional<std::size_t> fails_after; // this number of reads

private:
    template <class Row>
    std::expected<bool, system::Failure> next(const std::vector<Row>& rows, std::size_t& at, Row& row);

    StoredJournal stored_;
    std::map<std::pair<std::string, StreamVersion>, std::size_t> positions_;
    std::size_t event_ = 0;
    std::size_t receipt_ = 0;
    std::size_t link_ = 0, head_ = 0;
};

[[nodiscard]] std::string secret_of(std::uint64_t number);
[[nodiscard]] JournalKey key_of(std::uint64_t number);

/// Returns a trust with the first `keys` secrets, and the readers of the notes that tests sign.
[[nodiscard]] ChainTrust trust_of(std::uint64_t keys);

/// Return notes that `trust_of` accepts. In place of Ed25519, they are signed with a mac.
[[nodiscard]] std::string head_note(const std::string& origin, const TreeHead& head);
[[nodiscard]] std::string removal_note(const RemovalStatement& statement);

/// Returns the fields of `row` that its mac covers, as a writer passes them to a chain. The row must outlive them.
[[nodiscard]] CoveredEvent covered_by(const EventRow& row, const ReceiptRow& receipt);

class HistoryWriter {
public:
    /// Equal seeds give equal structure; `content` changes payloads, salts and fingerprints only.
    explicit HistoryWriter(std::uint64_t seed, std::uint64_t content = 0) : structure_(seed), content_(content) {}

    void start_signing(KeyScheme scheme = KeyScheme::v2, FirstPrevious first = FirstPrevious::empty);
    /// Appends a command with `count` events, 0 for none.
    void append(std::uint32_t count);
    void append_to(const std::vector<std::string>& streams);
    void change_key();
    void sign_head();
    /// Empties the payloads of the events `range`.
    void remove(SequenceRange range);
    void compact(SequenceRange range); // the same, but the first one gets a new payload
    /// Also changes keys and signs heads.
    void append_random(std::size_t commands, bool changes_keys = true);

    [[nodiscard]] std::uint64_t drawn(std::uint64_t from, std::uint64_t to);
    [[nodiscard]] Sequence head() const { return stored.events.size(); }
    [[nodiscard]] Hash root_of(std::uint64_t size) const;
    [[nodiscard]] const std::optional<Chain>& chain() const { return chain_; }
    void vary_content(std::uint64_t content) { content_.seed(content); }

    StoredJournal stored;
    std::vector<Hash> leaves;

private:
    [[nodiscard]] std::string drawn_bytes(std::size_t size);
    void remove(SequenceRange range, const std::string& replacing);
    void append_event(const ReceiptRow& receipt, std::uint32_t index, const std::string& stream);

    std::mt19937_64 structure_, content_;
    std::optional<Chain> chain_;
    TreeFrontier unsigned_tree_;
    std::map<std::string, std::pair<StreamVersion, std::optional<Hash>>> streams_;
    std::uint64_t commands_ = 0;
};

/// Return histories that are signed from the first event: of `commands` commands; of `count` commands with one event.
[[nodiscard]] HistoryWriter signed_history(std::uint64_t seed, std::size_t commands = 25, bool changes_keys = true);
[[nodiscard]] HistoryWriter short_history(std::size_t count);

/// Returns the report of a verification that can read its source.
[[nodiscard]] ChainReport
report_of(const StoredJournal& stored, const ChainTrust& trust, VerifyScope scope = VerifyScope::all);
[[nodiscard]] std::optional<ChainRemark> remark_of(const ChainReport& report, RemarkKind kind);

} // namespace evenfold::tests::chain
