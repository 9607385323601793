#include "evenfold/tests/cli/journal/signed_project.hpp"

#include <doctest/doctest.h>

#include <sqlite3.h>

namespace evenfold::cli_test {

namespace fs = std::filesystem;

SignedProject::SignedProject() {
    fs::create_directory(folder() / "keys");
    fs::permissions(folder() / "keys", fs::perms::owner_all);
    REQUIRE(run({"keys", "new", "keys/2026"}).exit == 0);
    fs::create_symlink("2026", folder() / "keys/current");
    REQUIRE(signed_run({"submit", "--origin", "journal.example/work"}, create_project).exit == 0);
}

ProgramResult SignedProject::signed_run(Arguments arguments, std::string_view input) const {
    arguments.insert(arguments.begin(), {"--keys", "keys"});
    if (has_signer_) arguments.insert(arguments.begin(), {"--signing-key", "signer"});
    return run(arguments, input);
}

std::string SignedProject::add_signer() {
    REQUIRE(run({"keys", "signer", "signer"}).exit == 0);
    has_signer_ = true;
    std::string line = content(path("signer/signer.pub"));
    line.pop_back();
    return line;
}

void SignedProject::add_event(const std::string& title) const {
    const Json command = {
        {"type", "UpdateProject"}, {"project", "0192d3a0-6c1e-7b5e-8f00-3b9f5e1c2a01"}, {"title", title}};
    REQUIRE(signed_run({"submit"}, command.dump()).exit == 0);
}

std::string SignedProject::secret(const std::string& name) const {
    const std::string line = content(path("keys/" + name));
    REQUIRE(line.size() == 65);
    return line.substr(0, 64);
}

void SignedProject::change(const std::string& sql) const {
    sqlite3* database = nullptr;
    REQUIRE(sqlite3_open(path(".evenfold/journal.db").c_str(), &database) == SQLITE_OK);
    CHECK(sqlite3_exec(database, sql.c_str(), nullptr, nullptr, nullptr) == SQLITE_OK);
    sqlite3_close(database);
}

} // namespace evenfold::cli_test
