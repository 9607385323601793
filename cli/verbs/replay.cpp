#include <fmt/format.h>

#include "evenfold/cli/output/json_printer.hpp"
#include "evenfold/cli/output/print.hpp"
#include "evenfold/cli/output/report.hpp"
#include "evenfold/cli/verbs/table.hpp"
#include "evenfold/kernel/any_kernel.hpp"
#include "evenfold/kernel/fresh_id.hpp"

namespace evenfold::cli {
namespace {

struct ReplayOptions {
    bool json = false;
};

void print_json(const kernel::ReplayComparison& replayed, double rate) {
    const std::string json =
        fmt::format(R"({{"events":{},"events_per_second":{:#},"unknown_events":{},"removed_events":{},"equal":{},)"
                    R"("digest_live":"{}","digest_replayed":"{}","digest_from_snapshot":"{}"}})",
                    replayed.events, rate, replayed.unknown_events, replayed.removed_events, replayed.is_equal(),
                    replayed.digest_live, replayed.digest_replayed, replayed.digest_from_snapshot);
    print_document(json);
}

void print_text(const kernel::ReplayComparison& replayed, double rate) {
    write_to_stdout("{} replayed at {:.0f} events/s\n", count_of(replayed.events, "event"), rate);
    if (replayed.unknown_events > 0)
        write_to_stdout("{} of unknown types ignored\n", count_of(replayed.unknown_events, "event"));
    if (replayed.removed_events > 0)
        write_to_stdout("{} without payloads, which were removed\n", count_of(replayed.removed_events, "event"));
    write_to_stdout("live model      {}\nfrom scratch    {}\nfrom a snapshot {}\n", replayed.digest_live,
                    replayed.digest_replayed, replayed.digest_from_snapshot);
    if (replayed.is_equal()) write_to_stdout("equal\n");
}

ExitCode compare_replay(const kernel::DomainEntry& domain, journal::Journal& journal, const ReplayOptions& options) {
    if (const auto verified = journal.verify(); !verified) return report_error(verified.error());
    const auto kernel = domain.open(domain, journal, &kernel::now);
    if (!kernel) return report_error(kernel.error());
    const auto replayed = (*kernel)->compare_replay();
    if (!replayed) return report_error(replayed.error());
    const double rate = replayed->seconds > 0 ? static_cast<double>(replayed->events) / replayed->seconds : 0;
    options.json ? print_json(*replayed, rate) : print_text(*replayed, rate);
    if (replayed->is_equal()) return ExitCode::success;
    return report_error("the replayed model differs from the live one",
                        "keep the journal, and report this as a bug in evenfold");
}

RunVerb declare_replay(OptionSet& set) {
    auto options = std::make_shared<ReplayOptions>();
    set.flag("--json", options->json, "Print JSON");
    return [options](const Invocation& invocation) {
        return invocation.with_journal(JournalAccess::read_only,
                                       [&](const ProgramDomain& domain, journal::Journal& journal) {
                                           return compare_replay(*domain.entry, journal, *options);
                                       });
    };
}

} // namespace

const Verb replay_verb{
    .name = "replay",
    .summary = "Replay all events and check that they lead to the live model",
    .details =
        "Checks all rows of the journal first: sequences and versions without gaps, and a receipt for each event.\n"
        "Compares three digests: of the live model, of a fold of all events from scratch, and of a fold that is\n"
        "continued from a snapshot half-way.\n"
        "\n"
        "Exit status: 1 if the digests differ.",
    .declare = &declare_replay};

} // namespace evenfold::cli
