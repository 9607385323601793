#include <doctest/doctest.h>

#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <set>
#include <string>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "evenfold/tests/cli/program.hpp"

// The journal's files as other users, other names and other programs meet them.

namespace evenfold::cli_test {
namespace {

namespace fs = std::filesystem;

constexpr const char* create_project =
    R"({"type":"CreateProject","project":"0192d3a0-6c1e-7b5e-8f00-3b9f5e1c2a01","title":"t","root":"/p"})";

unsigned mode_of(const std::string& file) {
    struct stat status{};
    REQUIRE(::stat(file.c_str(), &status) == 0);
    return status.st_mode & 0777U;
}

std::set<std::string> names_in(const fs::path& folder) {
    std::set<std::string> names;
    for (const auto& entry : fs::directory_iterator(folder)) names.insert(entry.path().filename().string());
    return names;
}

} // namespace

TEST_CASE("journal files: --mode names the permissions of a new journal, and only the user has any without it.") {
    const CliFixture fixture;
    REQUIRE(fixture.run({"submit"}, create_project).exit == 0);
    REQUIRE(fixture.run({"submit", "--db", "shared.db", "--mode", "0660"}, create_project).exit == 0);
    for (const char* ending : {"", "-wal", "-shm", "-lock"}) {
        CHECK(mode_of(fixture.path(std::string(".evenfold/journal.db") + ending)) == 0600);
        CHECK(mode_of(fixture.path(std::string("shared.db") + ending)) == 0660);
    }
    REQUIRE(fixture.run({"ingest", "--mode", "660"}, claude_turn("x")).exit == 0);
    CHECK(mode_of(fixture.path(".evenfold/journal.db")) == 0600); // it existed
}

TEST_CASE("journal files: a mode that is not one is refused with the values that are.") {
    const CliFixture fixture;
    for (const char* mode : {"", "rw", "060", "700", "888", "1600", "-600", "6 6"}) {
        CAPTURE(mode);
        check_refused(fixture.run({"submit", "--mode", mode}, create_project), 2,
                      "expected octal digits from 600 to 666");
    }
    CHECK(fixture.run({"log", "--mode", "600"}).exit == 2); // it creates no journal
    CHECK(!fs::exists(fixture.path(".evenfold/journal.db")));
}

TEST_CASE("journal files: a link in the place of the lock file is refused, and its target is unchanged.") {
    const CliFixture fixture;
    const std::string target = fixture.write("target", "the first line of another file");
    fs::create_directory(fixture.path(".evenfold"));
    fs::create_symlink(target, fixture.path(".evenfold/journal.db-lock"));
    check_refused(fixture.run({"submit"}, create_project), 3, "a symbolic link");
    CHECK(content(fixture.path("target")) == "the first line of another file");
}

TEST_CASE("journal files: the verbs that read leave no files beside a journal that lies alone.") {
    const CliFixture fixture;
    REQUIRE(fixture.run({"ingest"}, claude_turn("x")).exit == 0);
    fs::create_directory(fixture.path("alone"));
    fs::copy_file(fixture.path(".evenfold/journal.db"), fixture.path("alone/copy.db"));
    for (const char* verb : {"log", "model", "replay", "threads", "transcript", "checkpoints", "bench"}) {
        CAPTURE(verb);
        const ProgramResult read = fixture.run({verb, "--db", "alone/copy.db"});
        CHECK_MESSAGE(read.exit == 0, read.err);
        CHECK(names_in(fixture.path("alone")) == std::set<std::string>{"copy.db"});
    }
    CHECK(fixture.run({"submit", "--db", "alone/copy.db"}, "no JSON").exit == 1);
    CHECK(names_in(fixture.path("alone")) == std::set<std::string>{"copy.db"});
}

TEST_CASE("journal files: another user who may only read cannot take the lock that writers need.") {
    if (::getuid() != 0) {
        MESSAGE("skipped: only root can become a user who owns nothing");
        return;
    }
    const CliFixture fixture;
    REQUIRE(fixture.run({"submit", "--mode", "644"}, create_project).exit == 0);
    REQUIRE(::chmod(fixture.folder().c_str(), 0755) == 0);
    const std::string journal = fixture.path(".evenfold/journal.db");
    const pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        if (::setgid(65534) != 0 || ::setuid(65534) != 0) ::_exit(2);
        ::_exit(::open(fixture.path(".evenfold/journal.db-lock").c_str(), O_RDONLY | O_CLOEXEC) < 0 ? 0 : 1);
    }
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    CHECK(status == 0);
    CHECK(fixture.run({"log", "--db", journal}, {}, {.nobody = true}).exit == 0);
}

TEST_CASE("journal files: replay finds damage that opening does not look for.") {
    const CliFixture fixture;
    for (int turn = 0; turn < 5; ++turn) REQUIRE(fixture.run({"ingest"}, claude_turn("x")).exit == 0);
    REQUIRE(fixture.run({"replay"}).exit == 0);
    const std::string change =
        "python3 -c \"import sqlite3; c = sqlite3.connect('" + fixture.path(".evenfold/journal.db") +
        "'); c.execute('DROP TRIGGER events_refuse_UPDATE'); c.execute('UPDATE events SET version "
        "= version + 1000 WHERE sequence = 5'); c.commit()\"";
    REQUIRE(std::system(change.c_str()) == 0); // NOLINT(concurrency-mt-unsafe): no thread runs
    CHECK(fixture.run({"log"}).exit == 0);
    check_refused(fixture.run({"replay"}), 4, "of its stream is missing");
}

} // namespace evenfold::cli_test
