// The cost of an append beside the same multi-row INSERT by hand through libpq, in pairs of one run. Both sides must
// end in the same state. EVENFOLD_RATE_SECONDS repeats each pair that long, and requires the ratios.
#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <fmt/format.h>
#include <libpq-fe.h>
#include <string>
#include <vector>

#include "evenfold/journal/postgres/event_rows.hpp"
#include "evenfold/tests/contracts/journal_check.hpp"
#include "evenfold/tests/journal/postgres/postgres_journals.hpp"

namespace evenfold::journal {

namespace {

using std::chrono::steady_clock;

constexpr std::size_t payload_bytes = 256;

/// One command with `rows` events in eight streams.
Batch sized_batch(std::uint64_t number, std::size_t rows) {
    Batch batch = contract::batch(number, {});
    for (std::size_t row = 0; row < rows; ++row) {
        batch.events.push_back({.stream = fmt::format("stream {}", row % 8),
                                .type = "Happened",
                                .type_version = 1,
                                .data = std::string(payload_bytes, 'x')});
    }
    return batch;
}

/// Inserts events as a program without a library would: one prepared statement per batch, committed by itself.
class HandWriter {
public:
    /// `is_signed`: with the columns of signatures, whose values it does not compute.
    HandWriter(const tests::PostgresServer& server, const std::string& journal, bool is_signed)
        : connection_(PQconnectdb(fmt::format("host=127.0.0.1 port={} user=postgres dbname=postgres options='-c "
                                              "search_path={}'",
                                              server.port(), journal)
                                      .c_str())),
          is_signed_(is_signed) {
        run(PQexec(connection_, "INSERT INTO streams SELECT n, convert_to('stream ' || n - 1, 'UTF8') "
                                "FROM generate_series(1, 8) n"));
    }
    HandWriter(const HandWriter&) = delete;
    HandWriter& operator=(const HandWriter&) = delete;
    ~HandWriter() { PQfinish(connection_); }

    void append(const Batch& batch) {
        postgres::EventRows rows;
        for (std::uint32_t index = 0; index < batch.events.size(); ++index) {
            const std::size_t stream = index % versions_.size();
            rows.add(batch, index,
                     {.sequence = ++head_,
                      .stream = static_cast<std::int64_t>(stream + 1),
                      .version = ++versions_.at(stream)});
            if (is_signed_) rows.signatures().add({}, 1);
        }
        const auto parameters = rows.parameters();
        const auto wire = parameters.wire();
        if (!is_prepared_)
            run(PQprepare(connection_, "add", std::string(postgres::EventRows::insert).c_str(), parameters.count(),
                          parameters.types().data()));
        is_prepared_ = true;
        run(PQexecPrepared(connection_, "add", parameters.count(), wire.values.data(), wire.lengths.data(),
                           wire.formats.data(), 1));
    }

private:
    static void run(PGresult* result) {
        REQUIRE_MESSAGE(PQresultStatus(result) == PGRES_COMMAND_OK, PQresultErrorMessage(result));
        PQclear(result);
    }

    PGconn* connection_;
    bool is_signed_;
    Sequence head_ = 0;
    std::array<StreamVersion, 8> versions_{};
    bool is_prepared_ = false;
};

double seconds_since(steady_clock::time_point start) {
    return std::chrono::duration<double>(steady_clock::now() - start).count();
}

struct RatePair {
    double by_journal = 0; // rows per second
    double by_hand = 0;
};

/// Appends batches by both, in turns of some batches, for `seconds` or at least two turns.
RatePair compare(tests::PostgresServer& server, std::size_t rows, double seconds, const PostgresOptions& options = {}) {
    const std::string mine = server.new_journal();
    const std::string other = server.new_journal();
    const auto journal = open_journal(server.url(mine), Access::create, options);
    { REQUIRE(open_journal(server.url(other), Access::create, options)); }
    HandWriter hand(server, other, options.signing.has_value());
    const std::uint64_t turn = std::max<std::uint64_t>(200 / rows, 2);
    double journal_time = 0;
    double hand_time = 0;
    std::uint64_t number = 0;
    const auto start = steady_clock::now();
    for (int turns = 0; turns < 2 || seconds_since(start) < seconds; ++turns) {
        std::vector<Batch> batches;
        for (std::uint64_t count = 0; count < turn; ++count) batches.push_back(sized_batch(++number, rows));
        for (const bool is_hand : {turns % 2 == 0, turns % 2 != 0}) { // both orders
            const auto begin = steady_clock::now();
            for (const Batch& batch : batches) {
                if (is_hand)
                    hand.append(batch);
                else
                    CHECK(journal->append({&batch, 1}, std::nullopt));
            }
            (is_hand ? hand_time : journal_time) += seconds_since(begin);
        }
    }
    TableAccess in_mine(server.url(mine));
    TableAccess in_other(server.url(other));
    const std::string digest =
        "SELECT md5(string_agg(sequence || ' ' || s.name::text || ' ' || version || ' ' || command "
        "|| ' ' || index_in_batch || ' ' || data::text, ';' ORDER BY sequence)) "
        "FROM events JOIN streams s ON s.id = stream";
    CHECK(in_mine.text(digest) == in_other.text(digest));
    const auto events = static_cast<double>(number * rows);
    return {.by_journal = events / journal_time, .by_hand = events / hand_time};
}

} // namespace

namespace {

/// Compares at several sizes of batches, and requires the ratio of large ones in a run of some length.
void compare_all(tests::PostgresServer& server, const PostgresOptions& options, std::string_view kind) {
    const char* wish = std::getenv("EVENFOLD_RATE_SECONDS"); // NOLINT(concurrency-mt-unsafe): one thread
    const double seconds = wish != nullptr ? std::atof(wish) : 0;
    for (const std::size_t rows : {1U, 10U, 100U, 1000U}) {
        const RatePair rates = compare(server, rows, seconds, options);
        const double ratio = rates.by_journal / rates.by_hand;
        MESSAGE(fmt::format("{} rows a batch, {}: {:.0f} rows/s by the journal, {:.0f} by hand, ratio {:.2f}", rows,
                            kind, rates.by_journal, rates.by_hand, ratio));
        if (wish != nullptr && rows >= 100) CHECK(ratio >= 0.8);
    }
}

} // namespace

TEST_CASE("PostgresJournal: an append stores the same rows as an INSERT by hand, at a rate that is close to it.") {
    EVENFOLD_REQUIRE_SERVER(server);
    compare_all(*server, {}, "unsigned");
}

TEST_CASE("PostgresJournal: a signed append is close to an INSERT of the same columns by hand.") {
    EVENFOLD_REQUIRE_SERVER(server);
    compare_all(*server, signed_options(), "signed");
}

} // namespace evenfold::journal
