/// Laws of a domain in a kernel over a journal: rejections and repeats.
/// Cost: each runs the history through a kernel of its own, over a journal in memory unless another is asked for.
/// Source: the laws L19 and L37 of the orchestration specification, section 6.8.
#pragma once

#include <algorithm>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "evenfold/journal/memory/memory_journal.hpp"
#include "evenfold/kernel/kernel.hpp"
#include "evenfold/testing/law/look.hpp"

namespace evenfold::testing {

/// A law that runs a history through a kernel is checked on each so manieth of a search.
inline constexpr std::uint64_t dear = 8;

/// Who may ask `command`: the first of all actors that D does not forbid to; nothing when it forbids all.
template <Domain D>
[[nodiscard]] std::optional<Actor> asker_of(const typename D::Command& command) {
    for (const Actor actor : {Actor::system, Actor::user, Actor::agent, Actor::reactor, Actor::provider}) {
        if (!forbid<D>(actor, command)) return actor;
    }
    return std::nullopt;
}

/// `history` without what nobody may ask, which a kernel keeps from the domain.
template <Domain D>
[[nodiscard]] History<D> permitted(const History<D>& history) {
    const auto is_permitted = [](const Step<D>& step) { return asker_of<D>(step.command).has_value(); };
    if (std::ranges::all_of(history.steps, is_permitted)) return history;
    History<D> rest;
    for (const Step<D>& step : history.steps) {
        if (is_permitted(step)) rest.ask(step.command);
    }
    return rest;
}

/// A domain in a kernel, driven by numbered commands. Who asks is the first who may, unless it is said.
template <Domain D>
class Driven {
public:
    using Kernel = kernel::Kernel<D>;

    explicit Driven(journal::Journal& journal) {
        auto opened = Kernel::open(journal, [] { return Instant{5000}; });
        if (opened) kernel_ = std::move(*opened);
    }

    [[nodiscard]] bool is_open() const { return kernel_ != nullptr; }

    [[nodiscard]] kernel::Outcome<D>
    submit(std::uint64_t number, const typename D::Command& command, std::optional<Actor> actor = {}) {
        return kernel_->submit(numbered(number, command, actor));
    }

    /// The commands of `steps`, numbered from `first`, with one durable append.
    [[nodiscard]] std::vector<kernel::Outcome<D>> submit_all(std::uint64_t first, std::span<const Step<D>> steps) {
        std::vector<typename Kernel::Command> commands;
        for (const Step<D>& step : steps) commands.push_back(numbered(first + commands.size(), step.command, {}));
        return kernel_->submit_all(std::move(commands));
    }

    [[nodiscard]] typename D::Model model() const {
        return kernel_->read([](const typename D::Model& model, Sequence) { return model; });
    }
    [[nodiscard]] Sequence head() const {
        return kernel_->read([](const typename D::Model&, Sequence head) { return head; });
    }

    /// The id of the command of that number.
    [[nodiscard]] static CommandId id_of(std::uint64_t number) {
        CommandId id{};
        id.uuid.bytes[0] = 0xc0;
        for (std::size_t place = 0; place < 8; ++place)
            id.uuid.bytes[15 - place] = static_cast<std::uint8_t>(number >> (8 * place));
        return id;
    }

private:
    static typename Kernel::Command
    numbered(std::uint64_t number, const typename D::Command& command, std::optional<Actor> actor) {
        if (!actor) actor = asker_of<D>(command);
        return {.command = id_of(number),
                .actor = actor.value_or(Actor::system),
                .at = {},
                .cause = {},
                .correlation = {},
                .body = command};
    }

    std::unique_ptr<Kernel> kernel_;
};

/// Whether `outcome` is what `step` was answered without a kernel.
template <Domain D>
[[nodiscard]] Verdict same_answer(const Step<D>& step, const kernel::Outcome<D>& outcome) {
    if (outcome.has_value() != step.answer.has_value())
        return breaks(outcome ? "the kernel accepts what decide refuses" : "the kernel refuses what decide accepts");
    if (outcome) {
        return outcome->count == step.answer->size() ? holds() : breaks("the receipt counts other events");
    }
    const auto* rejected = std::get_if<kernel::Rejected<D>>(&outcome.error());
    if (!rejected) return breaks("the kernel refuses for a reason that is not the domain's");
    return equal("the kernel refuses for another reason", step.answer.error(), rejected->error);
}

template <Domain D>
[[nodiscard]] Law<D> rejection_changes_nothing() {
    return {"rejection-changes-nothing", "a command that is refused changes neither the journal nor the model",
            [](const History<D>& told) {
                const History<D> history = permitted(told);
                journal::MemoryJournal journal;
                Driven<D> driven(journal);
                const Looks<D> looks(history);
                std::uint64_t number = 0;
                for (const Step<D>& step : history.steps) {
                    const bool refused = !step.answer && looks.at(number);
                    const Sequence head = driven.head();
                    const auto before = refused ? driven.model() : typename D::Model{};
                    const auto outcome = driven.submit(++number, step.command);
                    if (Verdict verdict = same_answer(step, outcome); !verdict) return verdict;
                    if (!refused) continue;
                    if (driven.head() != head) return breaks("a refused command left events");
                    if (!(driven.model() == before))
                        return equal("a refused command changed the model", before, driven.model());
                }
                return equal("in a kernel the model differs", history.model, driven.model());
            },
            dear};
}

/// Over a fresh journal that `make` makes, in memory when it is empty. Null is a journal that cannot be made.
template <Domain D>
[[nodiscard]] Law<D> same_command_once(std::function<std::unique_ptr<journal::Journal>()> make = {}) {
    const bool own = make != nullptr;
    if (!own) make = [] { return std::make_unique<journal::MemoryJournal>(); };
    return {"same-command-once", "a command of the same id has the same receipt; with another body it is refused",
            [make = std::move(make)](const History<D>& told) {
                const History<D> history = permitted(told);
                const auto journal = make();
                if (!journal) return breaks("the journal cannot be made");
                Driven<D> driven(*journal);
                if (!driven.is_open()) return breaks("a kernel cannot be opened over the journal");
                const typename D::Command* other = nullptr;
                const Looks<D> looks(history);
                std::uint64_t number = 0;
                for (const Step<D>& step : history.steps) {
                    const auto first = driven.submit(++number, step.command);
                    if (!first || !looks.at(number - 1)) continue;
                    const Sequence head = driven.head();
                    const auto second = driven.submit(number, step.command);
                    if (!second || !(*second == *first)) return breaks("the same command again has another receipt");
                    if (other && !(*other == step.command)) {
                        const auto clash = driven.submit(number, *other);
                        if (clash || !std::holds_alternative<CommandIdConflict>(clash.error()))
                            return breaks("another command of the same id is not refused as such");
                    }
                    if (driven.head() != head) return breaks("the same command again left events");
                    other = &step.command;
                }
                return equal("the model differs", history.model, driven.model());
            },
            dear, own};
}

} // namespace evenfold::testing
