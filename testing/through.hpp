/// The sentence of testing/scenario.hpp through a kernel over a journal: what it stores is what it answers.
/// Shape: each command has an id that the journal does not know; events are read back from the journal and decoded. A
/// journal that fails or cannot be opened breaks the sentence, with what it says.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "evenfold/testing/law/kernel_laws.hpp"
#include "evenfold/testing/scenario.hpp"

namespace evenfold::testing {

/// A domain in a kernel over a journal, after some commands.
template <Domain D>
class Through {
public:
    explicit Through(journal::Journal& journal, std::source_location where)
        : journal_(journal), driven_(std::make_unique<Driven<D>>(journal)), where_(where) {
        if (driven_->is_open()) number_ = driven_->head();
    }

    /// These were asked; what the domain refused did not happen.
    [[nodiscard]] Through&& asked(const std::vector<typename D::Command>& commands) && {
        if (!driven_->is_open()) return std::move(*this);
        for (const auto& command : commands) static_cast<void>(driven_->submit(next(), command));
        return std::move(*this);
    }

    /// The answer to `command`, as the journal keeps it, and the kernel's model after it. Who asks is the first of all
    /// actors who may.
    [[nodiscard]] Answered<D> when(const typename D::Command& command) && { return answered(command, {}); }

    /// The same, asked by `actor`, who may be forbidden to.
    [[nodiscard]] Answered<D> when(Actor actor, const typename D::Command& command) && {
        return answered(command, actor);
    }

private:
    Answered<D> answered(const typename D::Command& command, std::optional<Actor> actor) {
        if (!driven_->is_open()) return {"the journal cannot be opened", where_};
        const auto outcome = driven_->submit(next(), command, actor);
        if (outcome) {
            auto events = stored(*outcome);
            if (!events) return {events.error().what, where_};
            return {std::move(*events), where_, driven_->model()};
        }
        if (const auto* rejected = std::get_if<kernel::Rejected<D>>(&outcome.error()))
            return {std::unexpected(rejected->error), where_, driven_->model()};
        const auto* failure = std::get_if<journal::Failure>(&outcome.error());
        return {failure ? failure->what : "the command's id was used before", where_};
    }

    /// The next number that no command of the journal has.
    std::uint64_t next() {
        for (++number_;; ++number_) {
            const auto receipt = journal_.receipt(Driven<D>::id_of(number_));
            if (!receipt || !*receipt) return number_; // a journal that fails tells it when the command is asked
        }
    }

    std::expected<std::vector<typename D::Event>, journal::Failure> stored(const journal::Receipt& receipt) {
        std::vector<typename D::Event> events;
        std::optional<journal::Failure> failure;
        const auto read = journal_.read(receipt.first, [&](const journal::Record& record) {
            if (events.size() == receipt.count) return false;
            auto event = kernel::event_of<D>(record);
            if (event)
                events.push_back(std::move(event->body));
            else
                failure = event.error();
            return !failure;
        });
        if (!read) return std::unexpected(read.error());
        if (failure) return std::unexpected(*failure);
        return events;
    }

    journal::Journal& journal_;
    std::unique_ptr<Driven<D>> driven_;
    std::uint64_t number_ = 0;
    std::source_location where_;
};

/// Over `journal`, which outlives the sentence.
template <Domain D>
[[nodiscard]] Through<D>
through(journal::Journal& journal, std::source_location where = std::source_location::current()) {
    return Through<D>(journal, where);
}

} // namespace evenfold::testing
