#include "evenfold/bench/suite/git/bench_tree.hpp"

#include <algorithm>
#include <cstdlib>
#include <fmt/format.h>
#include <fstream>
#include <iterator>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "evenfold/core/values/sha256.hpp"
#include "evenfold/reactors/git/checkpoint.hpp"
#include "evenfold/reactors/git/restore.hpp"

namespace evenfold::bench {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t files_in_folder = 100;

[[noreturn]] void give_up(const std::string& why) {
    fmt::print(stderr, "bench_suite: {}\n", why);
    std::exit(1);
}

fs::path path_of(std::size_t number) {
    return fs::path(fmt::format("part{}", number / 1000)) / fmt::format("folder{}", number / files_in_folder) /
           fmt::format("file{}.txt", number);
}

/// Returns 200 bytes to 20 kB of text.
std::string text_of(std::size_t number, std::size_t version) {
    std::string text = fmt::format("file {} version {}\n", number, version);
    const std::size_t size = 200 + number * 7919 % 97 * number * 31 % 20'000;
    while (text.size() < size) text += fmt::format("line {} of {}\n", text.size() * 2654435761U, number);
    return text;
}

std::string ref_named(const std::string& id) {
    return "refs/evenfold/checkpoints/" + id;
}

/// Opens the repository as the reactors do, with a journal outside the tree that no checkpoint may contain.
git::Repository opened(const fs::path& root) {
    const fs::path journal = root.parent_path() / "journal.db";
    std::ofstream(journal) << "journal";
    auto repository = git::open(root, journal);
    if (!repository) give_up(repository.error().what);
    return std::move(*repository);
}

/// Makes the folder and an empty repository in it.
fs::path made(const fs::path& root) {
    fs::create_directories(root);
    return root;
}

/// Runs git with no settings but these, so that every machine measures the same. Returns its exit code.
int run_git(const fs::path& folder, std::vector<std::string> words) {
    std::vector<std::string> all{"git", "-C", folder.string()};
    for (const char* setting : {"user.name=bench", "user.email=bench@example.org", "gc.auto=0"})
        all.insert(all.end(), {"-c", setting});
    all.insert(all.end(), std::move_iterator(words.begin()), std::move_iterator(words.end()));
    std::vector<char*> pointers;
    for (std::string& word : all) pointers.push_back(word.data());
    pointers.push_back(nullptr);
    std::vector<std::string> settings{"GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_NOSYSTEM=1", "LC_ALL=C"};
    for (char** one = environ; *one; ++one)
        if (std::string_view(*one).starts_with("PATH=")) settings.emplace_back(*one);
    std::vector<char*> environment;
    for (std::string& setting : settings) environment.push_back(setting.data());
    environment.push_back(nullptr);
    pid_t child = 0;
    if (::posix_spawnp(&child, "git", nullptr, nullptr, pointers.data(), environment.data()) != 0) return -1;
    int status = 0;
    if (::waitpid(child, &status, 0) != child) return -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

} // namespace

BenchTree::BenchTree(std::size_t files, bool is_committed) : root_(made(scratch_.file("tree"))) {
    git({"init", "--quiet", "--initial-branch=main"});
    repository_ = opened(root_);
    write({.first = 0, .count = files}, 0);
    if (!is_committed) return;
    git({"add", "--all"});
    git({"commit", "--quiet", "--message=first"});
}

void BenchTree::write(const FileRange& range, std::size_t version) const {
    for (std::size_t number = range.first; number < range.first + range.count; ++number) {
        const fs::path path = root_ / path_of(number);
        fs::create_directories(path.parent_path());
        std::ofstream(path, std::ios::binary | std::ios::trunc) << text_of(number, version);
    }
}

void BenchTree::git(std::vector<std::string> words) const {
    const std::string shown = words.front();
    if (run_git(root_, std::move(words)) != 0) give_up("git " + shown + " failed");
}

void BenchTree::capture(const std::string& id, const std::string& previous) const {
    const auto taken =
        git::capture(repository_, {.ref = ref_named(id),
                                   .message = "checkpoint",
                                   .author = {.name = "bench", .email = "bench@example.org", .at_s = 0},
                                   .previous = previous.empty() ? std::nullopt : std::optional(ref_named(previous))});
    if (!taken) give_up(taken.error().what);
}

void BenchTree::restore(const std::string& id, const std::string& rescue) const {
    const auto restored = git::restore(repository_, {.ref = ref_named(id), .rescue = ref_named(rescue)});
    if (!restored) give_up(restored.error().what);
}

std::string BenchTree::digest() const {
    std::vector<fs::path> paths;
    for (auto at = fs::recursive_directory_iterator(root_); at != fs::recursive_directory_iterator(); ++at) {
        if (at->path().filename() == ".git")
            at.disable_recursion_pending();
        else
            paths.push_back(at->path());
    }
    std::ranges::sort(paths);
    Sha256 hash;
    for (const fs::path& path : paths) {
        hash.update(path.lexically_relative(root_).string() + '\0');
        std::ifstream file(path, std::ios::binary);
        if (fs::is_regular_file(path)) hash.update(std::string(std::istreambuf_iterator<char>(file), {}));
    }
    return to_text(hash.finish());
}

void flush_disk() {
    ::sync();
}

} // namespace evenfold::bench
