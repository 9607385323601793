#include <fmt/format.h>

#include "evenfold/journal/postgres/group_appender.hpp"

// The part of an appender that appends nothing: the fence, holds and epochs, and the search after a lost connection.

namespace evenfold::journal::postgres {

std::expected<std::optional<std::vector<Receipt>>, AppendError> GroupAppender::find_all(std::span<const Batch> group) {
    const std::vector<ServerQuery> queries{begin_query(), lock_query(lock_number_)};
    const auto begun = connection_.query_all(queries);
    auto known = begun ? read_receipts(group) : std::unexpected(begun.error());
    roll_back();
    if (!known) return std::unexpected(known.error());
    std::vector<Receipt> receipts;
    for (const Batch& batch : group) {
        const auto found = known->find(batch.command);
        if (found == known->end()) return std::nullopt;
        if (found->second.fingerprint != batch.fingerprint) return std::unexpected(CommandIdTaken{batch.command});
        receipts.push_back(found->second);
    }
    return receipts;
}

std::expected<WriterHead, Failure> GroupAppender::read_head() {
    static const std::string sql = fmt::format("SELECT {} FROM head WHERE one", head_columns);
    const auto row = connection_.query({.operation = "read the head", .sql = sql});
    if (!row) return std::unexpected(row.error());
    return head_of(*row, place_);
}

std::expected<void, Failure> GroupAppender::hold(std::int64_t epoch) {
    ServerQuery lock{.operation = "wait for other writers", .sql = "SELECT pg_advisory_lock($1)"};
    lock.parameters.add(lock_number_);
    if (auto locked = connection_.query(lock); !locked) return std::unexpected(locked.error());
    const auto head = read_head();
    auto checked = head ? check_epoch(*head, epoch, place_) : std::unexpected(head.error());
    if (!checked) (void)release(); // the first failure counts
    return checked;
}

std::expected<void, Failure> GroupAppender::release() {
    ServerQuery unlock{.operation = "let other writers go on", .sql = "SELECT pg_advisory_unlock($1)"};
    unlock.parameters.add(lock_number_);
    auto unlocked = connection_.query(unlock);
    if (!unlocked) return std::unexpected(unlocked.error());
    return {};
}

std::expected<WriterHead, Failure> GroupAppender::begin_epoch(const std::string& holder) {
    static const std::string sql =
        fmt::format("UPDATE head SET epoch = epoch + 1, holder = $1 || ', user ' || session_user || ', ' || "
                    "coalesce(host(inet_client_addr()), 'local') WHERE one RETURNING {}",
                    head_columns);
    ServerQuery next{.operation = "begin an epoch", .sql = sql};
    next.parameters.add(holder, ValueType::text);
    const std::vector<ServerQuery> queries{begin_query(), lock_query(lock_number_), std::move(next)};
    const auto results = connection_.query_all(queries);
    auto head = results ? head_of(results->back(), place_) : std::unexpected(results.error());
    if (!head) {
        roll_back();
        return head;
    }
    if (auto committed = commit(); !committed) return std::unexpected(committed.error());
    return head;
}

} // namespace evenfold::journal::postgres
