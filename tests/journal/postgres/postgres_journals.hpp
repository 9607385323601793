/// Journals of the server that the tests of a process share, and an administrator's connection to it.
/// Shape: a test begins with `EVENFOLD_REQUIRE_SERVER(server)`, which ends it where PostgreSQL is not installed.
#pragma once

#include <doctest/doctest.h>

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "evenfold/journal/postgres/postgres_journal.hpp"
#include "evenfold/storage/postgres/server_connection.hpp"
#include "evenfold/tests/support/process/fault_rounds.hpp"
#include "evenfold/tests/support/process/postgres_server.hpp"

// Declares `server`; ends the test if there is none.
#define EVENFOLD_REQUIRE_SERVER(server)                                                                                \
    auto* const server = tests::PostgresServer::shared();                                                              \
    if ((server) == nullptr) return

namespace evenfold::journal {

using tests::Acknowledge;
using tests::fault_rounds;

/// A connection that uses the tables of a journal by their plain names.
class TableAccess {
public:
    explicit TableAccess(const std::string& url);

    /// Runs `sql`. Returns the failure's kind, or nothing.
    std::optional<FailureKind> run(const std::string& sql);
    /// Returns the first column of the first row; empty if there is no row. Fails the test if the query fails.
    std::string text(const std::string& sql);

private:
    std::optional<storage::postgres::ServerConnection> connection_;
    std::deque<std::string> texts_; // which the connection views
};

/// Opens a journal, which must succeed.
[[nodiscard]] std::unique_ptr<Journal>
open_journal(const std::string& url, Access access = Access::create, const PostgresOptions& options = {});

/// Returns the kind of the failure of opening; nothing if it succeeds.
[[nodiscard]] std::optional<Failure>
refusal_of(const std::string& url, Access access, const PostgresOptions& options = {});

/// Returns the options of a writer that signs.
[[nodiscard]] PostgresOptions signed_options();

/// Returns whether a verification proves all events of a journal of `signed_options`.
[[nodiscard]] bool is_proven(const std::string& url);

/// Returns the kind of the failure of an append of one event to stream `a`; nothing if it succeeds.
[[nodiscard]] std::optional<FailureKind>
kind_of_append(Journal& journal, std::uint64_t number, std::optional<Sequence> head = std::nullopt);

} // namespace evenfold::journal
