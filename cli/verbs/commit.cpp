#include <fmt/core.h>

#include "evenfold/cli/output/json_printer.hpp"
#include "evenfold/cli/output/json_text.hpp"
#include "evenfold/cli/output/lookup.hpp"
#include "evenfold/cli/output/print.hpp"
#include "evenfold/cli/output/report.hpp"
#include "evenfold/cli/reacting/workspace_session.hpp"
#include "evenfold/cli/verbs/table.hpp"
#include "evenfold/kernel/fresh_id.hpp"
#include "evenfold/reactors/git/commit.hpp"

namespace evenfold::cli {
namespace {

struct CommitOptions {
    TargetOptions target;
    std::string message;
    std::string checkpoint; // empty: the current files
    std::uint32_t file_mib_max = file_mib_default;
    bool json = false;
};

using namespace orchestration;

/// Returns the last commit that the thread of `commit` has made.
const Commit* find_last_commit(const Index& index, const Commit& commit) {
    const Commit* last = nullptr;
    const Thread* thread = index.find(commit.thread);
    if (!thread) return last;
    for (const CommitId& id : thread->commits.in_order()) {
        const Commit* one = index.find(id);
        if (one && assigned(one->ref)) last = one;
    }
    return last;
}

bool has_no_changes(const Commit& commit) {
    const auto* failed = std::get_if<Failed>(&commit.ref);
    return failed && failed->reason.view().find(git::nothing_changed) != std::string_view::npos;
}

bool is_same_request(const Commit& one, const Commit& other) {
    return one.message == other.message && one.checkpoint == other.checkpoint;
}

ExitCode print_commit(const Commit& commit, bool json) {
    if (const auto* failed = std::get_if<Failed>(&commit.ref))
        return report_error(fmt::format("no commit was made: {}", failed->reason));
    const auto* made = assigned(commit.ref);
    if (!made)
        return report_error("the commit is not complete yet", "the next `evenfold commit` in this thread completes it");
    if (json) {
        print_document(fmt::format(R"({{"commit":"{}","thread":"{}","sha":{},"branch":{}}})", to_text(commit.id),
                                   to_text(commit.thread), to_json_string(made->sha), to_json_string(made->branch)));
    } else {
        write_to_stdout("commit {} on {}\n", one_line(made->sha), one_line(made->branch));
    }
    return ExitCode::success;
}

/// Reports the earlier commit if there is nothing to commit because the same commit was already made: an earlier
/// process may have died before it could report it.
ExitCode print_commit(const Commit& commit, const Index& index, bool json) {
    const Commit* last = has_no_changes(commit) ? find_last_commit(index, commit) : nullptr;
    if (!last) return print_commit(commit, json);
    if (!is_same_request(*last, commit)) {
        const auto* made = assigned(last->ref);
        return report_error(fmt::format("no commit was made: {}", git::nothing_changed),
                            fmt::format("the last commit of this thread is {} on {}: {}", made->sha, made->branch,
                                        one_line(last->message, 60)));
    }
    report_detail("the same commit was already requested and made, and nothing has changed since:");
    return print_commit(*last, json);
}

ExitCode commit_files(const Invocation& invocation, const CommitOptions& options) {
    return invocation.with_journal_of(orchestration_name, JournalAccess::create, [&](journal::Journal& journal) {
        auto workspace = WorkspaceSession::open(journal, invocation, options.file_mib_max);
        if (!workspace) return workspace.error();
        const auto thread = workspace->claim(options.target);
        if (!thread) return thread.error();
        std::optional<CheckpointId> source;
        if (!options.checkpoint.empty()) {
            const auto found = workspace->read([&](const Model& model) -> std::expected<CheckpointId, std::string> {
                const auto checkpoint = find_checkpoint(model->index, options.checkpoint);
                if (!checkpoint) return std::unexpected(checkpoint.error());
                return (*checkpoint)->id;
            });
            if (!found) return report_error(found.error(), "`evenfold checkpoints` lists the checkpoints");
            source = *found;
        }
        const auto id = kernel::fresh<CommitId>();
        const auto asked = workspace->submit_or_report(
            RequestCommit{.commit = id, .thread = *thread, .message = options.message, .checkpoint = source});
        if (!asked) return asked.error();
        const auto done = workspace->run_requested(*thread);
        if (!done) return done.error();
        if (!*done) { // a later command would commit other files
            const auto given_up =
                workspace->submit_unless_rejected(FailCommit{.commit = id, .reason = "interrupted"}, Actor::system);
            if (!given_up) return given_up.error();
        }
        return workspace->read([&](const Model& model) {
            const Commit* found = model->index.find(id);
            if (!found) return report_error("the thread of the commit was deleted by another process");
            return print_commit(*found, model->index, options.json);
        });
    });
}

RunVerb declare_commit(OptionSet& set) {
    auto options = std::make_shared<CommitOptions>();
    add_target_options(set, options->target);
    set.text("-m,--message TEXT", options->message, "The commit message").required();
    set.text("--checkpoint NAME", options->checkpoint,
             "Commit the files of this checkpoint (default: the current files)");
    add_max_file_option(set, options->file_mib_max);
    set.flag("--json", options->json, "Print JSON");
    return [options](const Invocation& invocation) { return commit_files(invocation, *options); };
}

} // namespace

const Verb commit_verb{
    .name = "commit",
    .summary = "Commit a thread's files on the current branch",
    .details =
        "The author is the user in the configuration of git. Hooks are not run, and the commit is not signed.\n"
        "Files that the index marks as skip-worktree or assume-unchanged are committed as in the index. Parts of\n"
        "the directory that the checkpoint lacks stay as in the last commit.\n"
        "A checkpoint is named by its label, its id, or at least 6 characters of the beginning of its id.\n"
        "With --json: {commit, thread, sha, branch}.",
    .domain = orchestration_name,
    .may_create = true,
    .declare = &declare_commit};

} // namespace evenfold::cli
