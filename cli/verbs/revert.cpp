#include <fmt/core.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "evenfold/cli/output/json_printer.hpp"
#include "evenfold/cli/output/lookup.hpp"
#include "evenfold/cli/output/print.hpp"
#include "evenfold/cli/output/report.hpp"
#include "evenfold/cli/reacting/announce_revert.hpp"
#include "evenfold/cli/reacting/workspace_session.hpp"
#include "evenfold/cli/recording/recording_target.hpp"
#include "evenfold/cli/verbs/table.hpp"
#include "evenfold/codec/compact_text.hpp"
#include "evenfold/codec/event.hpp"
#include "evenfold/core/commands/orchestration.hpp"
#include "evenfold/core/events/orchestration.hpp"
#include "evenfold/kernel/fresh_id.hpp"
#include "evenfold/reactors/orchestration/workspace.hpp"
#include "evenfold/system/interrupts.hpp"

namespace evenfold::cli {
namespace {

struct RevertOptions {
    std::string checkpoint; // empty with one of the next two
    bool continues = false;
    bool aborts = false;
    TargetOptions of; // selects the unfinished revert; both names may be empty
    std::uint32_t file_mib_max = file_mib_default;
    bool is_confirmed = false;
    bool json = false;
};

using namespace orchestration;
using Json = codec::OrderedJson;

/// The checkpoint that the user named, and the thread that it belongs to.
struct RevertTarget {
    CheckpointId checkpoint;
    ThreadId thread;
    std::size_t turns = 0; // of the thread
};

std::expected<RevertTarget, ExitCode>
find_revert_target(const WorkspaceSession& workspace, const RevertOptions& options) {
    return workspace.read([&](const Model& model) -> std::expected<RevertTarget, ExitCode> {
        const auto found = find_checkpoint(model->index, options.checkpoint, options.of.project);
        if (!found) return std::unexpected(report_error(found.error(), "`evenfold checkpoints` lists the checkpoints"));
        const Thread* thread = model->index.find((*found)->thread);
        return RevertTarget{
            .checkpoint = (*found)->id, .thread = (*found)->thread, .turns = thread ? thread->turns.size() : 0};
    });
}

/// Returns the unfinished revert that the options select.
std::expected<Revert, ExitCode> find_open_revert(const WorkspaceSession& workspace, const TargetOptions& options) {
    return workspace.read([&](const Model& model) -> std::expected<Revert, ExitCode> {
        std::vector<const Revert*> open = model->index.reverts.sorted();
        std::erase_if(open, [&](const Revert* one) {
            const Thread* thread = model->index.find(one->thread);
            const bool is_named = options.thread.empty() || (thread && thread->title == options.thread);
            const bool is_there =
                options.project.empty() || folder_of(model, one->thread) == project_root(options.project);
            return !is_named || !is_there;
        });
        if (open.size() == 1) return *open.front();
        if (open.empty())
            return std::unexpected(report_error("no revert is unfinished", "`evenfold threads` lists the threads"));
        return std::unexpected(report_error(fmt::format("{} are unfinished", count_of(open.size(), "revert")),
                                            "name one with --project DIR and --thread NAME"));
    });
}

/// Returns the reason why the revert failed, or nothing if it did not.
std::expected<std::optional<std::string>, ExitCode>
find_failure_reason(journal::Journal& journal, Sequence from, const RevertId& revert) {
    const auto records = journal::read_all(journal, {.from = from});
    if (!records) return std::unexpected(report_error(records.error()));
    for (const journal::Record& record : *records) {
        if (record.removed) continue;
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
        if (thread->revert) return report_open_revert("the revert is not complete yet");
        const Checkpoint* rescue = model->index.find(rescue_of(revert));
        if (!rescue)
            return report_error("the revert is complete, but another process has removed its rescue checkpoint");
        const std::size_t removed = target.turns - std::min(target.turns, thread->turns.size());
        const auto [written, deleted] = workspace.files_restored();
        if (options.json) {
            const Json json{{"revert", to_text(revert)},
                            {"thread", to_text(target.thread)},
                            {"checkpoint", to_text(target.checkpoint)},
                            {"removed_turns", removed},
                            {"restored_files", written},
                            {"removed_files", deleted},
                            {"rescue", to_text(rescue->id)}};
            print_document(codec::compact_text(json));
        } else {
            write_to_stdout(
                "Reverted '{}' to checkpoint {}: removed {}, restored {}, removed {}. The previous files are\n"
                "checkpoint {}: `evenfold revert {}` restores them\n",
                one_line(thread->title), short_text(target.checkpoint), count_of(removed, "turn"),
                count_of(written, "file"), count_of(deleted, "file"), short_text(rescue->id), short_text(rescue->id));
        }
        return ExitCode::success;
    });
}

ExitCode report_failed_revert(const WorkspaceSession& workspace, const RevertId& revert, std::string_view reason) {
    const bool has_rescue =
        workspace.read([&](const Model& model) { return ref_of(model, rescue_of(revert)).has_value(); });
    const std::string remedy = has_rescue ? fmt::format("; `evenfold diff {}` lists the files that are not as before",
                                                        short_text(rescue_of(revert)))
                                          : "";
    return report_error(fmt::format("the revert failed: {}", reason), "no turn was removed" + remedy);
}

std::optional<RevertStage> stage_of(const WorkspaceSession& workspace, const RevertId& revert) {
    return workspace.read([&](const Model& model) {
        const Revert* open = model->index.find(revert);
        return open ? std::optional(open->stage) : std::nullopt;
    });
}

/// Gives up an interrupted revert that has not changed any file. Completes one that has restored all files.
std::expected<void, ExitCode>
settle_interrupted(WorkspaceSession& workspace, const RevertTarget& target, const RevertId& revert, bool is_fresh) {
    const auto stage = stage_of(workspace, revert);
    if (!stage) return {};
    if (*stage == RevertStage::files_restored) {
        const auto done = workspace.run_requested(target.thread, system::interrupt_count());
        return done ? std::expected<void, ExitCode>() : std::unexpected(done.error());
    }
    const std::uint64_t changed = workspace.files_changed();
    if (!is_fresh || changed > 0)
        return std::unexpected(
            report_open_revert(fmt::format("interrupted after {} of the revert", count_of(changed, "file"))));
    const auto given_up =
        workspace.submit_or_report(FailRevert{.revert = revert, .reason = "interrupted before any file was changed"});
    if (!given_up) return given_up;
    return std::unexpected(report_error("interrupted: the revert was given up before any file was changed"));
}

/// Runs a revert that was requested, or that is unfinished, to its end.
ExitCode run_revert(WorkspaceSession& workspace, journal::Journal& journal, const RevertTarget& target,
                    const RevertId& revert, bool is_fresh, const RevertOptions& options) {
    const auto head = journal.head();
    if (!head) return report_error(head.error());
    const auto done = workspace.run_requested(target.thread);
    if (!done) return done.error();
    if (!*done)
        if (const auto settled = settle_interrupted(workspace, target, revert, is_fresh); !settled)
            return settled.error();
    const auto why = find_failure_reason(journal, *head + 1, revert);
    if (!why) return why.error();
    if (*why) return report_failed_revert(workspace, revert, **why);
    return print_revert(workspace, target, revert, options);
}

ExitCode request_revert(WorkspaceSession& workspace, journal::Journal& journal, const RevertOptions& options) {
    auto target = find_revert_target(workspace, options);
    if (!target) return target.error();
    if (const auto claimed = workspace.claim(target->thread); !claimed) return claimed.error();
    if (const auto free = workspace.check_no_open_revert(target->thread); !free) return free.error();
    if (const auto done = workspace.run_outstanding(target->thread); !done) return done.error();
    target = find_revert_target(workspace, options); // the outstanding effects may have changed it
    if (!target) return target.error();
    if (const auto agreed = announce_revert(workspace, target->thread, target->checkpoint, options.is_confirmed);
        !agreed)
        return agreed.error();
    const auto id = kernel::fresh<RevertId>();
    const auto asked = workspace.submit_or_report(
        RevertToCheckpoint{.revert = id, .thread = target->thread, .checkpoint = target->checkpoint});
    if (!asked) return asked.error();
    return run_revert(workspace, journal, *target, id, true, options);
}

ExitCode continue_revert(WorkspaceSession& workspace, journal::Journal& journal, const Revert& open,
                         const RevertOptions& options) {
    const auto turns = workspace.read([&](const Model& model) { return model->index.find(open.thread)->turns.size(); });
    const RevertTarget target{.checkpoint = open.target, .thread = open.thread, .turns = turns};
    return run_revert(workspace, journal, target, open.id, false, options);
}

ExitCode abort_revert(WorkspaceSession& workspace, const Revert& open, const RevertOptions& options) {
    const auto kept = workspace.abort_revert(open.id);
    if (!kept) return kept.error();
    if (options.json) {
        const Json json{{"revert", to_text(open.id)},
                        {"thread", to_text(open.thread)},
                        {"checkpoint", to_text(open.target)},
                        {"aborted", true},
                        {"kept", *kept}};
        print_document(codec::compact_text(json));
        return ExitCode::success;
    }
    write_to_stdout("Aborted the revert to checkpoint {}: the files are as before it, and no turn was removed\n",
                    short_text(open.target));
    for (const std::string& path : *kept) write_to_stdout("kept, because it was edited since: {}\n", one_line(path));
    return ExitCode::success;
}

ExitCode end_open_revert(WorkspaceSession& workspace, journal::Journal& journal, const RevertOptions& options) {
    const auto named = find_open_revert(workspace, options.of);
    if (!named) return named.error();
    if (const auto claimed = workspace.claim(named->thread); !claimed) return claimed.error();
    const auto open = find_open_revert(workspace, options.of); // another process may have ended it before the claim
    if (!open) return open.error();
    if (open->thread != named->thread)
        return report_error("another process has ended the revert", "repeat the command");
    return options.aborts ? abort_revert(workspace, *open, options)
                          : continue_revert(workspace, journal, *open, options);
}

ExitCode revert(const Invocation& invocation, const RevertOptions& options) {
    const int wishes = (options.checkpoint.empty() ? 0 : 1) + (options.continues ? 1 : 0) + (options.aborts ? 1 : 0);
    if (wishes != 1)
        return report_error("expected exactly one of CHECKPOINT, --continue and --abort",
                            "`evenfold checkpoints` lists the checkpoints", ExitCode::usage);
    return invocation.with_journal_of(orchestration_name, JournalAccess::read_write, [&](journal::Journal& journal) {
        auto workspace = WorkspaceSession::open(journal, invocation, options.file_mib_max);
        if (!workspace) return workspace.error();
        return options.checkpoint.empty() ? end_open_revert(*workspace, journal, options)
                                          : request_revert(*workspace, journal, options);
    });
}

RunVerb declare_revert(OptionSet& set) {
    auto options = std::make_shared<RevertOptions>();
    set.text("CHECKPOINT", options->checkpoint, "Its label, its id, or 6 characters of its id or more");
    const auto continues = set.flag("--continue", options->continues, "Finish the revert that was interrupted");
    set.flag("--abort", options->aborts, "Undo the revert that was interrupted").excludes(continues);
    set.text("--project DIR", options->of.project,
             "Only checkpoints or unfinished reverts of this project (default: any)");
    set.text("--thread NAME", options->of.thread, "With --continue or --abort: of this thread (default: any)");
    add_max_file_option(set, options->file_mib_max);
    set.flag("--yes", options->is_confirmed, "Do not ask on a terminal");
    set.flag("--json", options->json, "Print JSON");
    return [options](const Invocation& invocation) { return revert(invocation, *options); };
}

} // namespace

