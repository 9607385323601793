/// Imports rows of another copy of a journal into its file (chain/sink.hpp).
/// Shapes: one transaction, from `begin` to `commit`. The tables of format 2 are added if the rows are signed.
/// Errors: Failures of SQLite; `invalid` for another journal. Without `commit`, everything is rolled back.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <unordered_map>

#include "evenfold/journal/chain/sink.hpp"
#include "evenfold/journal/sqlite/schema.hpp"

namespace evenfold::journal::sqlite {

class RowSink final : public chain::ChainSink {
public:
    /// Imports over the connection of a writer that `hold` excludes. `at` is stored as the time of keys and heads.
    /// `ended` is called before the hold ends, because the writer must read the journal again. The database must
    /// outlive all calls except the destructor's.
    RowSink(const Database& database, std::unique_ptr<Hold> hold, Instant at, std::function<void()> ended);
    ~RowSink() override;

    [[nodiscard]] std::expected<chain::StoredRows, Failure> begin(const chain::ChainStart& start) override;
    [[nodiscard]] std::expected<chain::EventRow, Failure> stored_event(Sequence sequence) override;
    [[nodiscard]] std::expected<void, Failure> add(const chain::KeyRow& row) override;
    [[nodiscard]] std::expected<void, Failure> add(const chain::RemovalRow& row) override;
    [[nodiscard]] std::expected<void, Failure> add(const chain::EventRow& row) override;
    [[nodiscard]] std::expected<void, Failure> add(const chain::ReceiptRow& row) override;
    [[nodiscard]] std::expected<void, Failure> add(const chain::EmptyReceiptRow& row) override;
    [[nodiscard]] std::expected<void, Failure> add(const chain::HeadRow& row) override;
    [[nodiscard]] std::expected<void, Failure> commit() override;

private:
    [[nodiscard]] std::expected<void, Failure> check_names(const chain::ChainStart& start) const;
    /// Adds the tables of format 2, unless they are there or the rows are not signed.
    [[nodiscard]] std::expected<void, Failure> make_signed(const chain::ChainStart& start);
    [[nodiscard]] std::expected<chain::StoredRows, Failure> stored_rows() const;
    [[nodiscard]] std::expected<void, Failure> prepare();
    [[nodiscard]] std::expected<std::int64_t, Failure> stream_id(const std::string& name);

    const Database* database_;
    std::unique_ptr<Hold> hold_;
    Instant at_;
    std::function<void()> ended_;
    JournalFormat format_ = JournalFormat::unsigned_rows;
    bool is_open_ = false; // the transaction
    Statement event_, add_event_, add_receipt_, add_empty_, find_stream_, add_stream_;
    std::unordered_map<std::string, std::int64_t> streams_;
    Sequence head_ = 0;
};

} // namespace evenfold::journal::sqlite
