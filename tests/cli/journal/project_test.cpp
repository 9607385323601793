#include <doctest/doctest.h>

#include <fcntl.h>
#include <filesystem>
#include <sys/stat.h>
#include <unistd.h>

#include "evenfold/cli/project_journal.hpp"
#include "evenfold/system/file_status.hpp"
#include "evenfold/tests/cli/program.hpp"
#include "evenfold/tests/reactors/git/sandbox.hpp"

// The journal of a project: where it is, what git sees of it, and what a project from elsewhere can prepare.

namespace evenfold::cli_test {
namespace {

namespace fs = std::filesystem;

constexpr const char* project_command =
    R"({"type":"CreateProject","project":"0192d3a0-6c1e-7b5e-8f00-3b9f5e1c2a01","title":"t","root":"/p"})";
constexpr uid_t another_user = 65534;

unsigned permissions_of(const std::string& file) {
    struct stat status{};
    REQUIRE(::stat(file.c_str(), &status) == 0);
    return status.st_mode & 0777U;
}

/// Returns the path of the journal for work in `folder` of the fixture, relative to the fixture; empty if refused.
std::string found_from(const CliFixture& fixture, const std::string& folder) {
    const auto found = cli::find_project_journal(fs::canonical(fixture.path(folder)));
    return found ? found->lexically_relative(fs::canonical(fixture.folder())).string() : "";
}

ProgramResult run_in(const fs::path& folder, const Arguments& arguments, std::string_view input = {}) {
    return RunningProgram(folder, arguments).finish(input);
}

} // namespace

TEST_CASE("project journal: a new one is .evenfold/journal.db in the nearest folder with .git or .evenfold.") {
    const CliFixture fixture;
    fs::create_directories(fixture.path("repository/src/deep"));
    fs::create_directories(fixture.path("plain/deep"));
    CHECK(found_from(fixture, "plain/deep") == "plain/deep/.evenfold/journal.db"); // no project: the current folder
    fs::create_directory(fixture.path("repository/.git"));
    CHECK(found_from(fixture, "repository/src/deep") == "repository/.evenfold/journal.db");
    fs::create_directory(fixture.path("repository/src/.evenfold"));
    CHECK(found_from(fixture, "repository/src/deep") == "repository/src/.evenfold/journal.db");
    CHECK(found_from(fixture, "repository") == "repository/.evenfold/journal.db");
    REQUIRE(run_in(fixture.path("repository/src/deep"), {"submit"}, project_command).exit == 0);
    CHECK(fs::exists(fixture.path("repository/src/.evenfold/journal.db")));
}

TEST_CASE("project journal: an existing evenfold.db is found, here or above, but not above the repository.") {
    const CliFixture fixture;
    fs::create_directories(fixture.path("a/b"));
    REQUIRE(fixture.run({"submit", "--db", "a/evenfold.db"}, project_command).exit == 0);
    CHECK(found_from(fixture, "a") == "a/evenfold.db");
    CHECK(found_from(fixture, "a/b") == "a/evenfold.db");
    CHECK(run_in(fixture.path("a/b"), {"log", "--json"}).json().size() == 1);
    fs::create_directory(fixture.path("a/.git"));
    CHECK(found_from(fixture, "a/b") == "a/evenfold.db");
    fs::create_directory(fixture.path("a/b/.git"));
    CHECK(found_from(fixture, "a/b") == "a/b/.evenfold/journal.db");
}

TEST_CASE("project journal: --db and EVENFOLD_DB win.") {
    const CliFixture fixture;
    REQUIRE(fixture.run({"submit"}, project_command).exit == 0);
    const auto named = [&](const std::string& prefix, const std::string& options) {
        const std::string command = "cd '" + fixture.folder().string() + "' && " + prefix + " '" + program() +
                                    "' log " + options + " 2> err; echo $? > exit";
        REQUIRE(std::system(command.c_str()) == 0); // NOLINT(concurrency-mt-unsafe): no thread runs
        return content(fixture.path("err"));
    };
    CHECK(named("EVENFOLD_DB=named.db", "").find("named.db") != std::string::npos);
    CHECK(named("EVENFOLD_DB=named.db", "--db other.db").find("other.db") != std::string::npos);
    CHECK(named("EVENFOLD_DB=", "").empty());
}

TEST_CASE("project journal: git does not see it, and its files belong to the user alone.") {
    git_test::use_own_settings();
    const git_test::Sandbox box;
    REQUIRE(run_in(box.root(), {"ingest"}, claude_turn("x")).exit == 0);
    CHECK(box.git({"status", "--porcelain", "--untracked-files=all"}).empty());
    const std::string folder = box.root() / ".evenfold";
    CHECK(permissions_of(folder) == 0700);
    for (const char* name : {".gitignore", "journal.db", "journal.db-lock"})
        CHECK(permissions_of(folder + "/" + name) == 0600);
    CHECK(content(folder + "/.gitignore") == "*\n");
    box.write(".evenfold/.gitignore", "# mine\n");
    REQUIRE(run_in(box.root(), {"ingest"}, claude_turn("x")).exit == 0);
    CHECK(content(folder + "/.gitignore") == "# mine\n");
}

TEST_CASE("project journal: --mode names the permissions of the folder, too.") {
    const CliFixture fixture;
    REQUIRE(fixture.run({"submit", "--mode", "660"}, project_command).exit == 0);
    CHECK(permissions_of(fixture.path(".evenfold")) == 0770);
    CHECK(permissions_of(fixture.path(".evenfold/journal.db")) == 0660);
}

TEST_CASE("project journal: verbs that read, and refused input, create no folder.") {
    const CliFixture fixture;
    check_refused(fixture.run({"log"}), 3, "journal.db");
    check_refused(fixture.run({"submit"}, "{}"), 1, "type");
    check_refused(fixture.run({"ingest"}, ""), 1, "contains no turn");
    CHECK(fs::is_empty(fixture.folder()));
}

TEST_CASE("project journal: links in its place are refused, and nothing is written through them.") {
    const CliFixture fixture;
    fs::create_directories(fixture.path("elsewhere"));
    fs::create_directories(fixture.path("project/.git"));
    const fs::path project = fixture.path("project");
    SUBCASE("the folder") {
        fs::create_directory_symlink(fixture.path("elsewhere"), project / ".evenfold");
    }
    SUBCASE("a folder that does not exist") {
        fs::create_symlink(fixture.path("missing"), project / ".evenfold");
    }
    SUBCASE("the file") {
        fs::create_directory(project / ".evenfold");
        fs::create_symlink(fixture.path("elsewhere/j.db"), project / ".evenfold/journal.db");
    }
    SUBCASE("the file of earlier versions") {
        REQUIRE(fixture.run({"submit", "--db", "elsewhere/j.db"}, project_command).exit == 0);
        fs::create_symlink(fixture.path("elsewhere/j.db"), project / "evenfold.db");
    }
    const auto before = std::distance(fs::directory_iterator(fixture.path("elsewhere")), {});
    for (const char* verb : {"submit", "log"}) {
        const ProgramResult refused = run_in(project, {verb}, project_command);
        check_refused(refused, 3, "a symbolic link, where the");
        CHECK(refused.err.find("--db or EVENFOLD_DB") != std::string::npos);
    }
    CHECK(std::distance(fs::directory_iterator(fixture.path("elsewhere")), {}) == before);
    CHECK_FALSE(fs::exists(fixture.path("missing")));
}

TEST_CASE("project journal: a file in the place of its folder, and a folder in its place, are refused.") {
    const CliFixture fixture;
    fixture.write(".evenfold", "");
    check_refused(fixture.run({"submit"}, project_command), 3, "no folder, where the folder of the project's journal");
    fs::remove(fixture.path(".evenfold"));
    fs::create_directories(fixture.path(".evenfold/journal.db"));
    check_refused(fixture.run({"submit"}, project_command), 3, "no plain file, where the project's journal belongs");
}

TEST_CASE("project journal: a folder or journal of another user is refused, unless it is named.") {
    if (::getuid() != 0) {
        MESSAGE("skipped: only root can give files away");
        return;
    }
    const CliFixture fixture;
    REQUIRE(fixture.run({"submit"}, project_command).exit == 0);
    REQUIRE(fixture.run({"log"}).exit == 0); // the control: they belong to root
    const std::string journal = fixture.path(".evenfold/journal.db");
    const auto give = [&](const std::string& file, uid_t owner) { REQUIRE(::chown(file.c_str(), owner, 0) == 0); };
    for (const std::string& file : {fixture.path(".evenfold"), journal}) {
        give(file, another_user);
        check_refused(fixture.run({"log"}), 3, "belongs to the user with id 65534, and not to you");
        CHECK(fixture.run({"log", "--db", journal}).exit == 0);
        give(file, 0);
    }
    REQUIRE(fixture.run({"submit", "--db", "evenfold.db"}, project_command).exit == 0);
    fs::remove_all(fixture.path(".evenfold"));
    give(fixture.path("evenfold.db"), another_user);
    check_refused(fixture.run({"log"}), 3, "evenfold.db: it belongs to the user with id 65534");
}

TEST_CASE("project journal: the search ends before a folder that everybody may write.") {
    const CliFixture fixture;
    fs::create_directories(fixture.path("public/mine"));
    fs::create_directory(fixture.path("public/.evenfold"));
    CHECK(found_from(fixture, "public/mine") == "public/.evenfold/journal.db"); // the control
    fs::permissions(fixture.path("public"), fs::perms::all | fs::perms::sticky_bit);
    CHECK(found_from(fixture, "public/mine") == "public/mine/.evenfold/journal.db");
    CHECK(found_from(fixture, "public") == "public/.evenfold/journal.db"); // the user is in it
}

} // namespace evenfold::cli_test
