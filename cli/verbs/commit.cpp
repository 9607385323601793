#include "evenfold/cli/verbs/commit.hpp"

#include <fmt/core.h>

#include <nlohmann/json.hpp>

#include "evenfold/cli/reacting/workshop.hpp"
#include "evenfold/cli/words/lookup.hpp"
#include "evenfold/cli/words/report.hpp"
#include "evenfold/kernel/fresh_id.hpp"

namespace evenfold::cli {
namespace {

using namespace orchestration;

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
                const auto checkpoint = find_checkpoint(*model.index, options.checkpoint);
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
            const Commit* found = model.index->find(id);
            return found ? tell(*found, options.json) : complain("the commit's thread was deleted meanwhile");
        });
    });
}

} // namespace evenfold::cli
