#include "evenfold/testing/law/journal_laws.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <span>

#include "evenfold/codec/event.hpp"

namespace evenfold::testing::kit {
namespace {

/// Checks that `journal` has the events of `history` in their stored form, and no others.
Verdict has_events(const AnyHistory& history, journal::Journal& journal) {
    const std::vector<const void*> events = history.events();
    const auto records = journal::read_all(journal);
    if (!records) return breaks("cannot read the journal: " + records.error().what);
    MemorySealer sealer;
    const auto is_stored = [&](const void* event, const journal::Record& record) {
        const auto form = codec::to_stored(history.domain().event_shape(), event, {}, &sealer);
        return record.type == form.type && record.type_version == form.version && record.data == form.data;
    };
    const auto [other, stored] = std::ranges::mismatch(events, *records, is_stored);
    if (other == events.end() && stored == records->end()) return holds();
    return breaks(fmt::format("the stored events differ from event {} on", stored - records->begin()));
}

/// Checks that `journal` has `history`, and that a kernel opened over it now has its model.
Verdict check_stored(const AnyHistory& history, journal::Journal& journal) {
    if (Verdict verdict = has_events(history, journal); !verdict) return verdict;
    const KernelDriver driver(history.domain(), journal);
    if (!driver.is_open()) return breaks("cannot replay the journal");
    return equal("the replayed model differs", history.domain().model_type(), history.model(), driver.model().get());
}

/// Submits the commands of `history` to a kernel over `journal`, in groups of 1, 2, 4, ..., so that a journal with slow
/// appends needs only a few.
Verdict check_live(const AnyHistory& history, journal::Journal& journal) {
    const AnyTestable& domain = history.domain();
    KernelDriver driver(domain, journal);
    if (!driver.is_open()) return breaks("cannot open a kernel over the journal");
    std::vector<const void*> commands;
    for (std::size_t index = 0; index < history.size(); ++index) commands.push_back(history.step(index).command);
    std::size_t begin = 0;
    for (std::size_t size = 1; begin < commands.size(); size *= 2) {
        const auto group = std::span(commands).subspan(begin, std::min(size, commands.size() - begin));
        const auto outcomes = driver.submit_all(begin + 1, group);
        for (std::size_t index = 0; index < group.size(); ++index) {
            if (Verdict verdict = same_decision(domain, history.step(begin + index), outcomes[index]); !verdict)
                return verdict;
        }
        begin += group.size();
    }
    return equal("the live model differs", domain.model_type(), history.model(), driver.model().get());
}

Verdict check_journal(const AnyHistory& history, const JournalKind& kind) {
    auto journal = kind.make();
    if (!journal) return breaks(kind.name + ": cannot create the journal");
    if (Verdict verdict = check_live(history, *journal); !verdict) return breaks(kind.name + ": " + verdict.message());
    if (kind.reopen) journal = kind.reopen(std::move(journal));
    if (!journal) return breaks(kind.name + ": cannot reopen the journal");
    const Verdict stored = check_stored(history, *journal);
    return stored ? holds() : breaks(kind.name + ", reopened: " + stored.message());
}

} // namespace

AnyLaw journals_agree(std::vector<JournalKind> kinds) {
    const bool own = !kinds.empty();
    kinds.push_back({"memory", [] { return std::make_unique<journal::MemoryJournal>(); }});
    return {"journals-agree", "events and model are the same over every journal, live and after it is opened again",
            [kinds = std::move(kinds)](const AnyHistory& told) {
                const PermittedHistory permitted(told);
                for (const JournalKind& kind : kinds) {
                    if (Verdict verdict = check_journal(permitted.history(), kind); !verdict) return verdict;
                }
                return holds();
            },
            kernel_law_interval, own};
}

} // namespace evenfold::testing::kit
