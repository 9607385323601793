#include "evenfold/reactors/git/checkpoint.hpp"

#include <algorithm>
#include <cerrno>
#include <fmt/format.h>

#include "evenfold/reactors/git/files/coverage.hpp"
#include "evenfold/reactors/git/files/path_text.hpp"
#include "evenfold/reactors/git/files/scan.hpp"
#include "evenfold/reactors/git/repository_lock.hpp"
#include "evenfold/reactors/git/store/checkpoint_ref.hpp"
#include "evenfold/reactors/git/store/diff.hpp"

namespace evenfold::git {

namespace {

/// Returns `text` without the characters that would end a name or address in the header of a commit.
std::string header_word(const std::string& text, std::string_view otherwise) {
    std::string word;
    for (const char letter : text)
        if (static_cast<unsigned char>(letter) >= ' ' && letter != '<' && letter != '>') word += letter;
    return word.empty() ? std::string(otherwise) : word;
}

std::string commit_text(const ObjectId& tree, const CaptureOptions& wanted, const Coverage& coverage) {
    const std::string who = fmt::format("{} <{}> {} +0000", header_word(wanted.author.name, "evenfold"),
                                        header_word(wanted.author.email, "evenfold@localhost"),
                                        std::max<std::int64_t>(wanted.author.at_s, 0));
    std::string message = wanted.message;
    std::erase(message, '\0');
    if (!message.ends_with('\n')) message += '\n';
    if (const std::string lines = coverage_text(coverage); !lines.empty()) message += "\n" + lines;
    return fmt::format("tree {}\nauthor {}\ncommitter {}\n\n{}", to_text(tree), who, who, message);
}

/// Lists the files that changed since `previous`, or counts all files.
std::expected<CheckpointCommit, Failure>
describe_checkpoint(git_repository* handle, const CaptureOptions& wanted, const git_commit* commit) {
    CheckpointCommit made{.ref = wanted.ref, .commit = to_text(from_oid(*git_commit_id(commit))), .files = {}};
    CommitHandle previous;
    if (wanted.previous) {
        auto found = commit_of(handle, *wanted.previous);
        if (found)
            previous = std::move(*found);
        else if (found.error().kind != FailureKind::not_found)
            return std::unexpected(found.error());
    }
    auto diff =
        diff_of_trees(handle, previous ? git_commit_tree_id(previous.get()) : nullptr, git_commit_tree_id(commit));
    if (!diff) return std::unexpected(diff.error());
    Coverage coverage = coverage_of(commit);
    for (std::size_t i = 0; i < git_diff_num_deltas(diff->get()); ++i) {
        const git_diff_delta* delta = git_diff_get_delta(diff->get(), i);
        if (delta->status == GIT_DELTA_DELETED && coverage.lacks(delta->old_file.path)) continue; // not known
        if (previous && made.files_count < files_listed_max) made.files.push_back(path_text(delta->new_file.path));
        ++made.files_count;
    }
    made.gaps = std::move(coverage.gaps);
    return made;
}

/// Returns the commit of a ref that exists and is whole, after flushing the ref; nullptr if there is none.
std::expected<CommitHandle, Failure>
find_intact_commit(const Repository& repository, git_repository* handle, const std::string& ref) {
    auto commit = commit_of(handle, ref);
    if (!commit) return CommitHandle(); // also if it is damaged: it is then written again
    TreeHandle tree;
    if (git_commit_tree(out(tree), commit->get()) != 0) return CommitHandle();
    if (auto lasts = sync_ref(repository, ref); !lasts) return std::unexpected(lasts.error());
    return commit;
}

} // namespace

std::expected<CheckpointCommit, Failure> capture(const Repository& repository, const CaptureOptions& wanted) {
    if (auto fit = check_ref(wanted.ref); !fit) return std::unexpected(fit.error());
    const auto lock = RepositoryLock::acquire(repository);
    if (!lock) return std::unexpected(lock.error());
    auto objects = Objects::on_disk(repository);
    if (!objects) return std::unexpected(objects.error());
    auto before = find_intact_commit(repository, objects->handle(), wanted.ref);
    if (!before) return std::unexpected(before.error());
    if (*before) return describe_checkpoint(objects->handle(), wanted, before->get());

    std::vector<std::vector<TreeEntry>> also;
    HeldFiles held;
    for (const std::string& ref : wanted.also) {
        auto files = read_checkpoint_files(ref, *objects);
        if (!files && files.error().kind == FailureKind::not_found) continue;
        if (!files) return std::unexpected(files.error());
        also.push_back(std::move(files->entries));
        held.checkpoints.emplace_back(also.back());
    }
    StatCache cache(lock->cache_file(), lock->now());
    const auto found = scan(repository, *objects, cache, held);
    if (!found) return std::unexpected(found.error());
    const auto tree = write_trees(found->entries, *objects);
    if (!tree) return std::unexpected(tree.error());
    const auto id = objects->add(ObjectKind::commit, commit_text(*tree, wanted, found->coverage));
    if (!id) return std::unexpected(id.error());
    const auto prepared = prepare_ref(repository, *id);
    if (!prepared) return std::unexpected(prepared.error());
    if (auto finished = objects->finish(); !finished) return std::unexpected(finished.error());
    if (auto written = publish_ref(repository, wanted.ref, *prepared); !written)
        return std::unexpected(written.error());
    cache.save(wanted.ref, to_text(*id));
    const auto commit = commit_of(objects->handle(), wanted.ref);
    if (!commit) return std::unexpected(commit.error());
    return describe_checkpoint(objects->handle(), wanted, commit->get());
}

std::expected<std::vector<CheckpointGap>, Failure> find_gaps(const Repository& repository, const std::string& ref) {
    if (auto fit = check_ref(ref); !fit) return std::unexpected(fit.error());
    const auto handle = handle_of(repository);
    if (!handle) return std::unexpected(handle.error());
    auto coverage = read_coverage(handle->get(), ref);
    if (!coverage) return std::unexpected(coverage.error());
    return std::move(coverage->gaps);
}

std::expected<void, Failure> remove_ref(const Repository& repository, const std::string& ref) {
    if (auto fit = check_ref(ref); !fit) return fit;
    const auto lock = RepositoryLock::acquire(repository);
    if (!lock) return std::unexpected(lock.error());
    const auto handle = handle_of(repository);
    if (!handle) return std::unexpected(handle.error());
    return delete_ref(repository, handle->get(), ref);
}

} // namespace evenfold::git
