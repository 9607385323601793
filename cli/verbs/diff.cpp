#include <fmt/core.h>

#include <array>
#include <nlohmann/json.hpp>

#include "evenfold/cli/journals/database_name.hpp"
#include "evenfold/cli/output/json_printer.hpp"
#include "evenfold/cli/output/lookup.hpp"
#include "evenfold/cli/output/model_at.hpp"
#include "evenfold/cli/output/print.hpp"
#include "evenfold/cli/output/report.hpp"
#include "evenfold/cli/verbs/table.hpp"
#include "evenfold/codec/compact_text.hpp"
#include "evenfold/reactors/git/changes.hpp"
#include "evenfold/reactors/orchestration/workspace.hpp"
#include "evenfold/system/standard_streams.hpp"

namespace evenfold::cli {
namespace {

struct DiffOptions {
    std::string from;
    std::string to;      // empty: the current files
    std::string project; // folder; empty: all
    bool json = false;
};

using namespace orchestration;
using Json = codec::OrderedJson;

constexpr std::array<std::string_view, 5> kinds{"added", "modified", "deleted", "renamed", "mode_changed"};

/// Returns the checkpoint that the user named if it was taken. Errors have been printed.
std::expected<const Checkpoint*, ExitCode>
find_taken_checkpoint(const Index& index, const std::string& name, const std::string& project) {
    const auto found = find_checkpoint(index, name, project);
    if (!found) return std::unexpected(report_error(found.error(), "`evenfold checkpoints` lists the checkpoints"));
    if (!assigned((*found)->ref))
        return std::unexpected(report_error(fmt::format("checkpoint {} was not taken", short_text((*found)->id)),
                                            "`evenfold checkpoints` shows the reason"));
    return *found;
}

std::string_view name_of_change(git::ChangeKind kind) {
    return kinds.at(static_cast<std::size_t>(kind));
}

Json json_of_change(const git::FileChange& change) {
    Json json{{"kind", name_of_change(change.kind)}, {"path", change.path}, {"binary", change.is_binary}};
    if (change.old_path != change.path) json["old_path"] = change.old_path;
    return json;
}

ExitCode print_diff(journal::Journal& journal, const std::string& database, const DiffOptions& options) {
    const auto past = model_at(journal, {});
    if (!past) return past.error();
    const Index& index = past->model->index;
    const auto from = find_taken_checkpoint(index, options.from, options.project);
    if (!from) return from.error();
    git::DiffRequest wanted{.from = assigned((*from)->ref)->git_ref, .to = {}, .with_text = true};
    if (!options.to.empty()) {
        const auto to = find_taken_checkpoint(index, options.to, options.project);
        if (!to) return to.error();
        wanted.to = assigned((*to)->ref)->git_ref;
    }
    const auto folder = folder_of(past->model, (*from)->thread);
    if (!folder) return report_error("the thread of that checkpoint has no directory");
    const auto repository = git::open(*folder, names_server(database) ? "" : database);
    if (!repository) return report_error(repository.error());
    const auto changes = git::find_changes(*repository, wanted);
    if (!changes) return report_error(changes.error());
    JsonArrayPrinter array(JsonLayout::indented);
    for (const git::FileChange& change : *changes) {
        if (options.json)
            array.add(codec::compact_text(json_of_change(change)));
        else if (system::is_terminal(system::StandardStream::output))
            write_to_stdout(change.text);
        else
            write_bytes_to_stdout(change.text); // a patch, which other programs apply
    }
    if (options.json) array.end();
    return ExitCode::success;
}

RunVerb declare_diff(OptionSet& set) {
    auto options = std::make_shared<DiffOptions>();
    set.text("FROM", options->from, "The checkpoint to compare").required();
    set.text("TO", options->to, "Another checkpoint (default: the current files)");
    set.text("--project DIR", options->project, "Only checkpoints of this project (default: any)");
    set.flag("--json", options->json, "Print JSON");
    return [options](const Invocation& invocation) {
        return invocation.with_journal_of(orchestration_name, JournalAccess::read_only, [&](journal::Journal& journal) {
            return print_diff(journal, invocation.database(), *options);
        });
    };
}

} // namespace

const Verb diff_verb{
    .name = "diff",
    .summary = "Compare two checkpoints, or a checkpoint with the current files",
    .details = "A checkpoint is named by its label, its id, or at least 6 characters of the beginning of its id.\n"
               "With --json: an array of {kind, path, old_path, binary}.",
    .domain = orchestration_name,
    .declare = &declare_diff};

} // namespace evenfold::cli
