#include "evenfold/cli/verbs/revert.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "evenfold/cli/reacting/workshop.hpp"
#include "evenfold/cli/words/lookup.hpp"
#include "evenfold/cli/words/report.hpp"
#include "evenfold/codec/event.hpp"
#include "evenfold/core/commands/orchestration.hpp"
#include "evenfold/core/events/orchestration.hpp"
#include "evenfold/kernel/fresh_id.hpp"

namespace evenfold::cli {
namespace {

using namespace orchestration;

/// What the person named, while it is there.
struct Target {
    CheckpointId checkpoint;
    ThreadId thread;
    std::size_t turns = 0; // of the thread
};

std::expected<Target, Exit> target_of(const Workshop& workshop, const std::string& name) {
    return workshop.read([&](const Model& model) -> std::expected<Target, Exit> {
        const auto found = find_checkpoint(model->index, name);
        if (!found) return std::unexpected(complain(found.error(), "`evenfold checkpoints` lists them"));
        const Thread* thread = model->index.find((*found)->thread);
        return Target{
            .checkpoint = (*found)->id, .thread = (*found)->thread, .turns = thread ? thread->turns.size() : 0};
    });
}

/// A revert that an earlier process has left under way.
std::optional<Revert> last_revert(const Workshop& workshop, const ThreadId& thread) {
    return workshop.read([&](const Model& model) -> std::optional<Revert> {
        const Thread* found = model->index.find(thread);
        const Revert* revert = found && found->revert ? model->index.find(*found->revert) : nullptr;
        return revert ? std::optional(*revert) : std::nullopt;
    });
}

/// Why the revert was given up, if it was.
std::expected<std::optional<std::string>, Exit>
given_up(journal::Journal& journal, Sequence from, const RevertId& revert) {
    const auto records = journal::read_all(journal, {.from = from});
    if (!records) return std::unexpected(complain(records.error()));
    for (const journal::Record& record : *records) {
        Event event;
        const codec::StoredForm form{.type = record.type, .version = record.type_version, .data = record.data};
        if (!codec::from_stored(shape_of<Event>(), &event, form)) continue;
        const auto* failed = std::get_if<RevertFailed>(&event);
        if (failed && failed->revert == revert) return failed->reason;
    }
    return std::nullopt;
}

Exit tell(const Workshop& workshop, const Target& target, const RevertId& revert, const RevertOptions& options) {
    return workshop.read([&](const Model& model) {
        const Thread* thread = model->index.find(target.thread);
        if (!thread) return complain("the thread was deleted meanwhile");
        if (thread->revert)
            return complain("the revert is not finished", "the next `evenfold revert` of this thread goes on with it");
        const Checkpoint* rescue = model->index.find(rescue_of(revert));
        if (!rescue) return complain("the revert is done, and somebody has taken its checkpoint since");
        const std::size_t removed = target.turns - std::min(target.turns, thread->turns.size());
        if (options.json) {
            const nlohmann::ordered_json json{{"revert", to_text(revert)},
                                              {"thread", to_text(target.thread)},
                                              {"checkpoint", to_text(target.checkpoint)},
                                              {"removed_turns", removed},
                                              {"rescue", to_text(rescue->id)}};
            fmt::print("{}\n", json.dump(2));
        } else {
            fmt::print("'{}' is as at checkpoint {}; {} taken back. What was there before is checkpoint {}:\n"
                       "`evenfold revert {}` brings its files back\n",
                       printable(thread->title), short_text(target.checkpoint), count_of(removed, "turn"),
                       short_text(rescue->id), short_text(rescue->id));
        }
        return Exit::success;
    });
}

} // namespace

Exit revert(const WithJournal& with_journal, const std::string& database, const RevertOptions& options) {
    return with_journal([&](journal::Journal& journal) {
        auto workshop = Workshop::open(journal, database);
        if (!workshop) return workshop.error();
        auto target = target_of(*workshop, options.checkpoint);
        if (!target) return target.error();
        if (const auto claimed = workshop->claim(target->thread); !claimed) return claimed.error();
        const auto last = last_revert(*workshop, target->thread);
        const auto head = journal.head();
        if (!head) return complain(head.error());
        if (const auto settled = workshop->settle(target->thread); !settled) return settled.error();
        auto id = kernel::fresh<RevertId>();
        if (last && last->target == target->checkpoint) {
            id = last->id; // that is the one that is asked for again
        } else {
            target = target_of(*workshop, options.checkpoint); // others may have worked there meanwhile
            if (!target) return target.error();
            const auto asked = workshop->ask(
                RevertToCheckpoint{.revert = id, .thread = target->thread, .checkpoint = target->checkpoint});
            if (!asked) return asked.error();
            if (const auto settled = workshop->settle(target->thread); !settled) return settled.error();
        }
        const auto why = given_up(journal, *head + 1, id);
        if (!why) return why.error();
        if (*why)
            return complain(fmt::format("the revert was given up: {}", printable(**why)),
                            "no turn was taken away; what was there is a rescue, if `evenfold checkpoints` lists one");
        return tell(*workshop, *target, id, options);
    });
}

} // namespace evenfold::cli
