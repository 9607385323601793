// The ignore rules and the stat cache of a checkpoint, each compared with libgit2's functions for the same work.

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <fstream>
#include <git2.h>
#include <iterator>
#include <random>

#include "evenfold/bench/suite/cases.hpp"
#include "evenfold/bench/suite/hand_written/git_pair.hpp"
#include "evenfold/bench/suite/stored/stored.hpp"
#include "evenfold/core/values/sha256.hpp"
#include "evenfold/reactors/git/files/ignore.hpp"
#include "evenfold/reactors/git/files/stat_cache.hpp"
#include "evenfold/reactors/git/store/handle.hpp"

namespace evenfold::bench {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t files_in_folder = 100;

/// A repository of `files` files, a hundred per folder; each folder has its own rules.
struct TemporaryWorkTree {
    Folder scratch;
    git::RepositoryHandle handle;
    std::vector<std::string> folders; // each ends with a slash
    std::vector<std::string> paths;

    explicit TemporaryWorkTree(std::size_t files) {
        git_libgit2_init();
        const fs::path root = scratch.file("tree");
        fs::create_directories(root);
        require_code(git_repository_init(out(handle), root.c_str(), 0), "make a repository");
        write(root / ".gitignore",
              "*.o\n*.log\n/build/\nnode_modules/\n**/generated/*.cpp\n!keep.log\n*~\n.cache/\n"
              "doc/**/html\n[Tt]humbs.db\n*.py[cod]\n.env\ntarget\n*.swp\n/dist\ncoverage-*.xml\n");
        constexpr std::array<std::string_view, 8> endings{".cpp", ".hpp", ".md", ".o", ".txt", ".log", ".json", ".pyc"};
        for (std::size_t number = 0; number < files; ++number) {
            if (number % files_in_folder == 0) {
                folders.push_back(fmt::format("part{}/module{}/", number / 1000, number / files_in_folder));
                write(root / folders.back() / ".gitignore", "/local\n*.tmp\n!file7.log\n");
            }
            paths.push_back(fmt::format("{}file{}{}", folders.back(), number % files_in_folder, endings[number % 8]));
        }
    }

