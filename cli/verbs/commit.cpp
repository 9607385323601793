#include <fmt/core.h>

#include "evenfold/cli/output/json_text.hpp"
#include "evenfold/cli/output/lookup.hpp"
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
    bool json = false;
};

using namespace orchestration;

/// Returns the last commit that the thread of `commit` has made.
const Commit* made_last(const Index& index, const Commit& commit) {
    const Commit* last = nullptr;
    const Thread* thread = index.find(commit.thread);
    if (!thread) return last;
    for (const CommitId& id : thread->commits.in_order()) {
        const Commit* one = index.find(id);
        if (one && assigned(one->ref)) last = one;
    }
    return last;
}

bool found_nothing(const Commit& commit) {
    const auto* failed = std::get_if<Failed>(&commit.ref);
    return failed && failed->reason.view().find(git::nothing_changed) != std::string_view::npos;
}

bool same_wish(const Commit& one, const Commit& other) {
    return one.message == other.message && one.checkpoint == other.checkpoint;
}

ExitCode tell(const Commit& commit, bool json) {
    if (const auto* failed = std::get_if<Failed>(&commit.ref))
        return report_error(fmt::format("no commit was made: {}", printable(failed->reason)));
    const auto* made = assigned(commit.ref);
    if (!made) return report_error("the commit is not made yet", "the next `evenfold commit` of this thread makes it");
    if (json) {
        fmt::print("{}\n", indent_json(fmt::format(R"({{"commit":"{}","thread":"{}","sha":{},"branch":{}}})",
                                                   to_text(commit.id), to_text(commit.thread),
                                                   to_json_string(made->sha), to_json_string(made->branch))));
    } else {
        fmt::print("commit {} on {}\n", made->sha, printable(made->branch));
    }
    return ExitCode::success;
}

/// Reports the earlier commit if there is nothing to commit because the same commit was already made: an earlier
/// process may have died before it could report it.
ExitCode tell(const Commit& commit, const Index& index, bool json) {
    const Commit* last = found_nothing(commit) ? made_last(index, commit) : nullptr;
    if (!last) return tell(commit, json);
    if (!same_wish(*last, commit)) {
        const auto* made = assigned(last->ref);
        return report_error(fmt::format("no commit was made: {}", git::nothing_changed),
                            fmt::format("the last that this thread has made is {} on {}: {}", made->sha,
                                        printable(made->branch), one_line(last->message, 60)));
    }
    report_detail("it was asked for before, and nothing has changed since: that commit is the one");
    return tell(*last, json);
}

ExitCode commit_files(const Invocation& invocation, const CommitOptions& options) {
    return invocation.with_journal_of(orchestration_name, JournalAccess::create, [&](journal::Journal& journal) {
        auto workspace = WorkspaceSession::open(journal, invocation.database());
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
            if (!found) return report_error(found.error(), "`evenfold checkpoints` lists them");
            source = *found;
        }
        const auto id = kernel::fresh<CommitId>();
        const auto asked = workspace->submit_or_report(
            RequestCommit{.commit = id, .thread = *thread, .message = options.message, .checkpoint = source});
        if (!asked) return asked.error();
        if (const auto done = workspace->run_outstanding(*thread); !done) return done.error();
        return workspace->read([&](const Model& model) {
            const Commit* found = model->index.find(id);
            if (!found) return report_error("the commit's thread was deleted meanwhile");
            return tell(*found, model->index, options.json);
        });
    });
}

RunVerb declare_commit(OptionSet& set) {
    auto options = std::make_shared<CommitOptions>();
    add_target_options(set, options->target);
    set.text("-m,--message", options->message, "The message").required();
    set.text("--checkpoint", options->checkpoint, "The files of this checkpoint [as they are]");
    set.flag("--json", options->json, "Print one JSON document");
    return [options](const Invocation& invocation) { return commit_files(invocation, *options); };
}

} // namespace

const Verb commit_verb{.name = "commit",
                       .summary = "Commit a thread's files on the branch that is checked out",
                       .details =
                           "By the user that git's configuration names. Hooks are not run, and nothing is signed.\n"
                           "With --json: {commit, thread, sha, branch}.",
                       .domain = orchestration_name,
                       .declare = &declare_commit};

} // namespace evenfold::cli
