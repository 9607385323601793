#include "evenfold/tests/journal/signed/signed_file.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <utility>
#include <variant>

#include "evenfold/storage/sqlite/database.hpp"
#include "evenfold/tests/journal/chain/stored_journal.hpp"

namespace evenfold::tests::chain {

journal::SqliteOptions signed_with(std::uint64_t key) {
    return {.domain = "plans", .signing = journal::SigningOptions{key_of(key)}};
}

std::unique_ptr<journal::Journal>
opened(const std::filesystem::path& file, const journal::SqliteOptions& options, journal::Access access) {
    auto made = journal::open_sqlite_journal(file, access, options);
    REQUIRE_MESSAGE(made, made.error().what);
    return std::move(*made);
}

void append(journal::Journal& journal, const std::vector<journal::Batch>& group) {
    const auto receipts = journal.append(group, std::nullopt);
    REQUIRE_MESSAGE(receipts, std::get<system::Failure>(receipts.error()).what);
}

std::string text_in(const std::filesystem::path& file, const std::string& sql) {
    const auto database =
        storage::sqlite::Database::open(file, storage::sqlite::OpenMode::read, std::chrono::seconds(1));
    REQUIRE(database);
    return database->text(sql).value();
}

bool run_sql(const std::filesystem::path& file, const std::string& sql) {
    const auto database =
        storage::sqlite::Database::open(file, storage::sqlite::OpenMode::write, std::chrono::seconds(1));
    REQUIRE(database);
    return database->execute(sql.c_str()).has_value();
}

} // namespace evenfold::tests::chain
