#include <fmt/core.h>

#include <nlohmann/json.hpp>
#include <ranges>

#include "evenfold/cli/output/json_printer.hpp"
#include "evenfold/cli/output/lookup.hpp"
#include "evenfold/cli/output/model_at.hpp"
#include "evenfold/cli/output/print.hpp"
#include "evenfold/cli/output/report.hpp"
#include "evenfold/cli/output/text_table.hpp"
#include "evenfold/cli/reacting/workspace_session.hpp"
#include "evenfold/cli/verbs/table.hpp"
#include "evenfold/codec/compact_text.hpp"
#include "evenfold/kernel/fresh_id.hpp"
#include "evenfold/reactors/git/changes.hpp"
#include "evenfold/reactors/orchestration/workspace.hpp"

namespace evenfold::cli {
namespace {

struct CheckpointsOptions {
    std::string project; // folder; empty: all
    std::string thread;  // id or name; empty: all
    bool prunes = false;
    std::uint32_t kept = 10; // rescues per thread, if prunes
    bool json = false;
};

struct CheckpointOptions {
    TargetOptions target;
    std::string label;
    std::uint32_t file_mib_max = file_mib_default;
    bool json = false;
};

using namespace orchestration;
using Json = codec::OrderedJson;

constexpr std::string_view threads_listed = "`evenfold threads` lists the threads";

std::string_view name_of_kind(const Checkpoint& checkpoint) {
    return enumerator_names<CheckpointKind>[static_cast<std::size_t>(checkpoint.kind)];
}

Json json_of_checkpoint(const Checkpoint& checkpoint) {
    Json json{{"checkpoint", to_text(checkpoint.id)},
              {"thread", to_text(checkpoint.thread)},
              {"ordinal", checkpoint.ordinal},
              {"kind", name_of_kind(checkpoint)}};
    if (const auto* ref = assigned(checkpoint.ref)) {
        json["state"] = "taken";
        json["ref"] = ref->git_ref;
        json["files"] = ref->files;
    } else if (const auto* failed = std::get_if<Failed>(&checkpoint.ref)) {
        json["state"] = "failed";
        json["reason"] = failed->reason;
    } else {
        json["state"] = "pending";
    }
    if (checkpoint.after_turn) json["after_turn"] = to_text(*checkpoint.after_turn);
    if (checkpoint.label) json["label"] = *checkpoint.label;
    return json;
}

/// Returns the number of files that changed since the previous checkpoint. If the recorded list may have been cut, git
/// counts them.
std::size_t count_changed(const Model& model, const Checkpoint& checkpoint) {
    const auto* ref = assigned(checkpoint.ref);
    if (!ref || ref->files.size() < git::files_listed_max) return ref ? ref->files.size() : 0;
    const auto folder = folder_of(model, checkpoint.thread);
    const auto before = ref_before(model, checkpoint.thread, checkpoint.id);
    if (!folder || !before) return ref->files.size();
    const auto repository = git::open(*folder);
    if (!repository) return ref->files.size();
    const auto changed =
        git::find_changes(*repository, {.from = *before, .to = std::string(ref->git_ref), .with_text = false});
    return changed ? changed->size() : ref->files.size();
}

std::string state_of(const Model& model, const Checkpoint& checkpoint) {
    if (assigned(checkpoint.ref)) return count_of(count_changed(model, checkpoint), "file") + " changed";
    if (const auto* failed = std::get_if<Failed>(&checkpoint.ref))
        return fmt::format("failed: {}", failed->reason.view());
    return "pending";
}

std::string ordinal_after(const Index& index, const Checkpoint& checkpoint) {
    const Turn* turn = checkpoint.after_turn ? index.find(*checkpoint.after_turn) : nullptr;
    return turn && turn->ordinal ? std::to_string(*turn->ordinal) : "-";
}

/// `gaps` are those of the only checkpoint, if there is one.
ExitCode print(const std::vector<const Checkpoint*>& all, const Model& model, bool json,
               const std::vector<git::CheckpointGap>& gaps = {}) {
    const Index& index = model->index;
    JsonArrayPrinter array(JsonLayout::indented);
    TextTable table({"checkpoint", "thread", "kind", "after turn", "state", "label"});
    for (const Checkpoint* one : all) {
        if (json) {
            Json shown = json_of_checkpoint(*one);
            if (assigned(one->ref)) shown["files_count"] = count_changed(model, *one);
            for (const git::CheckpointGap& gap : gaps)
                shown["lacks"].push_back({{"kind", git::name_of(gap.kind)}, {"path", gap.path}});
            array.add(codec::compact_text(shown));
            continue;
        }
        const Thread* thread = index.find(one->thread);
        table.add({short_text(one->id), thread ? thread->title : "", std::string(name_of_kind(*one)),
                   ordinal_after(index, *one), state_of(model, *one), one->label.value_or("")});
    }
    if (json)
        array.end();
    else
        table.print("no checkpoints yet; `evenfold checkpoint` takes one");
    return ExitCode::success;
}

/// Returns the checkpoints that a prune releases: failed ones, those of turns that were removed, and all rescues except
/// the newest. Labelled ones stay.
std::vector<CheckpointId> prunable(const Index& index, const Thread& thread, std::size_t rescues_kept) {
    std::vector<CheckpointId> found;
    std::size_t rescues = 0;
    for (const CheckpointId& id : std::views::reverse(thread.checkpoints.in_order())) {
        const Checkpoint* one = index.find(id);
        if (!one || one->label || is_pending(one->ref) || is_end_of_turn(*one)) continue;
        const bool is_rescue = one->kind == CheckpointKind::rescue;
        const bool is_old = is_rescue ? rescues++ >= rescues_kept : one->kind == CheckpointKind::turn_end;
        if (is_old || std::holds_alternative<Failed>(one->ref)) found.push_back(id);
    }
    return found;
}

using PrunableByThread = std::vector<std::pair<ThreadId, std::vector<CheckpointId>>>;

std::expected<PrunableByThread, ExitCode> select_prunable(const Model& model, const CheckpointsOptions& options) {
    const auto threads = select_threads(model->index, options.thread, options.project);
    if (!threads) return std::unexpected(report_error(threads.error(), threads_listed));
    PrunableByThread all;
    for (const Thread* thread : *threads)
        if (auto found = prunable(model->index, *thread, options.kept); !found.empty())
            all.emplace_back(thread->id, std::move(found));
    return all;
}

ExitCode prune_checkpoints(const Invocation& invocation, const CheckpointsOptions& options) {
    return invocation.with_journal_of(orchestration_name, JournalAccess::read_write, [&](journal::Journal& journal) {
        auto workspace = WorkspaceSession::open(journal, invocation);
        if (!workspace) return workspace.error();
        const auto selected = workspace->read([&](const Model& model) { return select_prunable(model, options); });
        if (!selected) return selected.error();
        Json released = Json::array();
        for (const auto& [thread, checkpoints] : *selected) {
            if (const auto claimed = workspace->claim(thread); !claimed) return claimed.error();
            for (const CheckpointId& checkpoint : checkpoints) {
                const auto done = workspace->submit_or_report(ReleaseCheckpoint{checkpoint});
                if (!done) return done.error();
                released.push_back(to_text(checkpoint));
                if (!options.json) write_to_stdout("released {}\n", to_text(checkpoint));
            }
            if (const auto done = workspace->run_outstanding(thread); !done) return done.error();
        }
        if (options.json)
            print_document(codec::compact_text(released));
        else if (released.empty())
            write_to_stdout("nothing to release\n");
        return ExitCode::success;
    });
}

ExitCode print_checkpoints(journal::Journal& journal, const CheckpointsOptions& options) {
    const auto past = model_at(journal, {});
    if (!past) return past.error();
    const Index& index = past->model->index;
    const auto threads = select_threads(index, options.thread, options.project);
    if (!threads) return report_error(threads.error(), threads_listed);
    std::vector<const Checkpoint*> all;
    for (const Thread* thread : *threads) {
        for (const CheckpointId& id : thread->checkpoints.in_order()) {
            if (const Checkpoint* one = index.find(id)) all.push_back(one);
        }
    }
    return print(all, past->model, options.json);
}

ExitCode create_checkpoint(const Invocation& invocation, const CheckpointOptions& options) {
    return invocation.with_journal_of(orchestration_name, JournalAccess::create, [&](journal::Journal& journal) {
        auto workspace = WorkspaceSession::open(journal, invocation, options.file_mib_max);
        if (!workspace) return workspace.error();
        const auto thread = workspace->claim(options.target);
        if (!thread) return thread.error();
        const auto id = kernel::fresh<CheckpointId>();
        const auto label = options.label.empty() ? std::nullopt : std::optional(options.label);
        if (const auto asked =
                workspace->submit_or_report(CreateCheckpoint{.checkpoint = id, .thread = *thread, .label = label});
            !asked)
            return asked.error();
        const auto done = workspace->run_requested(*thread);
        if (!done) return done.error();
        if (!*done) { // a later command would capture other files
            const auto given_up = workspace->submit_unless_rejected(
                FailCheckpoint{.checkpoint = id, .reason = "interrupted"}, Actor::system);
            if (!given_up) return given_up.error();
        }
        if (!options.json) workspace->report_gaps(id, "not in the checkpoint");
        const auto gaps = options.json ? workspace->gaps_of(id) : std::vector<git::CheckpointGap>();
        return workspace->read([&](const Model& model) {
            const Checkpoint* taken = model->index.find(id);
            if (!taken) return report_error("the thread of the checkpoint was deleted by another process");
            if (const auto* failed = std::get_if<Failed>(&taken->ref))
                return report_error(fmt::format("no checkpoint was taken: {}", failed->reason));
            return print({taken}, model, options.json, gaps);
        });
    });
}

RunVerb declare_checkpoints(OptionSet& set) {
    auto options = std::make_shared<CheckpointsOptions>();
    set.text("--project DIR", options->project, "Only this project (default: all)");
    set.text("--thread NAME", options->thread, "Only this thread, by name or id (default: all)");
    const auto prunes = set.flag("--prune", options->prunes, "Release checkpoints that no turn needs");
    set.number("--keep N", options->kept, "With --prune: the number of rescues that stay in each thread (default: 10)")
        .between(0U, 1'000'000U)
        .needs(prunes);
    set.flag("--json", options->json, "Print JSON");
    return [options](const Invocation& invocation) {
        if (options->prunes) return prune_checkpoints(invocation, *options);
        return invocation.with_journal_of(orchestration_name, JournalAccess::read_only, [&](journal::Journal& journal) {
            return print_checkpoints(journal, *options);
        });
    };
}

RunVerb declare_checkpoint(OptionSet& set) {
    auto options = std::make_shared<CheckpointOptions>();
    add_target_options(set, options->target);
    set.text("--label TEXT", options->label, "The label of the checkpoint");
    add_max_file_option(set, options->file_mib_max);
    set.flag("--json", options->json, "Print JSON");
    return [options](const Invocation& invocation) { return create_checkpoint(invocation, *options); };
}

} // namespace

const Verb checkpoints_verb{
    .name = "checkpoints",
    .summary = "List the checkpoints, or release old ones",
    .details =
        "With --json: an array of {checkpoint, thread, ordinal, kind, state, ref, files, reason, after_turn, label,\n"
        "files_count}. files lists the files that changed since the previous checkpoint, at most 1,000 of them.\n"
        "\n"
        "--prune releases, and prints, the checkpoints of turns that a revert has removed, those that failed, and all\n"
        "rescues except the newest of each thread. A released checkpoint cannot be reverted to. Checkpoints with a\n"
        "label, and those that `evenfold checkpoint` took, stay. With --json: an array of their ids.",
    .domain = orchestration_name,
    .declare = &declare_checkpoints};

const Verb checkpoint_verb{
    .name = "checkpoint",
    .summary = "Take a checkpoint of a thread's files",
    .details =
        "Commits all files of the directory that git does not ignore, under refs/evenfold/checkpoints/. Does not\n"
        "change the index, HEAD, branches or the stash. Lists on standard error what the checkpoint lacks: other\n"
        "repositories, what a sparse checkout left out, changes in submodules, and files that are too large, cannot "
        "be\n"
        "read, or are special. A revert or commit of the checkpoint changes nothing there.\n"
        "With --json: an array of one checkpoint, in the format of `evenfold checkpoints --json`, with `lacks`: an "
        "array\n"
        "of {kind, path}.",
    .domain = orchestration_name,
    .may_create = true,
    .declare = &declare_checkpoint};

} // namespace evenfold::cli
