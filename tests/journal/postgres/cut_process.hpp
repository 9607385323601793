/// A process that uses a journal, and is cut at one of its statements: it is killed, or its backend is.
/// Shapes: as of MessageProxy. Errors: it fails the test.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "evenfold/tests/support/process/postgres_server.hpp"

namespace evenfold::journal {

/// The client is killed before the server has got the statement, or after the server has responded to it. Or the server
/// ends the client's connections, or their processes are killed, so that it recovers as after a crash.
enum class CutKind : std::uint8_t { client_before, client_after, backends_ended, backends_killed };

/// Returns whether the process is cut at this statement. Called for each one from the first transaction that writes on.
using CutHere = std::function<bool(std::string_view sql)>;

[[nodiscard]] CutHere at_statement(int number); // from 1
[[nodiscard]] CutHere at_commit();

struct CutResult {
    bool was_cut = false; // false if the process executed fewer statements
    int exit = 0;         // of the process, or the negated number of the signal that ended it
};

/// Runs `use` in another process, with a URL of the journal `name`, and cuts it once. Returns when the server accepts
/// connections again.
[[nodiscard]] CutResult run_and_cut(tests::PostgresServer& server, const std::string& name, CutHere cut_here,
                                    CutKind kind, const std::function<int(const std::string& url)>& use);

} // namespace evenfold::journal
