// The tables of format 2: the same however a file came to them, shown by the view `log`, and append only.
#include <doctest/doctest.h>

#include <chrono>
#include <string>
#include <vector>

#include "evenfold/journal/signatures.hpp"
#include "evenfold/journal/sqlite/tables.hpp"
#include "evenfold/storage/sqlite/database.hpp"
#include "evenfold/tests/contracts/journal_check.hpp"
#include "evenfold/tests/journal/chain/stored_journal.hpp"
#include "evenfold/tests/journal/scratch_folder.hpp"
#include "evenfold/tests/journal/signed/signed_file.hpp"

namespace evenfold::tests::chain {

using journal::ScratchFolder;
using journal::contract::batch;

TEST_CASE("Signed file: an upgraded file has the same tables as one that was signed from the start.") {
    const ScratchFolder folder;
    const std::string query = "SELECT group_concat(sql, ';') FROM (SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL "
                              "AND name NOT IN ('origin', 'journal_tail') ORDER BY type, name)";
    { (void)opened(folder / "fresh.db", signed_with(1)); }
    const auto upgraded = opened(folder / "upgraded.db", {.domain = "plans"});
    append(*upgraded, {batch(1, {"a"})});
    REQUIRE(upgraded->signatures()->start_signing(key_of(1), {}));
    CHECK(text_in(folder / "upgraded.db", query) == text_in(folder / "fresh.db", query));
    for (const std::string& statement :
         journal::sqlite::schema_statements(journal::sqlite::JournalFormat::signed_rows)) {
        CAPTURE(statement);
        CHECK(text_in(folder / "upgraded.db", query).find(statement) != std::string::npos);
    }
}

TEST_CASE("Signed file: the view log shows hashes and signatures.") {
    const ScratchFolder folder;
    const auto file = folder / "journal.db";
    append(*opened(file, signed_with(1)), {batch(1, {"a", "b"}), batch(2, {"a"})});
    CHECK(text_in(file, "SELECT count(*) FROM log WHERE length(signature) = 64 AND length(payload_hash) = 64") == "3");
    CHECK(text_in(file,
                  "SELECT prev = (SELECT signature FROM log WHERE sequence = 2) AND prev_hash = (SELECT signature "
                  "FROM log WHERE sequence = 1) FROM log WHERE sequence = 3") == "1");
    CHECK(text_in(file, "SELECT prev_hash IS NULL FROM log WHERE sequence = 2") == "1");
}

TEST_CASE("Signed file: the tables of signatures refuse changes.") {
    const ScratchFolder folder;
    const auto file = folder / "journal.db";
    append(*opened(file, signed_with(1)), {batch(1, {}), batch(2, {"a"})});
    const auto database =
        storage::sqlite::Database::open(file, storage::sqlite::OpenMode::write, std::chrono::seconds(1));
    REQUIRE(database);
    for (const char* change :
         {"UPDATE keys SET id = 'x'", "DELETE FROM empty_receipts", "UPDATE events SET mac = x'00'",
          "INSERT OR REPLACE INTO empty_receipts SELECT * FROM empty_receipts",
          "INSERT OR REPLACE INTO keys SELECT * FROM keys"}) {
        CAPTURE(change);
        const auto refused = database->execute(change);
        REQUIRE(!refused);
        CHECK(refused.error().what.find("a journal is append only") != std::string::npos);
    }
}

} // namespace evenfold::tests::chain
