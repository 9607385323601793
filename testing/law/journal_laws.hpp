/// The law of a domain over several journals: what one keeps, all keep.
/// Cost: the history runs through a kernel over each journal; one in memory is quick, others are their own cost.
/// Source: the law L4 of the orchestration specification, section 6.8.
#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "evenfold/codec/event.hpp"
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

/// Whether `journal` has the events of `history`, as they are stored, and no others.
template <Domain D>
[[nodiscard]] Verdict has_events(const History<D>& history, journal::Journal& journal) {
    const std::vector<typename D::Event> events = history.events();
    std::size_t count = 0;
    bool same = true;
    const auto read = journal.read(1, [&](const journal::Record& record) {
        same = count < events.size();
        if (!same) return false;
        const auto form = codec::to_stored(shape_of<typename D::Event>(), &events[count++]);
        same = record.type == form.type && record.type_version == form.version && record.data == form.data;
        return same;
    });
    if (!read) return breaks("the journal cannot be read: " + read.error().what);
    return same && count == events.size() ? holds() : breaks(fmt::format("other events are stored, from {} on", count));
}

/// Whether `journal` keeps `history`, as a kernel finds it that is opened over it now.
template <Domain D>
[[nodiscard]] Verdict is_kept(const History<D>& history, journal::Journal& journal) {
    if (Verdict verdict = has_events(history, journal); !verdict) return verdict;
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
    const bool own = !kinds.empty();
    kinds.push_back({"memory", [] { return std::make_unique<journal::MemoryJournal>(); }});
    return {"journals-agree", "over every journal, live and opened again, events and model are the same",
            [kinds = std::move(kinds)](const History<D>& told) {
                const History<D> history = permitted(told);
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
            },
            dear, own};
}

} // namespace evenfold::testing
