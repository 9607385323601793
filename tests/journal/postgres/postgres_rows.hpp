/// Writes the rows of a signed journal into PostgreSQL as they are, also wrong ones, so that a verification of the
/// tables can be compared with one of memory.
/// Shapes: the tables of a journal without triggers and without most constraints. Errors: fails the test.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "evenfold/tests/journal/chain/stored_journal.hpp"
#include "evenfold/tests/journal/postgres/postgres_journals.hpp"

namespace evenfold::tests::chain {

/// Tables whose rows can be replaced many times.
class PostgresRows {
public:
    /// Creates a signed journal on the server.
    explicit PostgresRows(PostgresServer& server);

    /// Replaces all rows by those of `stored`, and the head by that of the last event. Returns false if the tables
    /// cannot have them, as two events with one sequence; then they have the rows of before.
    [[nodiscard]] bool replace(const StoredJournal& stored);

    [[nodiscard]] const std::string& url() const { return url_; }

private:
    [[nodiscard]] bool insert(const StoredJournal& stored);
    [[nodiscard]] bool insert_receipts(const StoredJournal& stored);
    [[nodiscard]] bool run(std::string_view sql, storage::postgres::QueryParameters parameters);

    std::string url_;
    std::optional<storage::postgres::ServerConnection> connection_;
};

/// Returns the report of a verification of the journal at `url`.
[[nodiscard]] ChainReport
report_of_database(const std::string& url, const ChainTrust& trust, VerifyScope scope = VerifyScope::all);

/// Returns the options of a writer that signs with the test key `key`.
[[nodiscard]] journal::PostgresOptions key_options(std::uint64_t key);

/// Appends a group, which must succeed.
void append(journal::Journal& journal, const std::vector<journal::Batch>& group);

} // namespace evenfold::tests::chain
