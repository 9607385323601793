#include <fmt/core.h>

#include <algorithm>

#include "evenfold/cli/output/json_printer.hpp"
#include "evenfold/cli/output/json_text.hpp"
#include "evenfold/cli/output/lookup.hpp"
#include "evenfold/cli/output/print.hpp"
#include "evenfold/cli/output/report.hpp"
#include "evenfold/cli/reacting/workspace_session.hpp"
#include "evenfold/cli/verbs/table.hpp"
#include "evenfold/codec/event.hpp"
#include "evenfold/core/commands/orchestration.hpp"
#include "evenfold/core/events/orchestration.hpp"
#include "evenfold/kernel/fresh_id.hpp"

namespace evenfold::cli {
namespace {

struct RevertOptions {
    std::string checkpoint;
    bool json = false;
};

using namespace orchestration;

/// The checkpoint that the user named, and the thread that it belongs to.
struct RevertTarget {
    CheckpointId checkpoint;
    ThreadId thread;
    std::size_t turns = 0; // of the thread
};

std::expected<RevertTarget, ExitCode> find_revert_target(const WorkspaceSession& workspace, const std::string& name) {
    return workspace.read([&](const Model& model) -> std::expected<RevertTarget, ExitCode> {
        const auto found = find_checkpoint(model->index, name);
        if (!found) return std::unexpected(report_error(found.error(), "`evenfold checkpoints` lists the checkpoints"));
        const Thread* thread = model->index.find((*found)->thread);
        return RevertTarget{
            .checkpoint = (*found)->id, .thread = (*found)->thread, .turns = thread ? thread->turns.size() : 0};
    });
}

/// Returns the revert that an earlier process left unfinished, if any.
std::optional<Revert> find_unfinished_revert(const WorkspaceSession& workspace, const ThreadId& thread) {
    return workspace.read([&](const Model& model) -> std::optional<Revert> {
        const Thread* found = model->index.find(thread);
        const Revert* revert = found && found->revert ? model->index.find(*found->revert) : nullptr;
        return revert ? std::optional(*revert) : std::nullopt;
    });
}

/// Returns the reason why the revert failed, or nothing if it did not.
std::expected<std::optional<std::string>, ExitCode>
find_failure_reason(journal::Journal& journal, Sequence from, const RevertId& revert) {
    const auto records = journal::read_all(journal, {.from = from});
    if (!records) return std::unexpected(report_error(records.error()));
    for (const journal::Record& record : *records) {
        Event event;
        const codec::StoredForm form{.type = record.type, .version = record.type_version, .data = record.data};
        if (!codec::from_stored(shape_of<Event>(), &event, form)) continue;
        const auto* failed = std::get_if<RevertFailed>(&event);
        if (failed && failed->revert == revert) return failed->reason;
    }
    return std::nullopt;
}

ExitCode print_revert(const WorkspaceSession& workspace, const RevertTarget& target, const RevertId& revert,
                      const RevertOptions& options) {
    return workspace.read([&](const Model& model) {
        const Thread* thread = model->index.find(target.thread);
        if (!thread) return report_error("the thread was deleted by another process");
        if (thread->revert)
            return report_error("the revert is not complete yet",
                                "the next `evenfold revert` in this thread continues it");
        const Checkpoint* rescue = model->index.find(rescue_of(revert));
        if (!rescue)
            return report_error("the revert is complete, but another process has removed its rescue checkpoint");
        const std::size_t removed = target.turns - std::min(target.turns, thread->turns.size());
        if (options.json) {
            print_document(fmt::format(
                R"({{"revert":"{}","thread":"{}","checkpoint":"{}","removed_turns":{},"rescue":"{}"}})",
                to_text(revert), to_text(target.thread), to_text(target.checkpoint), removed, to_text(rescue->id)));
        } else {
            write_to_stdout("Reverted '{}' to checkpoint {} and removed {}. The previous files are checkpoint {}:\n"
                            "`evenfold revert {}` restores them\n",
                            one_line(thread->title), short_text(target.checkpoint), count_of(removed, "turn"),
                            short_text(rescue->id), short_text(rescue->id));
        }
        return ExitCode::success;
    });
}

ExitCode revert_to_checkpoint(const Invocation& invocation, const RevertOptions& options) {
    return invocation.with_journal_of(orchestration_name, JournalAccess::read_write, [&](journal::Journal& journal) {
        auto workspace = WorkspaceSession::open(journal, invocation.database());
        if (!workspace) return workspace.error();
        auto target = find_revert_target(*workspace, options.checkpoint);
        if (!target) return target.error();
        if (const auto claimed = workspace->claim(target->thread); !claimed) return claimed.error();
        const auto unfinished = find_unfinished_revert(*workspace, target->thread);
        const auto head = journal.head();
        if (!head) return report_error(head.error());
        if (const auto done = workspace->run_outstanding(target->thread); !done) return done.error();
        auto id = kernel::fresh<RevertId>();
        if (unfinished && unfinished->target == target->checkpoint) {
            id = unfinished->id; // the same revert is requested again
        } else {
            target = find_revert_target(*workspace, options.checkpoint); // the outstanding effects may have changed it
            if (!target) return target.error();
            const auto asked = workspace->submit_or_report(
                RevertToCheckpoint{.revert = id, .thread = target->thread, .checkpoint = target->checkpoint});
            if (!asked) return asked.error();
            if (const auto done = workspace->run_requested(target->thread); !done) return done.error();
        }
        const auto why = find_failure_reason(journal, *head + 1, id);
        if (!why) return why.error();
        if (*why)
            return report_error(
                fmt::format("the revert failed: {}", **why),
                "no turn was removed; if `evenfold checkpoints` lists a rescue, it has the files before the revert");
        return print_revert(*workspace, *target, id, options);
    });
}

RunVerb declare_revert(OptionSet& set) {
    auto options = std::make_shared<RevertOptions>();
    set.text("CHECKPOINT", options->checkpoint, "Its label, its id, or 6 characters of its id or more").required();
    set.flag("--json", options->json, "Print JSON");
    return [options](const Invocation& invocation) { return revert_to_checkpoint(invocation, *options); };
}

} // namespace

const Verb revert_verb{
    .name = "revert",
    .summary = "Restore the files and the conversation of a checkpoint",
    .details =
        "Removes the turns after the checkpoint and restores its files. Files that were added since are deleted;\n"
        "ignored files stay. The current files become a checkpoint first, so that a revert can itself be reverted.\n"
        "With --json: {revert, thread, checkpoint, removed_turns, rescue}.",
    .domain = orchestration_name,
    .declare = &declare_revert};

} // namespace evenfold::cli
