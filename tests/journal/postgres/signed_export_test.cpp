// The export of a journal in PostgreSQL is that of the same rows in memory, and both verifiers prove it.
#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "evenfold/journal/exchange/part_writer.hpp"
#include "evenfold/tests/journal/chain/memory_tree.hpp"
#include "evenfold/tests/journal/exchange/verifier_program.hpp"
#include "evenfold/tests/journal/postgres/postgres_rows.hpp"

namespace evenfold::tests::exchange {
namespace {

/// Returns the export of one stream from the tables.
std::string part_in_database(const std::string& url, const HistoryWriter& history, const std::string& stream) {
    const auto source = journal::open_postgres_chain(url);
    REQUIRE_MESSAGE(source, source.error().what);
    chain::MemoryTree tree(history.leaves); // the tables of these tests have no tiles
    std::string text;
    const auto written = write_part(**source, tree, {.stream = stream, .first = 1, .last = history.head()},
                                    [&](std::string_view bytes) -> std::expected<void, system::Failure> {
                                        text += bytes;
                                        return {};
                                    });
    REQUIRE_MESSAGE(written, written.error().what);
    return text;
}

std::string text_in_database(const std::string& url) {
    const auto source = journal::open_postgres_chain(url);
    REQUIRE_MESSAGE(source, source.error().what);
    return text_of(**source);
}

} // namespace

TEST_CASE("Signed tables: their export has the bytes of an export from memory, and both verifiers agree on it.") {
    EVENFOLD_REQUIRE_SERVER(server);
    chain::PostgresRows rows(*server);
    std::vector<std::string> texts;
    for (std::uint64_t seed = 0; seed < 4; ++seed) {
        CAPTURE(seed);
        HistoryWriter history = eventful_history(seed);
        sign_notes(history.stored);
        REQUIRE(rows.replace(history.stored));
        texts.push_back(text_in_database(rows.url()));
        CHECK(texts.back() == text_of(history.stored));
        const std::string stream = history.stored.events.front().stream;
        CHECK(part_in_database(rows.url(), history, stream) ==
              part_text(history.stored, history.leaves, {.stream = stream, .first = 1, .last = history.head()}));
        history.stored.events.back().data += "x"; // damage
        REQUIRE(rows.replace(history.stored));
        texts.push_back(text_in_database(rows.url()));
        CHECK(texts.back() != texts[texts.size() - 2]);
    }
    const std::string missing = missing_program();
    if (!missing.empty()) {
        MESSAGE("the second verifier was not run: ", missing);
        return;
    }
    std::uint64_t proven = 0;
    for (const nlohmann::json& report : compared(texts, {.secrets = 12, .heads = {}}))
        proven += report.value("ok", false);
    CHECK(proven == 4); // without the damaged ones
}

} // namespace evenfold::tests::exchange
