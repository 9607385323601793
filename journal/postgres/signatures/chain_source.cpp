#include "evenfold/journal/postgres/signatures/chain_source.hpp"

#include <chrono>
#include <fmt/format.h>
#include <string>
#include <utility>

#include "evenfold/journal/chain/chain_entries.hpp"
#include "evenfold/journal/postgres/reader.hpp"
#include "evenfold/journal/postgres/schema.hpp"
#include "evenfold/journal/postgres/signatures/row_pages.hpp"
#include "evenfold/journal/postgres/signatures/stored_rows.hpp"
#include "evenfold/journal/signing.hpp"

namespace evenfold::journal::postgres {

namespace {

using chain::ChainEntries;
using chain::ChainSource;
using chain::ChainStart;
using chain::EmptyReceiptRow;
using chain::EventRow;
using chain::HeadRow;
using chain::LinkPosition;
using chain::ReceiptRow;
using chain::ResumeRow;
using chain::StreamEventRow;

constexpr std::chrono::seconds lock_wait{30};   // for changes of the schema
constexpr std::chrono::hours response_wait{24}; // to sort the receipts of a long journal

std::string_view events_query() {
    static const std::string sql = event_page_query("sequence >= $1", "sequence");
    return sql;
}

std::string_view stream_query() {
    static const std::string sql = event_page_query(
        "stream = (SELECT id FROM streams WHERE sha256(name) = sha256($4) AND name = $4) AND version >= $1", "version");
    return sql;
}

std::expected<std::optional<HeadRow>, Failure> read_newest_head(ServerConnection& connection) {
    const auto rows =
        connection.query({.operation = "read the newest head",
                          .sql = "SELECT size, root, frontier, note FROM heads ORDER BY size DESC LIMIT 1"});
    if (!rows) return std::unexpected(rows.error());
    if (rows->rows() == 0) return std::nullopt;
    HeadRow head;
    fill(head, *rows, 0);
    return head;
}

class PostgresChainSource final : public ChainSource {
public:
    explicit PostgresChainSource(ServerConnection connection) : connection_(std::move(connection)) {
        select("WHERE NOT EXISTS (SELECT 1 FROM empty_receipts l WHERE l.command = r.command)", "", "");
    }

    std::expected<ChainStart, Failure> start() override {
        const auto row = connection_.query(
            {.operation = "read the head",
             .sql = "SELECT coalesce((SELECT max(sequence) FROM events), 0), origin, domain FROM journal WHERE one"});
        if (!row) return std::unexpected(row.error());
        if (row->rows() != 1)
            return std::unexpected(damaged(connection_.place(), "the row of the table journal is missing"));
        ChainStart start{.head = static_cast<Sequence>(row->integer(0, 0)),
                         .origin = std::string(row->bytes(0, 1)),
                         .domain = std::string(row->bytes(0, 2)),
                         .keys = {},
                         .removals = {}};
        auto keys = rows_.keys();
        if (!keys) return std::unexpected(std::move(keys.error()));
        start.keys = std::move(*keys);
        auto removals = read_removals(connection_);
        if (!removals) return std::unexpected(std::move(removals.error()));
        start.removals = std::move(*removals);
        return start;
    }

    std::expected<bool, Failure> next_event(EventRow& row) override {
        const auto more = events_.next(connection_);
        if (more && *more) fill(row, events_.rows(), events_.row());
        return more;
    }

    std::expected<bool, Failure> next_receipt(ReceiptRow& row) override {
        const auto more = receipts_.next(connection_);
        if (more && *more) fill(row, receipts_.rows(), receipts_.row());
        return more;
    }

    std::expected<bool, Failure> next_empty_receipt(EmptyReceiptRow& row) override {
        const auto more = links_.next(connection_);
        if (!more || !*more) return more;
        const QueryResult& links = links_.rows();
        row.number = static_cast<std::uint64_t>(links.integer(links_.row(), 0));
        row.mac = links.bytes(links_.row(), 1);
        row.key = static_cast<std::uint64_t>(links.integer(links_.row(), 2));
        row.command = command_of(links.bytes(links_.row(), 3));
        row.receipt.reset();
        if (!links.is_null(links_.row(), 4)) fill(row.receipt.emplace(), links, links_.row(), 4);
        return true;
    }

