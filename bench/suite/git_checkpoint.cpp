// A checkpoint against `git add -A && git commit` of the same state, in two trees of the same files.
//   bench_git_checkpoint [FILES [CHANGED [ROUNDS]]]
// Prints, for the first capture of a tree that git has not seen, and for the median of the later ones:
// {"case", "files", "changed", "ns", "baseline_ns", "ratio"}. Our capture is flushed to disk, git's commit is not.
#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "evenfold/reactors/git/checkpoint.hpp"

namespace {

namespace fs = std::filesystem;
using SteadyClock = std::chrono::steady_clock;

struct Case {
    std::string name;
    std::size_t files = 0;
    std::size_t changed = 0;
};

[[noreturn]] void give_up(std::string_view why) {
    fmt::print(stderr, "bench_git_checkpoint: {}\n", why);
    std::exit(1);
}

void shell(const std::string& command) {
    if (std::system(command.c_str()) != 0) give_up(command);
}

/// Writes a file of 200 bytes to 20 kB; a hundred files share a folder.
void write_file(const fs::path& root, std::size_t number, std::size_t version) {
    const fs::path path = root / fmt::format("folder{}", number / 100) / fmt::format("file{}.txt", number % 100);
    fs::create_directories(path.parent_path());
    std::string bytes = fmt::format("file {} version {}\n", number, version);
    const std::size_t size = 200 + number * 7919 % 97 * number * 31 % 20'000;
    while (bytes.size() < size) bytes += fmt::format("line {} of {}\n", bytes.size() * 2654435761U, number);
    std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
}

std::int64_t nanoseconds(const std::function<void()>& work) {
    const auto begin = SteadyClock::now();
    work();
    return std::chrono::duration_cast<std::chrono::nanoseconds>(SteadyClock::now() - begin).count();
}

std::int64_t median(std::vector<std::int64_t> times) {
    std::ranges::sort(times);
    return times[times.size() / 2];
}

void print(const Case& measured, std::int64_t ns, std::int64_t baseline_ns) {
    fmt::print(R"({{"case":"{}","files":{},"changed":{},"ns":{},"baseline_ns":{},"ratio":{:.3f}}})"
               "\n",
               measured.name, measured.files, measured.changed, ns, baseline_ns,
               static_cast<double>(ns) / static_cast<double>(baseline_ns));
}

class Trees {
public:
    explicit Trees(const fs::path& scratch) : ours_(scratch / "ours"), theirs_(scratch / "theirs") {
        for (const fs::path& root : {ours_, theirs_}) {
            fs::create_directories(root);
            shell("git -C " + root.string() + " init -q");
        }
    }

    void change(std::size_t from, std::size_t count, std::size_t version) const {
        for (const fs::path& root : {ours_, theirs_})
            for (std::size_t number = from; number < from + count; ++number) write_file(root, number, version);
    }

    [[nodiscard]] std::int64_t capture(std::size_t round) const {
        const auto repository = evenfold::git::open(ours_);
        if (!repository) give_up(repository.error().what);
        evenfold::git::CaptureOptions wanted{.ref = fmt::format("refs/evenfold/checkpoints/{}", round),
                                             .message = "bench",
                                             .author = {.name = "bench", .email = "bench@example.org", .at_s = 0},
                                             .previous = {}};
        if (round > 0) wanted.previous = fmt::format("refs/evenfold/checkpoints/{}", round - 1);
        return nanoseconds([&] {
            const auto made = evenfold::git::capture(*repository, wanted);
            if (!made) give_up(made.error().what);
        });
    }

    [[nodiscard]] std::int64_t commit() const {
        const std::string git =
            "git -C " + theirs_.string() + " -c gc.auto=0 -c user.name=b -c user.email=b@example.org ";
        return nanoseconds([&] { shell(git + "add -A && " + git + "commit -q -m bench"); });
    }

private:
    fs::path ours_;
    fs::path theirs_;
};

std::size_t number_in(int count, char** words, int place, std::size_t otherwise) {
    return place < count ? std::strtoull(words[place], nullptr, 10) : otherwise;
}

} // namespace

int main(int count, char** words) {
    const std::size_t files = number_in(count, words, 1, 10'000);
    const std::size_t changed = number_in(count, words, 2, 10);
    const std::size_t rounds = number_in(count, words, 3, 15);
    std::string name = (fs::temp_directory_path() / "evenfold-bench-XXXXXX").string();
    if (!mkdtemp(name.data())) give_up("no scratch folder can be made");
    const Trees trees(name);
    trees.change(0, files, 0);
    shell("sync");
    const std::int64_t first = trees.capture(0);
    print({.name = "git_checkpoint_first", .files = files, .changed = files}, first, trees.commit());
    std::vector<std::int64_t> ours;
    std::vector<std::int64_t> theirs;
    for (std::size_t round = 1; round <= rounds; ++round) {
        trees.change(round * 37 * changed % (files - changed), changed, round);
        if (round % 2 == 0) theirs.push_back(trees.commit()); // they alternate in coming first
        ours.push_back(trees.capture(round));
        if (round % 2 == 1) theirs.push_back(trees.commit());
    }
    print({.name = "git_checkpoint_next", .files = files, .changed = changed}, median(ours), median(theirs));
    fs::remove_all(name);
    return 0;
}
