// The page about the file format is correct: its Python program reads a journal.
#include <doctest/doctest.h>

#include <array>
#include <cstdio>
#include <fmt/format.h>
#include <fstream>
#include <iterator>
#include <string>

#include "evenfold/journal/sqlite/sqlite_journal.hpp"
#include "evenfold/storage/sqlite/database.hpp"
#include "evenfold/tests/contracts/journal_check.hpp"
#include "evenfold/tests/journal/scratch_folder.hpp"
#include "evenfold/tests/support/build_paths.hpp"

namespace evenfold::journal {

namespace {

std::string page() {
    std::ifstream in(tests::source_tree() + "/docs/journal-sqlite.md");
    return {std::istreambuf_iterator<char>(in), {}};
}

/// Returns the first block of Python in `text`.
std::string python_in(const std::string& text) {
    const std::string opening = "```python\n";
    const auto begin = text.find(opening) + opening.size();
    return text.substr(begin, text.find("```", begin) - begin);
}

std::string output_of(const std::string& command) {
    std::string output;
    std::FILE* process = popen(command.c_str(), "r");
    if (!process) return output;
    std::array<char, 4096> bytes{};
    for (std::size_t size = 0; (size = std::fread(bytes.data(), 1, bytes.size(), process)) > 0;) {
        output.append(bytes.data(), size);
    }
    pclose(process);
    return output;
}

} // namespace

TEST_CASE(
    "Journal file: the program in docs/journal-sqlite.md prints the log while the journal is open and afterwards.") {
    REQUIRE(output_of("python3 -c 'import sqlite3; print(1)' 2>&1") == "1\n"); // tools/setup installs it
    const ScratchFolder folder;
    const std::string file = folder / "journal.db";
    std::ofstream(folder / "read.py") << python_in(page());
    const std::string command = fmt::format("python3 '{}' '{}' 2>&1", (folder / "read.py").string(), file);
    const std::string log = "1 a 1 Happened {\"number\":1,\"place\":0}\n"
                            "2 b 1 Happened {\"number\":1,\"place\":1}\n"
                            "3 a 2 Happened {\"number\":2,\"place\":0}\n";
    {
        const auto journal = open_sqlite_journal(file, Access::create);
        REQUIRE(journal);
        REQUIRE((*journal)->append(std::vector{contract::batch(1, {"a", "b"}), contract::batch(2, {"a"})}, 0));
        CHECK(output_of(command) == log);
    }
    CHECK(output_of(command) == log);
}

TEST_CASE("Journal file: the application id is at the documented offset.") {
    const ScratchFolder folder;
    { REQUIRE(open_sqlite_journal(folder / "journal.db", Access::create)); }
    std::ifstream in(folder / "journal.db", std::ios::binary);
    std::string mark(4, ' ');
    in.seekg(68).read(mark.data(), 4);
    CHECK(mark == "Evnf");
}

TEST_CASE("Journal file: bytes are stored as text if other programs can read them as text, otherwise as a blob.") {
    const ScratchFolder folder;
    Batch made = contract::batch(1, {"a", "b", "c", "d", "e"});
    made.events[1].data = std::string("eight characters, then a\0NUL", 29);
    made.events[2].data = "not UTF-8: \xff";
    made.events[3].data = "UTF-8: \xc3\xbc, and enough behind it";
    made.events[4].data = "";
    {
        const auto journal = open_sqlite_journal(folder / "journal.db", Access::create);
        REQUIRE(journal);
        REQUIRE((*journal)->append(std::vector{made}, 0));
    }
    const auto database = storage::sqlite::Database::open(folder / "journal.db", storage::sqlite::OpenMode::read,
                                                          std::chrono::seconds(1));
    REQUIRE(database);
    CHECK(database->text("SELECT group_concat(typeof(data)) FROM log") == "text,blob,blob,text,text");
}

TEST_CASE("SqliteJournal: the domain of a journal can be read without opening the journal.") {
    const ScratchFolder folder;
    const std::filesystem::path file = folder / "journal.db";
    CHECK_FALSE(domain_of_sqlite_journal(file));
    CHECK_FALSE(std::filesystem::exists(file));
    REQUIRE(open_sqlite_journal(file, Access::create, {.domain = "bank"}));
    CHECK(domain_of_sqlite_journal(file) == "bank");
    REQUIRE(open_sqlite_journal(folder / "none.db", Access::create));
    CHECK(domain_of_sqlite_journal(folder / "none.db") == "");
    std::ofstream(folder / "text") << std::string(5000, 'x');
    CHECK_FALSE(domain_of_sqlite_journal(folder / "text"));
}

} // namespace evenfold::journal
