#include "evenfold/tests/cli/git/git_project.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <fcntl.h>
#include <sys/file.h>

namespace evenfold::cli_test {

GitProject::GitProject() {
    git_test::use_own_settings();
    box_.write("start.txt", "as it was\n");
    box_.commit_all("start");
}

Json GitProject::json(Arguments arguments) const {
    arguments.emplace_back("--json");
    const ProgramResult result = run(arguments);
    REQUIRE_MESSAGE(result.exit == 0, result.err);
    return result.json();
}

std::string GitProject::checkpoint(const std::string& label) const {
    return json({"checkpoint", "--label", label})[0]["checkpoint"].get<std::string>();
}

Files GitProject::files() const {
    return box_.files([](const std::string& path) { return path.starts_with(".evenfold/"); });
}

void GitProject::fill(const std::string& bytes) const {
    for (int file = 0; file < files_filled; ++file) box_.write(filled(file), bytes);
}

std::string GitProject::filled(int file) {
    return fmt::format("filled/{:04}", file);
}

void GitProject::signal_running_revert(const std::string& checkpoint, int signal) const {
    RunningProgram running(box_.root(), {"revert", checkpoint});
    const auto late = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    while (box_.has(filled(0)) && running.printed(1).empty() && std::chrono::steady_clock::now() < late) {}
    running.signal(signal);
    (void)running.finish();
}

void GitProject::cut_revert(const std::string& checkpoint, int signal) const {
    for (int attempt = 0; attempt < 20; ++attempt) {
        fill("made");
        signal_running_revert(checkpoint, signal);
        const bool is_cut = is_reverting();
        if (is_cut && !box_.has(filled(0)) && box_.has(filled(files_filled - 1))) return;
        if (is_cut) REQUIRE(run({"revert", "--abort"}).exit == 0);
    }
    FAIL("no revert was interrupted while it removed files");
}

int GitProject::lock_work_tree() const {
    for (const auto& entry : std::filesystem::directory_iterator(box_.root() / ".git" / "evenfold")) {
        if (!entry.path().filename().string().starts_with("lock-")) continue;
        const int file = ::open(entry.path().c_str(), O_RDWR | O_CLOEXEC);
        REQUIRE(::flock(file, LOCK_EX | LOCK_NB) == 0);
        return file;
    }
    FAIL("no checkpoint was taken before, so there is no lock file");
    return -1;
}

bool GitProject::is_rescued(const std::string& path, const std::string& bytes) const {
    const Json all = json({"checkpoints"});
    return std::any_of(all.rbegin(), all.rend(), [&](const Json& one) {
        if (one["kind"] != "rescue" || one["state"] != "taken") return false;
        const auto shown = git_test::run_git(box_.root(), {"show", one["ref"].get<std::string>() + ":" + path});
        return shown.exit == 0 && shown.out == bytes;
    });
}

} // namespace evenfold::cli_test
