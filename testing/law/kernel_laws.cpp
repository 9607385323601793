#include "evenfold/testing/law/kernel_laws.hpp"

#include <utility>

namespace evenfold::testing::kit {
namespace {

Verdict
compare_model(std::string_view what, const AnyTestable& domain, const void* expected, const KernelDriver& driver) {
    return equal(what, domain.model_type(), expected, driver.model().get());
}

Verdict check_rejections(const AnyHistory& generated) {
    const PermittedHistory permitted(generated);
    const AnyHistory& history = permitted.history();
    const AnyTestable& domain = history.domain();
    journal::MemoryJournal journal;
    KernelDriver driver(domain, journal);
    const AnySampledSteps sample(history);
    for (std::size_t index = 0; index < history.size(); ++index) {
        const AnyHistoryStep step = history.step(index);
        const bool refused = step.decision.error && sample.at(index);
        const Sequence head = driver.head();
        const AnyPointer before = refused ? driver.model() : domain.model_type().make();
        const auto outcome = driver.submit(index + 1, step.command);
        if (Verdict verdict = same_decision(domain, step, outcome); !verdict) return verdict;
        if (!refused) continue;
        if (driver.head() != head) return breaks("a refused command appended events");
        if (Verdict verdict = compare_model("a refused command changed the model", domain, before.get(), driver);
            !verdict)
            return verdict;
    }
    return compare_model("the model of the kernel differs", domain, history.model(), driver);
}

Verdict check_idempotent(const AnyHistory& generated, const MakeJournal& make) {
    const PermittedHistory permitted(generated);
    const AnyHistory& history = permitted.history();
    const AnyTestable& domain = history.domain();
    const auto journal = make();
    if (!journal) return breaks("cannot create the journal");
    KernelDriver driver(domain, *journal);
    if (!driver.is_open()) return breaks("cannot open a kernel over the journal");
    const void* other = nullptr;
    const AnySampledSteps sample(history);
    for (std::size_t index = 0; index < history.size(); ++index) {
        const void* command = history.step(index).command;
        const std::uint64_t number = index + 1;
        if (sample.at(index)) {
            const auto unmet = driver.submit(number, command, ExpectedHead{driver.head() + 1});
            if (unmet || std::holds_alternative<kernel::AnyRejected>(unmet.error()))
                return breaks("a command that expects another head is decided");
        }
        const auto first = driver.submit(number, command);
        if (!first || !sample.at(index)) continue;
        const Sequence head = driver.head();
        const auto second = driver.submit(number, command, ExpectedHead{head + 1}); // is not checked again
        if (!second || !(*second == *first)) return breaks("a repeated command returns another receipt");
        if (other && !domain.command_type().equal(other, command)) {
            const auto clash = driver.submit(number, other);
            if (clash || !std::holds_alternative<CommandIdConflict>(clash.error()))
                return breaks("a different command with a known id is not refused with CommandIdConflict");
        }
        if (driver.head() != head) return breaks("a repeated command appended events");
        other = command;
    }
    return compare_model("the model differs", domain, history.model(), driver);
}

} // namespace

PermittedHistory::PermittedHistory(const AnyHistory& generated)
    : permitted_(nullptr, [](void*) {}), history_(generated) {
    const AnyTestable& domain = generated.domain();
    const auto is_permitted = [&](std::size_t index) {
        return permitted_actor(domain, generated.step(index).command).has_value();
    };
    std::size_t permitted = 0;
    while (permitted < generated.size() && is_permitted(permitted)) ++permitted;
    if (permitted == generated.size()) return;
    permitted_ = domain.new_history();
    for (std::size_t index = 0; index < generated.size(); ++index) {
        if (index < permitted || is_permitted(index)) domain.submit(permitted_.get(), generated.step(index).command);
    }
    history_ = AnyHistory(domain, permitted_.get());
}

Verdict same_decision(const AnyTestable& domain, const AnyHistoryStep& step, const kernel::AnyOutcome& outcome) {
    if (outcome.has_value() != (step.decision.error == nullptr))
        return breaks(outcome ? "the kernel accepts what decide refuses" : "the kernel refuses what decide accepts");
    if (outcome)
        return outcome->count == step.decision.count ? holds() : breaks("the receipt has another number of events");
    const auto* rejected = std::get_if<kernel::AnyRejected>(&outcome.error());
    if (!rejected) return breaks("the kernel refuses with an error that is not the domain's");
    return equal("the kernel refuses with another error", domain.error_type(), step.decision.error,
                 (*rejected)->error());
}

AnyLaw rejection_changes_nothing() {
    return {"rejection-changes-nothing", "a refused command changes neither the journal nor the model",
            &check_rejections, kernel_law_interval};
}

AnyLaw same_command_once(MakeJournal make) {
    const bool own = make != nullptr;
    if (!own) make = [] { return std::make_unique<journal::MemoryJournal>(); };
    return {
        "same-command-once",
        "a command with a known id returns the original receipt; with another body it is refused, as a new command is "
        "whose expectation does not hold",
        [make = std::move(make)](const AnyHistory& generated) { return check_idempotent(generated, make); },
        kernel_law_interval, own};
}

} // namespace evenfold::testing::kit
