#include <fmt/format.h>

#include <algorithm>

#include "evenfold/cli/journals/database_name.hpp"
#include "evenfold/cli/output/print.hpp"
#include "evenfold/cli/output/report.hpp"
#include "evenfold/cli/signing/compacted_copy.hpp"
#include "evenfold/cli/verbs/table.hpp"
#include "evenfold/journal/signatures.hpp"
#include "evenfold/kernel/any_kernel.hpp"

namespace evenfold::cli {
namespace {

using namespace journal;

struct CompactOptions {
    std::string into;
    RemovalAuthor author{.by = {}, .reason = "compaction"};
    std::string signing_key; // its folder
};

/// Plans and copies during one hold, so that the copy has the events of the plan.
ExitCode compact_held(const Invocation& invocation, const ProgramDomain& domain, Journal& journal,
                      const heads::SigningKey& key, const CompactOptions& options) {
    const auto held = journal.hold();
    if (!held) return report_error(held.error());
    const auto plan = domain.entry->plan_compaction(journal, domain.entry->name);
    if (!plan) return report_error(plan.error());
    if (plan->changes.empty()) {
        write_to_stdout("nothing can be compacted; nothing was written\n");
        return ExitCode::success;
    }
    const auto created = create_compacted_copy({.invocation = invocation,
                                                .domain = domain,
                                                .journal = journal,
                                                .plan = *plan,
                                                .key = key,
                                                .author = options.author},
                                               options.into);
    if (!created) return report_error(created.error());
    const auto has_data = [](const kernel::PlannedPayload& change) { return change.data.has_value(); };
    const auto replaced = static_cast<std::uint64_t>(std::ranges::count_if(plan->changes, has_data));
    write_to_stdout("{}: {} of {} left out, and {} replaced; every signature stays valid\n", one_line(options.into),
                    count_of(plan->changes.size() - replaced, "payload"), count_of(plan->head, "event"), replaced);
    return ExitCode::success;
}

ExitCode compact(const Invocation& invocation, const CompactOptions& options) {
    if (options.signing_key.empty() || options.author.by.empty())
        return report_error("a compaction is signed: it needs --signing-key and --by",
                            "evenfold compact --into FILE --by Ada --signing-key DIR", ExitCode::usage);
    if (names_server(options.into))
        return report_error("--into names a file, not a server", "evenfold compact --into FILE", ExitCode::usage);
    return invocation.with_journal(JournalAccess::add_heads, [&](const ProgramDomain& domain, Journal& journal) {
        if (!domain.entry->plan_compaction)
            return report_error(fmt::format("the domain '{}' cannot shorten its log", domain.entry->name),
                                "remove payloads by retention (`evenfold retain`)");
        const auto origin = signed_origin(journal);
        if (!origin) return origin.error();
        if (!*origin)
            return report_error("the journal is not signed, so a compaction could not be proven",
                                "sign it first with `evenfold keys start`");
        const auto key = load_journal_signer(**origin, options.signing_key);
        return key ? compact_held(invocation, domain, journal, *key, options) : key.error();
    });
}

RunVerb declare_compact(OptionSet& set) {
    auto options = std::make_shared<CompactOptions>();
    set.text("--into FILE", options->into, "The new journal").required();
    set.text("--by NAME", options->author.by, "The name of the author, for the signed notes");
    set.text("--because TEXT", options->author.reason, "The reason, for the signed notes (default: compaction)");
    return [options](const Invocation& invocation) {
        options->signing_key = invocation.signing_key_folder();
        return compact(invocation, *options);
    };
}

} // namespace

const Verb compact_verb{
    .name = "compact",
    .summary = "Write a shorter copy of the journal",
    .details =
        "Verifies the journal, and writes a new file with the same events, signatures and heads, in which payloads\n"
        "that the model does not need are left out or joined. The model stays the same. Signed notes say which\n"
        "payloads were changed, and by which version of the function, so the copy can be verified, and anybody with\n"
        "the old journal can repeat it. The old journal stays as it is. docs/compaction.md explains what is proven.",
    .takes_keys = true,
    .declare = &declare_compact};

} // namespace evenfold::cli
