/// The reading half of a journal: read-only sessions, and cursors that use one only while a page is filled.
/// Errors: damage, with the sequence. A session that was lost while it was idle is replaced.
#pragma once

#include <chrono>
#include <cstdint>
#include <expected>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

#include "evenfold/journal/journal.hpp"
#include "evenfold/journal/postgres/address.hpp"

namespace evenfold::journal::postgres {

/// The progress of a reading. Numbers are versions if it is of one stream, else sequences.
struct ReadProgress {
    ReadOptions reading;
    Sequence head = 0;       // of the journal when the reading began
    Extent extent;           // the next number, and at most how many events are left
    bool is_running = false; // an event was read, so the one with the next number must be there as well
};

[[nodiscard]] std::expected<Sequence, Failure> read_head(ServerConnection& connection);
[[nodiscard]] std::expected<JournalPosition, Failure> read_position(ServerConnection& connection);

[[nodiscard]] std::expected<std::optional<Receipt>, Failure>
read_receipt(ServerConnection& connection, const CommandId& command);

/// Fills `page` with the next events and advances `progress`, which is unchanged after a Failure. Missing events
/// before, between or after others are damage.
[[nodiscard]] std::expected<void, Failure> fill(ServerConnection& connection, EventPage& page, ReadProgress& progress);

/// A pool of sessions of a journal. May be called from any thread.
class ReaderPool {
public:
    explicit ReaderPool(JournalAddress address) : address_(std::move(address)) {}

    /// Returns the result of `query` for an idle or a new session. Calls it again if an idle one was lost, so it must
    /// have no other effect. A session whose query fails is closed.
    template <class Query>
    auto use(Query&& query) -> decltype(query(std::declval<ServerConnection&>())) {
        for (;;) {
            auto lent = acquire();
            if (!lent) return std::unexpected(lent.error());
            auto result = query(*lent->connection);
            if (!result && lent->was_idle && lent->connection->is_lost()) {
                close_idle(); // the server has probably ended all
                continue;
            }
            if (result) release(std::move(lent->connection));
            return result;
        }
    }

private:
    struct LentSession {
        std::unique_ptr<ServerConnection> connection;
        bool was_idle = false;
    };

    [[nodiscard]] std::expected<LentSession, Failure> acquire();
    void release(std::unique_ptr<ServerConnection> connection);
    void close_idle();

    JournalAddress address_;
    std::mutex mutex_;
    std::vector<std::unique_ptr<ServerConnection>> idle_;
};

/// Opens a cursor that borrows one of `readers`, which must outlive it, for each page.
[[nodiscard]] std::expected<std::unique_ptr<Cursor>, Failure>
open_cursor(ReaderPool& readers, const ReadOptions& reading);

} // namespace evenfold::journal::postgres