    static void write(const fs::path& path, std::string_view text) {
        fs::create_directories(path.parent_path());
        std::ofstream(path, std::ios::binary) << text;
    }
};
using SharedWorkTree = std::shared_ptr<TemporaryWorkTree>;

std::string read_text(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

/// Works like the scan: reads the rules of a folder when it is entered.
std::string ignored_by_us(RunTimer& watch, const TemporaryWorkTree& tree) {
    const fs::path root = git_repository_workdir(tree.handle.get());
    std::string ignored;
    watch.start();
    git::IgnoreRules rules = *git::rules_of(tree.handle.get());
    rules.push("", read_text(root / ".gitignore"));
    for (std::size_t i = 0; i < tree.paths.size(); ++i) {
        if (i % files_in_folder == 0) {
            if (i > 0) rules.pop();
            const std::string& folder = tree.folders[i / files_in_folder];
            rules.push(folder, read_text(root / folder / ".gitignore"));
        }
        ignored += rules.ignores(tree.paths[i], false) ? '1' : '0';
    }
    watch.stop();
    return sha256_hex(ignored);
}

std::string ignored_by_library(RunTimer& watch, const TemporaryWorkTree& tree) {
    std::string ignored;
    git::RepositoryHandle handle; // opened separately, as for each checkpoint
    watch.start();
    require_code(git_repository_open(out(handle), git_repository_path(tree.handle.get())), "open the repository");
    for (const std::string& path : tree.paths) {
        int one = 0;
        require_code(git_ignore_path_is_ignored(&one, handle.get(), path.c_str()), "ask whether git ignores a path");
        ignored += one != 0 ? '1' : '0';
    }
    watch.stop();
    return sha256_hex(ignored);
}

/// The cache operations of a checkpoint without changes: each file is looked up, found, and kept for the next.
struct KnownFiles {
    Folder scratch;
    std::vector<std::string> paths; // sorted
    std::vector<git::FileStatus> statuses;
    std::vector<git::ObjectId> ids;
    timespec now{.tv_sec = 1'700'000'000, .tv_nsec = 0};

    explicit KnownFiles(const TemporaryWorkTree& tree) : paths(tree.paths) {
        std::ranges::sort(paths);
        std::mt19937_64 random(42);
        for (std::size_t i = 0; i < paths.size(); ++i) {
            statuses.push_back({.device = 1,
                                .inode = 1'000 + i,
                                .size = random() % 20'000,
                                .changed_s = 1'600'000'000,
                                .changed_ns = static_cast<std::int64_t>(random() % 1'000'000'000),
                                .modified_s = 1'600'000'000,
                                .modified_ns = static_cast<std::int64_t>(random() % 1'000'000'000),
                                .mode = 0100644});
            ids.emplace_back();
            std::ranges::generate(ids.back().bytes, [&] { return static_cast<std::uint8_t>(random()); });
        }
        save_ours();
        save_index();
    }

    void save_ours() const {
        git::StatCache cache(scratch.file("cache"), now);
        for (std::size_t i = 0; i < paths.size(); ++i) cache.store(paths[i], statuses[i], ids[i]);
        cache.save("refs/evenfold/one", std::string(40, 'a'));
    }

    [[nodiscard]] git_index_entry entry(std::size_t i) const {
        git_index_entry one{};
        one.ctime = {.seconds = static_cast<std::int32_t>(statuses[i].changed_s),
                     .nanoseconds = static_cast<std::uint32_t>(statuses[i].changed_ns)};
        one.mtime = {.seconds = static_cast<std::int32_t>(statuses[i].modified_s),
                     .nanoseconds = static_cast<std::uint32_t>(statuses[i].modified_ns)};
        one.dev = static_cast<std::uint32_t>(statuses[i].device);
        one.ino = static_cast<std::uint32_t>(statuses[i].inode);
        one.file_size = static_cast<std::uint32_t>(statuses[i].size);
        one.mode = GIT_FILEMODE_BLOB;
        one.id = git::to_oid(ids[i]);
        one.path = paths[i].c_str();
        return one;
    }

    void save_index() const {
        git::IndexHandle index;
        require_code(git_index_open(out(index), scratch.file("index").c_str()), "open an index");
        for (std::size_t i = 0; i < paths.size(); ++i) {
            const git_index_entry one = entry(i);
            require_code(git_index_add(index.get(), &one), "add to an index");
        }
        require_code(git_index_write(index.get()), "write an index");
    }
};

/// Returns a digest of the ids that were found, to check that both sides find all.
std::string digest_of(const std::vector<git::ObjectId>& ids) {
    Sha256 hash;
    for (const git::ObjectId& id : ids) hash.update(to_text(id));
    return to_text(hash.finish());
}

std::string looked_up_by_us(RunTimer& watch, const KnownFiles& files) {
    std::vector<git::ObjectId> found;
    watch.start();
    git::StatCache cache(files.scratch.file("cache"), files.now);
    for (std::size_t i = 0; i < files.paths.size(); ++i) {
        const auto id = cache.find_unchanged(files.paths[i], files.statuses[i]);
        if (!id) continue;
        found.push_back(*id);
        cache.store(files.paths[i], files.statuses[i], *id);
    }
    cache.save("refs/evenfold/two", std::string(40, 'b'));
    watch.stop();
    return digest_of(found);
}

std::string looked_up_by_library(RunTimer& watch, const KnownFiles& files) {
    std::vector<git::ObjectId> found;
    watch.start();
    git::IndexHandle index;
    require_code(git_index_open(out(index), files.scratch.file("index").c_str()), "open an index");
    for (std::size_t i = 0; i < files.paths.size(); ++i) {
        const git_index_entry* held = git_index_get_bypath(index.get(), files.paths[i].c_str(), 0);
        const git_index_entry now = files.entry(i);
        if (held && held->mtime.seconds == now.mtime.seconds && held->mtime.nanoseconds == now.mtime.nanoseconds &&
            held->ctime.seconds == now.ctime.seconds && held->ctime.nanoseconds == now.ctime.nanoseconds &&
            held->ino == now.ino && held->file_size == now.file_size)
            found.push_back(git::from_oid(held->id));
    }
    require_code(git_index_write(index.get()), "write an index");
    watch.stop();
    return digest_of(found);
}

} // namespace

void add_hand_written_git_cases(const BenchEffort& effort) {
    for (const std::size_t files : {std::size_t{1'000}, std::size_t{10'000}}) {
        const auto tree = std::make_shared<TemporaryWorkTree>(files);
        const auto known = std::make_shared<KnownFiles>(*tree);
        add_pair(fmt::format("ignore_{}/libgit2", files), files, effort.pairs, tree, ignored_by_us, ignored_by_library);
        add_pair(fmt::format("stat_cache_{}/libgit2_index", files), files, effort.pairs, known, looked_up_by_us,
                 looked_up_by_library);
    }
}

} // namespace evenfold::bench
