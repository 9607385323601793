/// The law of a domain over several journals: what one keeps, all keep.
/// Cost: the history runs through a kernel over each journal; one in memory is quick, others are their own cost.
/// Source: the law L4 of the orchestration specification, section 6.8.
#pragma once

#include <algorithm>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "evenfold/testing/law/kernel_laws.hpp"

namespace evenfold::testing {

/// A journal to hold a domain to: its name for a person, and how one is made, fresh and empty. What outlives its object
/// says how it is opened again: `reopen` is given the journal, closes it and answers another over what it kept. Null is
/// a journal that cannot be made or opened.
struct JournalKind {
    std::string name;
    std::function<std::unique_ptr<journal::Journal>()> make;
    std::function<std::unique_ptr<journal::Journal>(std::unique_ptr<journal::Journal>)> reopen{};
};

/// The events of `journal` as they are read from it.
template <Domain D>
[[nodiscard]] std::expected<std::vector<typename D::Event>, journal::Failure> events_in(journal::Journal& journal) {
    std::vector<typename D::Event> events;
    std::optional<journal::Failure> failure;
    const auto read = journal.read(1, [&](const journal::Record& record) {
        auto event = kernel::event_of<D>(record);
        if (event)
            events.push_back(std::move(event->body));
        else
            failure = std::move(event.error());
        return !failure;
    });
    if (!read) return std::unexpected(read.error());
    if (failure) return std::unexpected(std::move(*failure));
    return events;
}

/// Whether `journal` keeps `history`, as a kernel finds it that is opened over it now.
template <Domain D>
[[nodiscard]] Verdict is_kept(const History<D>& history, journal::Journal& journal) {
    const auto events = events_in<D>(journal);
    if (!events) return breaks("the journal cannot be read: " + events.error().what);
    if (Verdict verdict = equal("other events are stored", history.events(), *events); !verdict) return verdict;
    const Driven<D> driven(journal);
    if (!driven.is_open()) return breaks("the journal cannot be replayed");
    return equal("the replayed model differs", history.model, driven.model());
}

/// The commands of `history` through a kernel over `journal`, in groups of 1, 2, 4, ..., so that a journal that is
/// slow to make them safe does so a few times only.
template <Domain D>
[[nodiscard]] Verdict lives(const History<D>& history, journal::Journal& journal) {
    Driven<D> driven(journal);
    if (!driven.is_open()) return breaks("a kernel cannot be opened over it");
    std::span<const Step<D>> left(history.steps);
    for (std::size_t size = 1; !left.empty(); size *= 2) {
        const auto group = left.first(std::min(size, left.size()));
        const auto outcomes = driven.submit_all(history.steps.size() - left.size() + 1, group);
        for (std::size_t place = 0; place < group.size(); ++place) {
            if (Verdict verdict = same_answer(group[place], outcomes[place]); !verdict) return verdict;
        }
        left = left.subspan(group.size());
    }
    return equal("the live model differs", history.model, driven.model());
}

/// Over the journal in memory and over each of `kinds`.
template <Domain D>
[[nodiscard]] Law<D> journals_agree(std::vector<JournalKind> kinds) {
    kinds.push_back({"memory", [] { return std::make_unique<journal::MemoryJournal>(); }});
    return {"journals-agree", "over every journal, live and opened again, events and model are the same",
            [kinds = std::move(kinds)](const History<D>& history) {
                for (const JournalKind& kind : kinds) {
                    auto journal = kind.make();
                    if (!journal) return breaks(kind.name + ": the journal cannot be made");
                    if (Verdict verdict = lives(history, *journal); !verdict)
                        return breaks(kind.name + ": " + verdict.told());
                    if (kind.reopen) journal = kind.reopen(std::move(journal));
                    if (!journal) return breaks(kind.name + ": the journal cannot be opened again");
                    if (Verdict verdict = is_kept(history, *journal); !verdict)
                        return breaks(kind.name + ", opened again: " + verdict.told());
                }
                return holds();
            }};
}

} // namespace evenfold::testing