    std::expected<bool, Failure> next_head(HeadRow& row) override {
        const auto more = heads_.next(connection_);
        if (more && *more) fill(row, heads_.rows(), heads_.row());
        return more;
    }

    std::expected<std::optional<HeadRow>, Failure> newest_head() override { return read_newest_head(connection_); }

    std::expected<std::optional<ResumeRow>, Failure> skip_to(Sequence size) override {
        ServerQuery query{.operation = "read an event",
                          .sql = "SELECT e.mac, n.index_in_batch FROM events e LEFT JOIN events n ON "
                                 "n.sequence = e.sequence + 1 WHERE e.sequence = $1"};
        query.parameters.add(size);
        const auto last = connection_.query(query);
        if (!last) return std::unexpected(last.error());
        if (last->rows() == 0 || (!last->is_null(0, 1) && last->integer(0, 1) != 0)) return std::nullopt;
        auto newest = ChainEntries(rows_).newest_empty_before(size);
        if (!newest) return std::unexpected(std::move(newest.error()));
        events_.skip_to(size);
        select(
            fmt::format("WHERE EXISTS (SELECT 1 FROM events e WHERE e.sequence > {} AND e.command = r.command)", size),
            fmt::format("WHERE e.number > {}", newest->number), fmt::format("WHERE size > {}", size));
        return ResumeRow{.mac = std::string(last->bytes(0, 0)),
                         .empty_receipts = newest->number,
                         .newest_empty = std::move(newest->mac),
                         .empty_key = newest->key};
    }

    std::expected<bool, Failure> next_of_stream(std::string_view stream, StreamEventRow& row) override {
        if (!stream_) {
            stream_.emplace(stream_query(), std::string(stream));
            stream_entries_.emplace(rows_);
        }
        const auto more = stream_->next(connection_);
        if (!more || !*more) return more;
        fill(row, stream_->rows(), stream_->row());
        auto newest = stream_entries_->newest_empty_before(row.event.sequence);
        if (!newest) return std::unexpected(std::move(newest.error()));
        row.newest_empty = std::move(newest->mac);
        return true;
    }

    std::expected<std::optional<LinkPosition>, Failure> find(std::string_view stream, StreamVersion version) override {
        ServerQuery query{.operation = "look for an event of a stream",
                          .sql = "SELECT e.sequence, e.mac FROM streams s JOIN events e ON e.stream = s.id WHERE "
                                 "sha256(s.name) = sha256($1) AND s.name = $1 AND e.version = $2"};
        query.parameters.add(stream, ValueType::bytea).add(version);
        const auto rows = connection_.query(query);
        if (!rows) return std::unexpected(rows.error());
        if (rows->rows() == 0) return std::nullopt;
        return LinkPosition{.sequence = static_cast<Sequence>(rows->integer(0, 0)),
                            .mac = std::string(rows->bytes(0, 1))};
    }

    [[nodiscard]] bool stores_tiles() const override { return true; }

    std::expected<std::optional<std::string>, Failure> tile(unsigned level, std::uint64_t number) override {
        return rows_.tile(level, number);
    }

    /// Compares the proven rows with the head, which has the last mac, or the genesis.
    std::expected<void, Failure> finish() override {
        const auto row = connection_.query(
            {.operation = "compare the head",
             .sql = "SELECT sequence = coalesce((SELECT max(sequence) FROM events), 0), "
                    "mac IS NOT DISTINCT FROM coalesce((SELECT mac FROM events ORDER BY sequence DESC LIMIT 1), "
                    "(SELECT by_new FROM keys WHERE number = 1)) FROM head WHERE one"});
        if (!row) return std::unexpected(row.error());
        if (row->rows() == 1 && row->boolean(0, 0) && row->boolean(0, 1)) return {};
        return std::unexpected(damaged(connection_.place(), "the row of the table head is missing, or is not that of "
                                                            "the last event: events after it may have been removed"));
    }

private:
    /// Selects the rows that these conditions name.
    void select(std::string_view receipts, std::string_view links, std::string_view heads) {
        receipts_.select(fmt::format("SELECT {} FROM receipts r {} ORDER BY r.first, r.count, r.command",
                                     receipt_columns, receipts));
        links_.select(fmt::format("SELECT e.number, e.mac, e.key, e.command, {} FROM empty_receipts e LEFT JOIN "
                                  "receipts r ON r.command = e.command {} ORDER BY e.number",
                                  receipt_columns, links));
        heads_.select(fmt::format("SELECT size, root, frontier, note FROM heads {} ORDER BY size", heads));
    }

