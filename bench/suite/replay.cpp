#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <memory>

#include "evenfold/bench/suite/cases.hpp"
#include "evenfold/bench/suite/stored/bare_sqlite.hpp"
#include "evenfold/bench/suite/stored/stored.hpp"
#include "evenfold/core/reflection/digest.hpp"
#include "evenfold/journal/chain/verify.hpp"
#include "evenfold/journal/signatures.hpp"
#include "evenfold/kernel/kernel.hpp"

namespace evenfold::bench {

namespace {

using Domain = orchestration::Orchestration;
using orchestration::Model;

/// A journal of the mix, closed and opened again, as a program finds it at its start.
struct StoredMix {
    Folder folder;
    std::unique_ptr<journal::Journal> journal;
    std::unique_ptr<BareSqlite> bare;
    std::size_t events = 0;
    std::string digest; // of the model after these events
};

std::shared_ptr<StoredMix> stored(std::size_t events, bool is_signed = false) {
    constexpr std::size_t group = 2'000;
    auto made = std::make_shared<StoredMix>();
    const auto file = made->folder.file("journal.db");
    std::vector<journal::Batch> batches;
    Model model;
    for (Accepted& one : accepted_of(events)) {
        made->events += one.events.size();
        model = fold(std::move(model), one.events);
        batches.push_back(std::move(one.batch));
    }
    made->digest = to_text(digest(model));
    made->journal = new_journal(file, is_signed);
    for (std::size_t at = 0; at < batches.size(); at += group) {
        const auto some = std::span(batches).subspan(at, std::min(group, batches.size() - at));
        if (!made->journal->append(some, std::nullopt)) std::abort();
    }
    made->journal.reset();
    made->journal = new_journal(file, is_signed);
    made->bare = std::make_unique<BareSqlite>(file, is_signed);
    return made;
}

/// Returns the expected digest if all events were read; sides that only read have no state to digest.
std::string all_read(const StoredMix& log, Sequence head) {
    return head == log.events ? log.digest : fmt::format("{} of {} events", head, log.events);
}

std::string digest_of(const kernel::ReplayedModel<Domain>& state) {
    return to_text(digest(state.model));
}

std::string scan_barely(StoredMix& log, RunTimer& watch) {
    watch.start();
    const std::size_t rows = log.bare->scan();
    watch.stop();
    return all_read(log, rows);
}

std::string read(StoredMix& log, RunTimer& watch) {
    Sequence head = 0;
    watch.start();
    const auto cursor = log.journal->open_cursor({});
    journal::EventPage page;
    while (cursor && (*cursor)->next(page).value_or(false)) {
        for (const journal::Record& record : page.records()) head = record.sequence;
    }
    watch.stop();
    return all_read(log, head);
}

std::string replay_alone(StoredMix& log, RunTimer& watch) {
    kernel::ReplayedModel<Domain> state;
    watch.start();
    const auto failure = kernel::advance<Domain>(*log.journal, state);
    watch.stop();
    return failure ? "it failed" : digest_of(state);
}

std::string replay(StoredMix& log, RunTimer& watch) {
    watch.start();
    const auto replayed = kernel::replay<Domain>(*log.journal);
    watch.stop();
    return replayed ? digest_of(*replayed) : "it failed";
}

std::string catch_up(StoredMix& log, RunTimer& watch) {
    watch.start();
    const auto opened = kernel::Kernel<Domain>::open(*log.journal, [] { return stored_at; });
    watch.stop();
    return opened ? (*opened)->read([](const Model& model, Sequence) { return to_text(digest(model)); }) : "it failed";
}

std::string verify_all(StoredMix& log, RunTimer& watch) {
    const auto source = log.journal->signatures()->open_chain();
    journal::chain::ChainTrust trust;
    trust.secrets.push_back(suite_key());
    watch.start();
    const auto report = journal::chain::verify(**source, trust);
    watch.stop();
    return report && report->ok() ? all_read(log, report->events) : "it is not proven";
}

} // namespace

void add_replay_cases(const BenchEffort& effort) {
    const auto log = stored(effort.events);
    const auto against_scan = [&](const char* name, const char* goal, double required, double aimed,
                                  std::string (*product)(StoredMix&, RunTimer&)) {
        add({.name = name,
             .goal = goal,
             .required = required,
             .aimed = aimed,
             .events = log->events,
             .pairs = effort.pairs,
             .product = [log, product](RunTimer& watch) { return product(*log, watch); },
             .limit = [log](RunTimer& watch) { return scan_barely(*log, watch); }});
    };
    against_scan("journal/scan", "records, against a bare scan", 0, 0, &read);
    against_scan("replay/one thread", "P4", 0.40, 0.55, &replay_alone);
    against_scan("replay/two threads", "P4", 0.60, 0.90, &replay);
    against_scan("replay/kernel open", "catch-up at start", 0, 0, &catch_up);
    const auto signed_log = stored(effort.events, true);
    add({.name = "journal/verify",
         .goal = "verification, against a bare scan",
         .required = 0.35,
         .aimed = 0,
         .events = signed_log->events,
         .pairs = effort.pairs,
         .product = [signed_log](RunTimer& watch) { return verify_all(*signed_log, watch); },
         .limit = [signed_log](RunTimer& watch) { return scan_barely(*signed_log, watch); }});
}

} // namespace evenfold::bench
