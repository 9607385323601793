#include "evenfold/cli/verbs/commit.hpp"

#include <fmt/core.h>

#include <nlohmann/json.hpp>

#include "evenfold/cli/reacting/workshop.hpp"
#include "evenfold/cli/words/lookup.hpp"
#include "evenfold/cli/words/report.hpp"
#include "evenfold/kernel/fresh_id.hpp"
#include "evenfold/reactors/git/commit.hpp"

namespace evenfold::cli {
namespace {

using namespace orchestration;

/// The last commit that the thread of `commit` has made.
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

Exit tell(const Commit& commit, bool json) {
    if (const auto* failed = std::get_if<Failed>(&commit.ref))
        return complain(fmt::format("no commit was made: {}", printable(failed->reason)));
    const auto* made = assigned(commit.ref);
    if (!made) return complain("the commit is not made yet", "the next `evenfold commit` of this thread makes it");
    if (json) {
        const nlohmann::ordered_json document{{"commit", to_text(commit.id)},
                                              {"thread", to_text(commit.thread)},
                                              {"sha", made->sha},
                                              {"branch", made->branch}};
        fmt::print("{}\n", document.dump(2));
    } else {
        fmt::print("commit {} on {}\n", made->sha, printable(made->branch));
    }
    return Exit::success;
}

/// One that finds nothing to commit after the same was asked for and made: an earlier process may not have lived to
/// tell of it.
Exit tell(const Commit& commit, const Index& index, bool json) {
    const Commit* last = found_nothing(commit) ? made_last(index, commit) : nullptr;
    if (!last) return tell(commit, json);
    if (!same_wish(*last, commit)) {
        const auto* made = assigned(last->ref);
        return complain(fmt::format("no commit was made: {}", git::nothing_changed),
                        fmt::format("the last that this thread has made is {} on {}: {}", made->sha,
                                    printable(made->branch), one_line(last->message, 60)));
    }
    complain_more("it was asked for before, and nothing has changed since: that commit is the one");
    return tell(*last, json);
}

} // namespace

Exit commit(const WithJournal& with_journal, const std::string& database, const CommitOptions& options) {
    return with_journal([&](journal::Journal& journal) {
        auto workshop = Workshop::open(journal, database);
        if (!workshop) return workshop.error();
        const auto thread = workshop->claim(options.place);
        if (!thread) return thread.error();
        std::optional<CheckpointId> source;
        if (!options.checkpoint.empty()) {
            const auto found = workshop->read([&](const Model& model) -> std::expected<CheckpointId, std::string> {
                const auto checkpoint = find_checkpoint(model->index, options.checkpoint);
                if (!checkpoint) return std::unexpected(checkpoint.error());
                return (*checkpoint)->id;
            });
            if (!found) return complain(found.error(), "`evenfold checkpoints` lists them");
            source = *found;
        }
        const auto id = kernel::fresh<CommitId>();
        const auto asked = workshop->ask(
            RequestCommit{.commit = id, .thread = *thread, .message = options.message, .checkpoint = source});
        if (!asked) return asked.error();
        if (const auto settled = workshop->settle(*thread); !settled) return settled.error();
        return workshop->read([&](const Model& model) {
            const Commit* found = model->index.find(id);
            if (!found) return complain("the commit's thread was deleted meanwhile");
            return tell(*found, model->index, options.json);
        });
    });
}

} // namespace evenfold::cli
