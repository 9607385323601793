#include <fmt/format.h>

#include "evenfold/cli/output/print.hpp"
#include "evenfold/cli/output/report.hpp"
#include "evenfold/cli/signing/removal_plan.hpp"
#include "evenfold/cli/signing/retention_policy.hpp"
#include "evenfold/cli/verbs/table.hpp"
#include "evenfold/journal/signatures.hpp"
#include "evenfold/kernel/fresh_id.hpp"

namespace evenfold::cli {
namespace {

using namespace journal;

struct RetainOptions {
    std::string policy;
    bool removes = false;
    RemovalAuthor author{.by = {}, .reason = "retention"};
    std::string signing_key;
};

/// Prints how many events each rule releases.
void print_released(const std::vector<RetentionRule>& rules, const ReleasedEvents& released) {
    for (std::size_t rule = 0; rule < rules.size(); ++rule)
        write_to_stdout("rule {}: {} of the streams '{}*'\n", rule + 1, count_of(released.by_rule[rule], "payload"),
                        one_line(rules[rule].stream_prefix));
}

/// Returns the removal that the policy asks for, if it leaves the model as it is.
std::expected<RemovalPlan, ExitCode>
plan_retention(const ProgramDomain& domain, Journal& journal, const std::vector<RetentionRule>& rules) {
    auto released = released_events(journal, rules, kernel::now());
    if (!released) return std::unexpected(report_error(released.error()));
    print_released(rules, *released);
    if (released->count == 0) return RemovalPlan{};
    auto plan = plan_removal(domain, journal, std::move(released->ranges));
    if (!plan || !plan->changes_model()) return plan;
    return std::unexpected(report_error(
        fmt::format("without these {}, the model after event {} would change from {} to {}",
                    count_of(plan->count, "payload"), plan->digests.size, plan->digests.before, plan->digests.after),
        "name only events that the model does not need any more, such as those of deleted threads; nothing "
        "was removed"));
}

ExitCode show_released(const Invocation& invocation, const std::vector<RetentionRule>& rules) {
    return invocation.with_journal(JournalAccess::read_only, [&](const ProgramDomain& domain, Journal& journal) {
        const auto plan = plan_retention(domain, journal, rules);
        if (!plan) return plan.error();
        if (plan->count > 0)
            write_to_stdout("{} would be removed, and the model stays {}; --do removes them\n",
                            count_of(plan->count, "payload"), plan->digests.before);
        return ExitCode::success;
    });
}

/// Plans and removes during one hold, so that the model is that of all events.
ExitCode remove_released(const ProgramDomain& domain, Journal& journal, const std::vector<RetentionRule>& rules,
                         const RetainOptions& options) {
    const auto origin = signed_origin(journal);
    if (!origin) return origin.error();
    if (!*origin)
        return report_error("the journal is not signed, so a removal could not be proven",
                            "sign it first with `evenfold keys start`");
    const auto key = load_journal_signer(**origin, options.signing_key);
    if (!key) return key.error();
    const auto held = journal.hold();
    if (!held) return report_error(held.error());
    const auto plan = plan_retention(domain, journal, rules);
    if (!plan) return plan.error();
    if (plan->count == 0) { // it may have been interrupted before
        const auto overwritten = journal.signatures()->overwrite_removed();
        return overwritten ? ExitCode::success : report_error(overwritten.error());
    }
    const auto number = remove_payloads(journal, *key, *plan, options.author, RemovalKind::retention);
    if (!number) return number.error();
    write_to_stdout("{} removed; removal {} proves it, and the model stays {}\n", count_of(plan->count, "payload"),
                    *number, plan->digests.before);
    return ExitCode::success;
}

ExitCode retain(const Invocation& invocation, const RetainOptions& options) {
    const auto rules = read_retention_policy(options.policy);
    if (!rules) return report_error(rules.error());
    if (!options.removes) return show_released(invocation, *rules);
    if (options.signing_key.empty() || options.author.by.empty())
        return report_error("a removal is signed: --do needs --signing-key and --by",
                            "evenfold retain --policy FILE --do --by Ada --signing-key DIR", ExitCode::usage);
    const ExitCode removed =
        invocation.with_journal(JournalAccess::add_heads, [&](const ProgramDomain& domain, Journal& journal) {
            return remove_released(domain, journal, *rules, options);
        });
    if (removed == ExitCode::success) print_other_copies(invocation.database());
    return removed;
}

RunVerb declare_retain(OptionSet& set) {
    auto options = std::make_shared<RetainOptions>();
    set.text("--policy FILE", options->policy, "The rules, as below").required();
    set.flag("--do", options->removes, "Remove the payloads; without it they are only counted");
    set.text("--by NAME", options->author.by, "The name of the author, for the signed note");
    set.text("--because TEXT", options->author.reason, "The reason, for the signed note (default: retention)");
    return [options](const Invocation& invocation) {
        options->signing_key = invocation.signing_key_folder();
        return retain(invocation, *options);
    };
}

} // namespace

const Verb retain_verb{
    .name = "retain",
    .summary = "Remove payloads that a retention policy does not keep",
    .details =
        "The policy is a JSON file: [{\"stream_prefix\", \"types\", \"older_than_days\", \"keep_last\"}]. A rule\n"
        "releases the events of the types in the streams with this prefix that were stored that many days ago, except\n"
        "for the last ones in each stream. Without types it is about all. Refuses unless the model stays the same:\n"
        "`erase` may change it.\n"
        "\n"
        "Events, times, types, hashes and all signatures stay. docs/erasure.md explains which parts are gone.",
    .takes_keys = true,
    .declare = &declare_retain};

} // namespace evenfold::cli
