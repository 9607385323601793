#include "evenfold/testing/law/kernel_laws.hpp"

#include <utility>

namespace evenfold::testing::kit {
namespace {

Verdict differs(std::string_view what, const AnyTestable& domain, const void* expected, const KernelDriver& driven) {
    return equal(what, domain.model_type(), expected, driven.model().get());
}

Verdict rejections_change_nothing(const AnyHistory& generated) {
    const PermittedHistory permitted(generated);
    const AnyHistory& history = permitted.history();
    const AnyTestable& domain = history.domain();
    journal::MemoryJournal journal;
    KernelDriver driven(domain, journal);
    const AnySampledSteps sample(history);
    for (std::size_t place = 0; place < history.size(); ++place) {
        const AnyHistoryStep step = history.step(place);
        const bool refused = step.decision.error && sample.at(place);
        const Sequence head = driven.head();
        const AnyPointer before = refused ? driven.model() : domain.model_type().make();
        const auto outcome = driven.submit(place + 1, step.command);
        if (Verdict verdict = same_decision(domain, step, outcome); !verdict) return verdict;
        if (!refused) continue;
        if (driven.head() != head) return breaks("a refused command left events");
        if (Verdict verdict = differs("a refused command changed the model", domain, before.get(), driven); !verdict)
            return verdict;
    }
    return differs("in a kernel the model differs", domain, history.model(), driven);
}

Verdict happens_once(const AnyHistory& generated, const MakeJournal& make) {
    const PermittedHistory permitted(generated);
    const AnyHistory& history = permitted.history();
    const AnyTestable& domain = history.domain();
    const auto journal = make();
    if (!journal) return breaks("the journal cannot be made");
    KernelDriver driven(domain, *journal);
    if (!driven.is_open()) return breaks("a kernel cannot be opened over the journal");
    const void* other = nullptr;
    const AnySampledSteps sample(history);
    for (std::size_t place = 0; place < history.size(); ++place) {
        const void* command = history.step(place).command;
        const std::uint64_t number = place + 1;
        const auto first = driven.submit(number, command);
        if (!first || !sample.at(place)) continue;
        const Sequence head = driven.head();
        const auto second = driven.submit(number, command);
        if (!second || !(*second == *first)) return breaks("the same command again has another receipt");
        if (other && !domain.command_type().equal(other, command)) {
            const auto clash = driven.submit(number, other);
            if (clash || !std::holds_alternative<CommandIdConflict>(clash.error()))
                return breaks("another command of the same id is not refused as such");
        }
        if (driven.head() != head) return breaks("the same command again left events");
        other = command;
    }
    return differs("the model differs", domain, history.model(), driven);
}

} // namespace

PermittedHistory::PermittedHistory(const AnyHistory& generated) : rest_(nullptr, [](void*) {}), history_(generated) {
    const AnyTestable& domain = generated.domain();
    const auto is_permitted = [&](std::size_t place) {
        return permitted_actor(domain, generated.step(place).command).has_value();
    };
    std::size_t permitted = 0;
    while (permitted < generated.size() && is_permitted(permitted)) ++permitted;
    if (permitted == generated.size()) return;
    rest_ = domain.new_history();
    for (std::size_t place = 0; place < generated.size(); ++place) {
        if (place < permitted || is_permitted(place)) domain.submit(rest_.get(), generated.step(place).command);
    }
    history_ = AnyHistory(domain, rest_.get());
}

Verdict same_decision(const AnyTestable& domain, const AnyHistoryStep& step, const kernel::AnyOutcome& outcome) {
    if (outcome.has_value() != (step.decision.error == nullptr))
        return breaks(outcome ? "the kernel accepts what decide refuses" : "the kernel refuses what decide accepts");
    if (outcome) return outcome->count == step.decision.count ? holds() : breaks("the receipt counts other events");
    const auto* rejected = std::get_if<kernel::AnyRejected>(&outcome.error());
    if (!rejected) return breaks("the kernel refuses for a reason that is not the domain's");
    return equal("the kernel refuses for another reason", domain.error_type(), step.decision.error,
                 (*rejected)->error());
}

AnyLaw rejection_changes_nothing() {
    return {"rejection-changes-nothing", "a command that is refused changes neither the journal nor the model",
            &rejections_change_nothing, kernel_law_interval};
}

AnyLaw same_command_once(MakeJournal make) {
    const bool own = make != nullptr;
    if (!own) make = [] { return std::make_unique<journal::MemoryJournal>(); };
    return {"same-command-once", "a command of the same id has the same receipt; with another body it is refused",
            [make = std::move(make)](const AnyHistory& generated) { return happens_once(generated, make); },
            kernel_law_interval, own};
}

} // namespace evenfold::testing::kit
