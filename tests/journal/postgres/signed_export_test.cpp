// The export of a journal in PostgreSQL is that of the same rows in memory, and both verifiers prove it.
#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "evenfold/tests/journal/exchange/verifier_program.hpp"
#include "evenfold/tests/journal/postgres/postgres_rows.hpp"

namespace evenfold::tests::exchange {
namespace {

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
