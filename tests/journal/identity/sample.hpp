/// Journals in files for tests of names, logs and damage: how they are made, killed, and changed by others.
/// Shapes: each journal has batches of one event in stream "a", numbered from 1.
#pragma once

#include <array>
#include <csignal>
#include <doctest/doctest.h>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <iterator>
#include <map>
#include <sqlite3.h>
#include <string>
#include <string_view>
#include <vector>

#include "evenfold/journal/sqlite/sqlite_journal.hpp"
#include "evenfold/tests/contracts/journal_check.hpp"
#include "evenfold/tests/journal/child_process.hpp"
#include "evenfold/tests/journal/scratch_folder.hpp"

namespace evenfold::journal::sample {

using std::filesystem::path;

inline constexpr std::array<Access, 3> accesses = {Access::read_only, Access::read_write, Access::create};
inline constexpr std::array<const char*, 4> endings = {"", "-wal", "-shm", "-lock"};

inline path beside(const path& file, const char* ending) {
    return file.string() + ending;
}

inline std::string bytes_of(const path& file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

/// Returns all files of `folder` with their bytes, except for those of SQLite's index, which reading may create again.
inline std::map<path, std::string> content_of(const path& folder) {
    std::map<path, std::string> content;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
        const bool is_kept = entry.is_regular_file() && !entry.is_symlink() && !entry.path().string().ends_with("-shm");
        content[entry] = is_kept ? bytes_of(entry) : "";
    }
    return content;
}

/// Runs `sql` on a plain SQLite connection and returns the result code.
inline int run_sql(const path& file, const std::string& sql) {
    sqlite3* database = nullptr;
    sqlite3_open(file.c_str(), &database);
    const int code = sqlite3_exec(database, sql.c_str(), nullptr, nullptr, nullptr);
    sqlite3_close(database);
    return code;
}

/// Returns whether batches `first` to `last` were appended.
inline bool append(Journal& journal, std::uint64_t first, std::uint64_t last) {
    for (std::uint64_t number = first; number <= last; ++number) {
        if (!journal.append(std::vector{contract::batch(number, {"a"})}, std::nullopt)) return false;
    }
    return true;
}

/// Makes a journal of `count` events and closes it.
inline void make(const path& file, std::uint64_t count = 3) {
    const auto journal = open_sqlite_journal(file, Access::create);
    REQUIRE(journal);
    REQUIRE(append(**journal, 1, count));
}

/// Appends the batches in a process that is killed, so that they stay in the log.
inline void append_and_die(const path& file, std::uint64_t first, std::uint64_t last) {
    ChildProcess writer([&] {
        const auto journal = open_sqlite_journal(file, Access::create);
        if (!journal || !append(**journal, first, last)) return 1;
        return raise(SIGKILL);
    });
    REQUIRE(writer.end() == -SIGKILL);
}

/// Returns the number of events that can be read.
inline std::size_t events_in(const path& file, Access access = Access::read_only) {
    const auto journal = open_sqlite_journal(file, access);
    REQUIRE(journal);
    const auto records = read_all(**journal);
    REQUIRE(records);
    return records->size();
}

/// Opens `file` with each access. Each must fail as `kind` with `words`, name the file, suggest a remedy, and change
/// nothing in the folder.
inline void check_refused(const path& file, FailureKind kind, std::string_view words) {
    const auto before = content_of(file.parent_path());
    for (const Access access : accesses) {
        const auto journal = open_sqlite_journal(file, access);
        REQUIRE(!journal);
        CHECK(journal.error().kind == kind);
        CHECK_MESSAGE(journal.error().what.find(words) != std::string::npos, journal.error().what);
        CHECK(!journal.error().remedy.empty());
    }
    CHECK(content_of(file.parent_path()) == before);
}

/// Returns the failure of appending batch `number`.
inline Failure refused_append(Journal& journal, std::uint64_t number) {
    const auto appended = journal.append(std::vector{contract::batch(number, {"a"})}, std::nullopt);
    REQUIRE(!appended);
    return std::get<Failure>(appended.error());
}

} // namespace evenfold::journal::sample