    ServerConnection connection_;
    StoredRows rows_{connection_};
    EventPages events_{events_query()};
    CursorPages receipts_{"receipts_to_verify", "FETCH 512 FROM receipts_to_verify"};
    CursorPages links_{"links_to_verify", "FETCH 512 FROM links_to_verify"};
    CursorPages heads_{"heads_to_verify", "FETCH 16 FROM heads_to_verify"};
    std::optional<EventPages> stream_; // that next_of_stream reads
    std::optional<ChainEntries> stream_entries_;
};

class PostgresTree final : public JournalTree {
public:
    PostgresTree(ServerConnection connection, std::uint64_t size) : connection_(std::move(connection)), size_(size) {}

    std::expected<void, Failure> read(unsigned level, std::uint64_t first, std::span<chain::Hash> hashes) override {
        return tree_.read(level, first, hashes);
    }
    [[nodiscard]] std::uint64_t size() const override { return size_; }
    std::expected<std::string, Failure> entry_of(Sequence sequence) override { return entries_.entry_of(sequence); }

private:
    ServerConnection connection_;
    StoredRows rows_{connection_};
    ChainEntries entries_{rows_};
    chain::StoredTree tree_{entries_};
    std::uint64_t size_;
};

std::expected<void, Failure> check_signed(ServerConnection& connection) {
    const auto keys = StoredRows(connection).keys();
    if (!keys) return std::unexpected(keys.error());
    if (keys->empty()) return std::unexpected(unsigned_journal(connection.place()));
    return {};
}

} // namespace

std::expected<std::unique_ptr<ChainSource>, Failure> open_chain(const JournalAddress& address) {
    auto connection = address.connect(SessionKind::reader, lock_wait);
    if (!connection) return std::unexpected(connection.error());
    connection->set_response_wait(response_wait);
    // An export may be read slowly, but whoever forgets a source must not keep the snapshot for ever.
    if (auto begun = connection->execute("begin to verify", "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; "
                                                            "SET LOCAL idle_in_transaction_session_timeout = '10min'");
        !begun)
        return std::unexpected(begun.error());
    const auto content = find_journal(*connection, address);
    if (!content) return std::unexpected(content.error());
    if (*content == SchemaContent::nothing) return std::unexpected(no_journal(address));
    return std::make_unique<PostgresChainSource>(std::move(*connection));
}

// Rows up to the head never change, so the tree needs no snapshot.
std::expected<std::unique_ptr<JournalTree>, Failure> open_tree(const JournalAddress& address) {
    auto connection = address.connect(SessionKind::reader, lock_wait);
    if (!connection) return std::unexpected(connection.error());
    if (auto checked = check_signed(*connection); !checked) return std::unexpected(checked.error());
    const auto head = postgres::read_head(*connection);
    if (!head) return std::unexpected(head.error());
    return std::make_unique<PostgresTree>(std::move(*connection), *head);
}

std::expected<std::optional<HeadRow>, Failure> newest_head_of(ServerConnection& connection) {
    if (auto checked = check_signed(connection); !checked) return std::unexpected(checked.error());
    return read_newest_head(connection);
}

std::expected<std::vector<Anchoring>, Failure> read_anchorings(ServerConnection& connection) {
    if (auto checked = check_signed(connection); !checked) return std::unexpected(checked.error());
    const auto rows = connection.query({.operation = "read the responses of anchors",
                                        .sql = "SELECT size, anchor, at_ms, response FROM anchorings "
                                               "ORDER BY size, anchor"});
    if (!rows) return std::unexpected(rows.error());
    std::vector<Anchoring> all;
    for (int row = 0; row < rows->rows(); ++row) {
        all.push_back({.size = static_cast<std::uint64_t>(rows->integer(row, 0)),
                       .anchor = std::string(rows->bytes(row, 1)),
                       .at = {rows->integer(row, 2)},
                       .response = std::string(rows->bytes(row, 3))});
    }
    return all;
}

} // namespace evenfold::journal::postgres
