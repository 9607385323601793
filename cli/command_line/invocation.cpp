#include "evenfold/cli/command_line/invocation.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <vector>

#include "evenfold/cli/output/report.hpp"
#include "evenfold/kernel/any_kernel.hpp"

namespace evenfold::cli {
namespace {

std::string_view name_of_domain(const ProgramDomain& domain) {
    return domain.entry->name;
}

} // namespace

std::expected<const ProgramDomain*, ExitCode> Invocation::domain() const {
    if (!names_.domain.empty()) return domain_named(names_.domain, ExitCode::usage);
    const auto recorded = names_.database.empty() ? std::nullopt : program_.recorded_domain(names_.database);
    if (recorded) return domain_named(*recorded, ExitCode::failure);
    return domain_named(program_.default_domain, ExitCode::usage);
}

ExitCode Invocation::with_journal(JournalAccess access, const RunOnDomain& run) const {
    const auto found = domain();
    if (!found) return found.error();
    const auto run_on = [&](journal::Journal& journal) { return run(**found, journal); };
    return with_journal_of((*found)->entry->name, access, run_on);
}

ExitCode Invocation::with_journal_of(std::string_view domain, JournalAccess access, const RunOnJournal& run) const {
    const auto journal = program_.open_journal(names_.database, access, domain);
    if (!journal) return report_error(journal.error());
    return run(**journal);
}

std::expected<const ProgramDomain*, ExitCode>
Invocation::domain_named(std::string_view name, ExitCode otherwise) const {
    const auto found = std::ranges::find(program_.domains, name, name_of_domain);
    if (found != program_.domains.end()) return &*found;
    std::vector<std::string_view> names;
    for (const ProgramDomain& domain : program_.domains) names.push_back(name_of_domain(domain));
    const std::string remedy = fmt::format("the domains are {}", fmt::join(names, ", "));
    if (name.empty())
        return std::unexpected(
            report_error("no domain is named for a new journal", "name it with --domain; " + remedy, otherwise));
    if (otherwise == ExitCode::usage)
        return std::unexpected(report_error(fmt::format("there is no domain '{}'", name), remedy, otherwise));
    return std::unexpected(report_error(
        fmt::format("{}: a journal of the domain {}, which this program does not have", names_.database, name), remedy,
        otherwise));
}

} // namespace evenfold::cli
