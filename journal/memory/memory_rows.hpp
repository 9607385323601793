/// The readers of a signed journal in memory: random access, a verification, and the tree.
/// Shapes: rows as a `ChainStore` and a `ChainSource` have them. Errors: busy, if payloads were removed since a
/// verification began.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "evenfold/journal/chain/chain_entries.hpp"
#include "evenfold/journal/memory/memory_signatures.hpp"

namespace evenfold::journal {

/// Each function takes the journal's mutex for itself.
class MemoryJournal::MemorySignatures::Rows final : public chain::ChainStore {
public:
    explicit Rows(const MemorySignatures& signatures) : signatures_(&signatures) {}

    [[nodiscard]] std::expected<std::vector<chain::KeyRow>, Failure> keys() override;
    [[nodiscard]] std::expected<std::string, Failure> mac_of(Sequence sequence) override;
    [[nodiscard]] std::expected<std::uint64_t, Failure> empty_receipts() override;
    [[nodiscard]] std::expected<std::optional<chain::EmptyReceiptLink>, Failure>
    empty_receipt(std::uint64_t number) override;
    [[nodiscard]] std::expected<void, Failure>
    visit_events(Sequence first, std::size_t count, const chain::VisitEvent& visit) override;
    [[nodiscard]] std::expected<std::optional<std::string>, Failure>
    tile(unsigned level, std::uint64_t number) override;
    [[nodiscard]] std::string place() const override { return "the journal in memory"; }
    [[nodiscard]] Failure damage(std::string_view what) const override;

private:
    const MemorySignatures* signatures_;
};

class MemoryJournal::MemorySignatures::Source final : public chain::ChainSource {
public:
    explicit Source(const MemorySignatures& signatures)
        : signatures_(&signatures), rows_(signatures), entries_(rows_) {}

    [[nodiscard]] std::expected<chain::ChainStart, Failure> start() override;
    [[nodiscard]] std::expected<bool, Failure> next_event(chain::EventRow& row) override;
    [[nodiscard]] std::expected<bool, Failure> next_receipt(chain::ReceiptRow& row) override;
    [[nodiscard]] std::expected<bool, Failure> next_empty_receipt(chain::EmptyReceiptRow& row) override;
    [[nodiscard]] std::expected<bool, Failure> next_head(chain::HeadRow& row) override;
    [[nodiscard]] std::expected<std::optional<chain::LinkPosition>, Failure>
    find(std::string_view stream, StreamVersion version) override;
    [[nodiscard]] std::expected<std::optional<chain::HeadRow>, Failure> newest_head() override;
    [[nodiscard]] std::expected<std::optional<chain::ResumeRow>, Failure> skip_to(Sequence size) override;
    [[nodiscard]] std::expected<bool, Failure>
    next_of_stream(std::string_view stream, chain::StreamEventRow& row) override;
    [[nodiscard]] bool stores_tiles() const override { return true; }
    [[nodiscard]] std::expected<std::optional<std::string>, Failure>
    tile(unsigned level, std::uint64_t number) override {
        return rows_.tile(level, number);
    }

private:
    [[nodiscard]] std::expected<bool, Failure> check_unchanged(const chain::EventRow& row) const;

    const MemorySignatures* signatures_;
    Rows rows_;
    chain::ChainEntries entries_;
    // As they were at the start.
    Sequence head_ = 0;
    std::size_t link_count_ = 0;
    std::size_t removal_count_ = 0;
    std::vector<const Receipt*> receipts_; // without a link, by `first` and `count`
    std::vector<chain::HeadRow> heads_;
    // How many were read.
    Sequence event_ = 0;
    std::size_t receipt_ = 0, link_ = 0, next_head_ = 0, in_stream_ = 0;
};

class MemoryJournal::MemorySignatures::Tree final : public JournalTree {
public:
    Tree(const MemorySignatures& signatures, std::uint64_t size) : rows_(signatures), size_(size) {}

    [[nodiscard]] std::expected<void, Failure>
    read(unsigned level, std::uint64_t first, std::span<chain::Hash> hashes) override {
        return tree_.read(level, first, hashes);
    }
    [[nodiscard]] std::uint64_t size() const override { return size_; }
    [[nodiscard]] std::expected<std::string, Failure> entry_of(Sequence sequence) override {
        return entries_.entry_of(sequence);
    }

private:
    Rows rows_;
    chain::ChainEntries entries_{rows_};
    chain::StoredTree tree_{entries_};
    std::uint64_t size_;
};

} // namespace evenfold::journal
