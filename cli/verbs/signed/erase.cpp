#include <fmt/format.h>

#include "evenfold/cli/output/print.hpp"
#include "evenfold/cli/output/report.hpp"
#include "evenfold/cli/reacting/confirm.hpp"
#include "evenfold/cli/signing/named_events.hpp"
#include "evenfold/cli/signing/removal_plan.hpp"
#include "evenfold/cli/verbs/table.hpp"
#include "evenfold/journal/retention.hpp"
#include "evenfold/journal/signatures.hpp"
#include "evenfold/kernel/event_list.hpp"

namespace evenfold::cli {
namespace {

using namespace journal;

struct EraseOptions {
    std::vector<std::string> events;
    RemovalAuthor author;
    std::string signing_key; // its folder
    std::string into;
    std::optional<std::uint64_t> confirmed; // the number of payloads
};

constexpr std::size_t shown_events = 20;

/// Returns those of the events that have payloads still, and lists the first of them.
std::expected<std::vector<Sequence>, ExitCode> list_present(Journal& journal, const std::vector<Sequence>& named) {
    const auto head = journal.head();
    if (!head) return std::unexpected(report_error(head.error()));
    if (named.back() > *head)
        return std::unexpected(
            report_error(fmt::format("there is no event {}: the last one is {}", named.back(), *head),
                         "`evenfold log` lists the events; nothing was erased"));
    std::vector<Sequence> present;
    for (const chain::SequenceRange& range : ranges_of(named)) {
        const auto read = kernel::visit_events(journal, {.from = range.first}, [&](const Record& record) {
            if (!record.removed && present.size() < shown_events)
                write_to_stdout("{:>8}  {:<26} {}\n", record.sequence, one_line(record.type), one_line(record.stream));
            if (!record.removed) present.push_back(record.sequence);
            return record.sequence < range.last;
        });
        if (!read) return std::unexpected(report_error(read.error()));
    }
    if (present.size() > shown_events) write_to_stdout("     ... {} more\n", present.size() - shown_events);
    return present;
}

void print_effect(const RemovalPlan& plan) {
    if (plan.changes_model())
        write_to_stdout("the model after event {} changes from {} to {}\n", plan.digests.size, plan.digests.before,
                        plan.digests.after);
    else
        write_to_stdout("the model after event {} stays as it is: {}\n", plan.digests.size, plan.digests.before);
}

/// Returns whether the user has typed the number of payloads.
std::expected<void, ExitCode> confirm_count(const EraseOptions& options, std::uint64_t count) {
    if (options.confirmed == count) return {};
    if (options.confirmed)
        return std::unexpected(
            report_error(fmt::format("--yes {} is not the number of payloads, which is {}", *options.confirmed, count),
                         "check the events; nothing was erased"));
    const std::string remedy = fmt::format("to erase them without a question, add --yes {}", count);
    if (!can_confirm())
        return std::unexpected(report_error("nothing was erased, because nobody could be asked", remedy));
    const std::string typed =
        read_reply(fmt::format("This cannot be undone. Type {} to erase {}:", count, count_of(count, "payload")));
    if (typed == std::to_string(count)) return {};
    return std::unexpected(report_error("nothing was erased", remedy));
}

/// Overwrites what a removal that was interrupted has left in the files.
ExitCode complete_erasure(Journal& journal) {
    if (const auto overwritten = journal.signatures()->overwrite_removed(); !overwritten)
        return report_error(overwritten.error());
    write_to_stdout("these payloads were erased before; the storage of the journal has none of their bytes\n");
    return ExitCode::success;
}

/// Makes the erasure that was planned when the journal had `erasures`, whose note states the digests of then.
ExitCode erase_as_planned(Journal& journal, const heads::SigningKey& key, const RemovalPlan& plan,
                          const RemovalAuthor& author, std::uint64_t erasures) {
    const auto held = journal.hold();
    if (!held) return report_error(held.error());
    const auto position = journal.position();
    if (!position) return report_error(position.error());
    if (position->erasures != erasures)
        return report_error("another program has removed payloads meanwhile, so the model is another one",
                            "run it again; nothing was erased");
    const auto number = remove_payloads(journal, key, plan, author, RemovalKind::erasure);
    if (!number) return number.error();
    write_to_stdout("{} erased; removal {} proves it, and the signatures stay valid\n", count_of(plan.count, "payload"),
                    *number);
    return ExitCode::success;
}

ExitCode erase_signed(const ProgramDomain& domain, Journal& journal, const std::string& origin,
                      const EraseOptions& options, const std::vector<Sequence>& named) {
    if (!options.into.empty())
        return report_error("--into is only for a journal that is not signed",
                            "omit it: the signatures of a signed journal stay valid", ExitCode::usage);
    if (options.signing_key.empty() || options.author.by.empty() || options.author.reason.empty())
        return report_error("an erasure is signed: it needs --signing-key, --by and --because",
                            "evenfold erase --event 17 --because 'asked by the customer' --by Ada --signing-key DIR",
                            ExitCode::usage);
    const auto key = load_journal_signer(origin, options.signing_key);
    if (!key) return key.error();
    const auto position = journal.position();
    if (!position) return report_error(position.error());
    const auto present = list_present(journal, named);
    if (!present) return present.error();
    if (present->empty()) return complete_erasure(journal);
    const auto plan = plan_removal(domain, journal, ranges_of(*present));
    if (!plan) return plan.error();
    print_effect(*plan);
    if (!flush_stdout())
        return report_error("cannot write to standard output", "nothing was erased", ExitCode::failure);
    if (const auto confirmed = confirm_count(options, plan->count); !confirmed) return confirmed.error();
    return erase_as_planned(journal, *key, *plan, options.author, position->erasures);
}

ExitCode copy_unsigned(const Invocation& invocation, const ProgramDomain& domain, Journal& journal,
                       const EraseOptions& options, const std::vector<Sequence>& named) {
    if (options.into.empty())
        return report_error(
            fmt::format("{} is not signed, so an erasure could not be proven", invocation.shown_database()),
            "sign it first with `evenfold keys start`, or write a new journal without the payloads "
            "with --into FILE");
    const auto present = list_present(journal, named);
    if (!present) return present.error();
    if (present->empty()) return report_error("these events have no payloads", "nothing was written");
    const auto plan = plan_removal(domain, journal, ranges_of(*present));
    if (!plan) return plan.error();
    print_effect(*plan);
    if (const auto copied = invocation.copy_without_payloads(options.into, plan->ranges); !copied)
        return report_error(copied.error());
    write_to_stdout("{} left out of {}; {} still has them\n", count_of(plan->count, "payload"), one_line(options.into),
                    one_line(invocation.shown_database()));
    return ExitCode::success;
}

ExitCode erase(const Invocation& invocation, const EraseOptions& options) {
    const auto named = named_events(options.events);
    if (!named)
        return report_error(
            fmt::format("'{}' is not a valid --event value: expected 17, or 20-25 for at most 1,000,000 "
                        "events",
                        one_line(named.error())),
            "`evenfold log` lists the events", ExitCode::usage);
    std::string signed_name; // empty if the journal is not signed
    const ExitCode read =
        invocation.with_journal(JournalAccess::read_only, [&](const ProgramDomain& domain, Journal& journal) {
            const auto origin = signed_origin(journal);
            if (!origin) return origin.error();
            signed_name = origin->value_or("");
            return *origin ? ExitCode::success : copy_unsigned(invocation, domain, journal, options, *named);
        });
    if (signed_name.empty()) return read;
    const ExitCode erased =
        invocation.with_journal(JournalAccess::add_heads, [&](const ProgramDomain& domain, Journal& journal) {
            return erase_signed(domain, journal, signed_name, options, *named);
        });
    if (erased == ExitCode::success) print_other_copies(invocation.database());
    return erased;
}

RunVerb declare_erase(OptionSet& set) {
    auto options = std::make_shared<EraseOptions>();
    set.texts("--event EVENT", options->events, "An event, or several as in 20-25; may be repeated").required();
    set.text("--because TEXT", options->author.reason, "The reason, for the signed note");
    set.text("--by NAME", options->author.by, "The name of the author, for the signed note");
    set.number("--yes COUNT", options->confirmed, "Do not ask: erase exactly this number of payloads");
    set.text("--into FILE", options->into, "Of an unsigned journal: write a new one without the payloads");
    return [options](const Invocation& invocation) {
        options->signing_key = invocation.signing_key_folder();
        return erase(invocation, *options);
    };
}

} // namespace

const Verb erase_verb{
    .name = "erase",
    .summary = "Erase the payloads of named events for ever",
    .details =
        "Empties the payloads, and overwrites their bytes in all files of the journal, or rebuilds its table on a\n"
        "server. The events, their times, types and streams, their hashes and all signatures stay, so `verify` still\n"
        "proves everything else. A signed note says who erased them and why, and how the model changed. Copies "
        "outside\n"
        "the journal are not reached. docs/erasure.md explains which parts are gone, which stay, and which are "
        "proven.\n"
        "\n"
        "Asks for the number of payloads, unless --yes gives it. If it was interrupted, run it again: it completes.",
    .takes_keys = true,
    .declare = &declare_erase};

} // namespace evenfold::cli
