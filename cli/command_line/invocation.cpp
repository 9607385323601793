#include "evenfold/cli/command_line/invocation.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <vector>

#include "evenfold/cli/output/report.hpp"
#include "evenfold/cli/project_journal.hpp"
#include "evenfold/kernel/any_kernel.hpp"

namespace evenfold::cli {

std::expected<const ProgramDomain*, ExitCode> Invocation::domain() const {
    if (!selection_.domain.empty()) return find_domain(selection_.domain, ExitCode::usage);
    const auto recorded = selection_.database.empty() ? std::nullopt : program_.recorded_domain(selection_.database);
    if (recorded) return find_domain(*recorded, ExitCode::failure);
    return find_domain(program_.default_domain, ExitCode::usage);
}

ExitCode Invocation::with_journal(JournalAccess access, const RunOnDomain& run) const {
    const auto found = domain();
    if (!found) return found.error();
    const auto run_on = [&](journal::Journal& journal) { return run(**found, journal); };
    return with_journal_of((*found)->entry->name, access, run_on);
}

ExitCode Invocation::with_journal_of(std::string_view domain, JournalAccess access, const RunOnJournal& run) const {
    if (access == JournalAccess::create && selection_.is_of_project) {
        if (const auto made = make_journal_folder(selection_.database, selection_.mode); !made)
            return report_error(made.error());
    }
    std::optional<journal::SigningOptions> signing;
    if (access != JournalAccess::read_only) {
        const auto ring = keys();
        if (!ring) return ring.error();
        if (const journal::keys::RingKey* key = (*ring)->writing()) signing = journal::SigningOptions{.key = key->key};
    }
    const auto journal = program_.open_journal(
        {.file = selection_.database, .access = access, .domain = domain, .mode = selection_.mode, .signing = signing});
    if (!journal) return report_error(journal.error());
    return run(**journal);
}

std::expected<const journal::keys::KeyRing*, ExitCode> Invocation::keys() const {
    if (!keys_) return std::unexpected(report_error(keys_.error()));
    return &*keys_;
}

std::expected<void, journal::Failure>
Invocation::copy_without_payloads(const std::string& into,
                                  std::span<const journal::chain::SequenceRange> removed) const {
    if (program_.copy_without_payloads) return program_.copy_without_payloads(selection_.database, into, removed);
    return std::unexpected(journal::Failure{.kind = journal::FailureKind::unsupported,
                                            .what = "this program cannot copy a journal without payloads",
                                            .remedy = "sign the journal, and erase them in it"});
}

ExitCode Invocation::with_chain(const RunOnChain& run) const {
    const auto source = program_.open_chain(selection_.database);
    if (!source) return report_error(source.error());
    return run(**source);
}

std::expected<const ProgramDomain*, ExitCode> Invocation::find_domain(std::string_view name, ExitCode otherwise) const {
    std::vector<const kernel::DomainEntry*> entries;
    for (const ProgramDomain& domain : program_.domains) entries.push_back(domain.entry);
    const auto found = kernel::find_domain(entries, name);
    if (found) return &*std::ranges::find(program_.domains, *found, &ProgramDomain::entry);
    const std::string remedy = fmt::format("supported domains: {}", fmt::join(found.error().registered, ", "));
    if (name.empty())
        return std::unexpected(
            report_error("a new journal needs a domain", "name it with --domain; " + remedy, otherwise));
    if (otherwise == ExitCode::usage)
        return std::unexpected(report_error(fmt::format("unknown domain '{}'", name), remedy, otherwise));
    return std::unexpected(report_error(
        fmt::format("{} is a journal of the domain {}, which this program does not support", selection_.database, name),
        remedy, otherwise));
}

} // namespace evenfold::cli
