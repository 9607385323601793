/// Scenarios of testing/scenario.hpp through a kernel over a journal: they check the events that the journal stores.
/// Each command gets an id that the journal does not know; events are read back from the journal and decoded. The
/// journal must outlive the scenario. A journal that fails or cannot be opened makes the scenario fail, with the
/// journal's error.
///
///     journal::MemoryJournal journal;
///     CHECK_SCENARIO(given_journal<Counter>(journal).submitted({Add{60}}).when(Clear{}).then(Cleared{}));
///     CHECK_SCENARIO(given_journal<Counter>(journal).when(Clear{}).then_nothing()); // after the events above
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "evenfold/kernel/kernel.hpp"
#include "evenfold/testing/engine/kernel_driver.hpp"
#include "evenfold/testing/scenario.hpp"

namespace evenfold::testing {

/// A domain in a kernel over a journal, after some commands.
template <Domain D>
class KernelScenario {
public:
    explicit KernelScenario(journal::Journal& journal, std::source_location where) : journal_(journal), where_(where) {
        auto opened = kernel::Kernel<D>::open(journal, [] { return Instant{5000}; }, {.sealer = sealer_.get()});
        if (!opened) return;
        kernel_ = std::move(*opened);
        number_ = kernel_->snapshot()->head;
    }

    /// Submits these commands. Refused commands have no events.
    [[nodiscard]] KernelScenario&& submitted(const std::vector<typename D::Command>& commands) && {
        if (!kernel_) return std::move(*this);
        for (const auto& command : commands) static_cast<void>(submit(command, {}));
        return std::move(*this);
    }

    /// Submits `command` as the first actor that may submit it. The result has the stored events, and the kernel's
    /// model after them.
    [[nodiscard]] ScenarioResult<D> when(const typename D::Command& command) && { return submit_and_read(command, {}); }

    /// As above, but submits as `actor`, which the domain may forbid.
    [[nodiscard]] ScenarioResult<D> when(Actor actor, const typename D::Command& command) && {
        return submit_and_read(command, actor);
    }

private:
    ScenarioResult<D> submit_and_read(const typename D::Command& command, std::optional<Actor> actor) {
        if (!kernel_) return {"cannot open a kernel over the journal", where_};
        const auto outcome = submit(command, actor);
        if (outcome) {
            auto events = stored(*outcome);
            if (!events) return {events.error().what, where_};
            return {std::move(*events), where_, kernel_->snapshot()->model};
        }
        if (const auto* rejected = std::get_if<kernel::Rejected<D>>(&outcome.error()))
            return {std::unexpected(rejected->error), where_, kernel_->snapshot()->model};
        const auto* failure = std::get_if<journal::Failure>(&outcome.error());
        return {failure ? failure->what : "the command id is already used", where_};
    }

    kernel::Outcome<D> submit(const typename D::Command& command, std::optional<Actor> actor) {
        if (!actor) actor = permitted_actor(any_testable<D>(), &command);
        return kernel_->submit({.command = id_of_command(next()),
                                .actor = actor.value_or(Actor::system),
                                .at = {},
                                .cause = {},
                                .correlation = {},
                                .body = command});
    }

    /// Returns the next number that no command of the journal has.
    std::uint64_t next() {
        for (++number_;; ++number_) {
            const auto receipt = journal_.receipt(id_of_command(number_));
            if (!receipt || !*receipt) return number_; // a failing journal is reported by the submit
        }
    }

    std::expected<std::vector<typename D::Event>, journal::Failure> stored(const journal::Receipt& receipt) {
        const auto records = journal::read_all(journal_, {.from = receipt.first, .at_most = receipt.count});
        if (!records) return std::unexpected(records.error());
        std::vector<typename D::Event> events;
        for (const journal::Record& record : *records) {
            auto event = kernel::event_of<D>(record, sealer_.get());
            if (!event) return std::unexpected(event.error());
            events.push_back(std::move(event->body));
        }
        return events;
    }

    journal::Journal& journal_;
    std::unique_ptr<MemorySealer> sealer_ = std::make_unique<MemorySealer>(); // of personal values
    std::unique_ptr<kernel::Kernel<D>> kernel_;                               // null when the journal cannot be opened
    std::uint64_t number_ = 0;
    std::source_location where_;
};

/// Begins a scenario over `journal`, which must outlive it.
template <Domain D>
[[nodiscard]] KernelScenario<D>
given_journal(journal::Journal& journal, std::source_location where = std::source_location::current()) {
    return KernelScenario<D>(journal, where);
}

} // namespace evenfold::testing
