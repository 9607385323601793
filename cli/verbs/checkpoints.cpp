#include "evenfold/cli/verbs/checkpoints.hpp"

#include <fmt/core.h>

#include <nlohmann/json.hpp>

#include "evenfold/cli/reacting/workshop.hpp"
#include "evenfold/cli/words/columns.hpp"
#include "evenfold/cli/words/lookup.hpp"
#include "evenfold/cli/words/past.hpp"
#include "evenfold/cli/words/report.hpp"
#include "evenfold/kernel/fresh_id.hpp"

namespace evenfold::cli {
namespace {

using namespace orchestration;
using Json = nlohmann::ordered_json;

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

std::string state_of(const Checkpoint& checkpoint) {
    if (const auto* ref = assigned(checkpoint.ref)) return count_of(ref->files.size(), "file") + " changed";
    if (const auto* failed = std::get_if<Failed>(&checkpoint.ref))
        return fmt::format("failed: {}", failed->reason.view());
    return "pending";
}

std::string after(const Index& index, const Checkpoint& checkpoint) {
    const Turn* turn = checkpoint.after_turn ? index.find(*checkpoint.after_turn) : nullptr;
    return turn && turn->ordinal ? std::to_string(*turn->ordinal) : "-";
}

Exit print(const std::vector<const Checkpoint*>& all, const Index& index, bool json) {
    Json array = Json::array();
    Columns table({"checkpoint", "thread", "kind", "after turn", "state", "label"});
    for (const Checkpoint* one : all) {
        const Thread* thread = index.find(one->thread);
        array.push_back(json_of_checkpoint(*one));
        table.add({short_text(one->id), thread ? thread->title : "", std::string(name_of_kind(*one)),
                   after(index, *one), state_of(*one), one->label.value_or("")});
    }
    if (json)
        fmt::print("{}\n", array.dump(2, ' ', false, Json::error_handler_t::replace));
    else
        table.print("no checkpoint yet: `evenfold checkpoint` takes one");
    return Exit::success;
}

} // namespace

Exit checkpoints(journal::Journal& journal, const CheckpointsOptions& options) {
    const auto past = model_at(journal, {});
    if (!past) return past.error();
    const Index& index = past->model->index;
    std::vector<const Thread*> threads = index.threads.sorted();
    if (!options.thread.empty()) {
        const auto found = find_thread(index, options.thread);
        if (!found) return complain(found.error(), "`evenfold threads` lists them");
        threads = {*found};
    }
    std::vector<const Checkpoint*> all;
    for (const Thread* thread : threads) {
        for (const CheckpointId& id : thread->checkpoints.in_order()) {
            if (const Checkpoint* one = index.find(id)) all.push_back(one);
        }
    }
    return print(all, index, options.json);
}

Exit checkpoint(const WithJournal& with_journal, const std::string& database, const CheckpointOptions& options) {
    return with_journal([&](journal::Journal& journal) {
        auto workshop = Workshop::open(journal, database);
        if (!workshop) return workshop.error();
        const auto thread = workshop->claim(options.place);
        if (!thread) return thread.error();
        const auto id = kernel::fresh<CheckpointId>();
        const auto label = options.label.empty() ? std::nullopt : std::optional(options.label);
        if (const auto asked = workshop->ask(CreateCheckpoint{.checkpoint = id, .thread = *thread, .label = label});
            !asked)
            return asked.error();
        if (const auto settled = workshop->settle(*thread); !settled) return settled.error();
        return workshop->read([&](const Model& model) {
            const Checkpoint* taken = model->index.find(id);
            if (!taken) return complain("the checkpoint is gone: somebody deleted its thread");
            if (const auto* failed = std::get_if<Failed>(&taken->ref))
                return complain(fmt::format("no checkpoint was taken: {}", printable(failed->reason)));
            return print({taken}, model->index, options.json);
        });
    });
}

} // namespace evenfold::cli