const Verb revert_verb{
    .name = "revert",
    .summary = "Restore the files and the conversation of a checkpoint",
    .details =
        "Removes the turns after the checkpoint and restores its files. Files that were added since are deleted;\n"
        "ignored files stay unless git tracks them or the checkpoint contains them. The current files become a\n"
        "checkpoint first, so that a revert can itself be reverted. All checkpoints stay until `evenfold checkpoints\n"
        "--prune` releases them.\n"
        "\n"
        "Lists on standard error what it will remove and restore. Asks before it acts if standard input and standard\n"
        "error are terminals, unless --yes is given; otherwise it acts without asking.\n"
        "\n"
        "A revert that is interrupted (Ctrl-C, SIGTERM, SIGHUP) before it changes a file is given up. Later, or if "
        "the\n"
        "process is killed, it stays unfinished, and other commands in its directory refuse to run. --continue "
        "finishes\n"
        "it; --abort restores the files from before it. Both keep files that were edited since: --continue then fails\n"
        "and undoes the revert, --abort lists them.\n"
        "\n"
        "With --json: {revert, thread, checkpoint, removed_turns, restored_files, removed_files, rescue}, or with\n"
        "--abort {revert, thread, checkpoint, aborted, kept}.",
    .domain = orchestration_name,
    .declare = &declare_revert};

} // namespace evenfold::cli
