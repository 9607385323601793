#include "evenfold/cli/command_line/invocation.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <vector>

#include "evenfold/cli/output/report.hpp"
#include "evenfold/cli/project_journal.hpp"
#include "evenfold/cli/signing/signed_heads.hpp"
#include "evenfold/journal/heads/signer_files.hpp"
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

ExitCode Invocation::with_any_journal(JournalAccess access, const RunOnJournal& run) const {
    std::string domain = selection_.domain;
    if (domain.empty())
        domain = program_.recorded_domain(selection_.database).value_or(std::string(program_.default_domain));
    return with_journal_of(domain, access, run);
}

ExitCode Invocation::with_journal_of(std::string_view domain, JournalAccess access, const RunOnJournal& run) const {
    std::optional<journal::SigningOptions> signing;
    std::optional<journal::heads::SigningKey> head_key;
    if (access >= JournalAccess::read_write) { // before the journal may be created
        const auto ring = keys();
        if (!ring) return ring.error();
        if (const journal::keys::RingKey* key = (*ring)->writing()) signing = journal::SigningOptions{.key = key->key};
        auto named = signing_key();
        if (!named) return named.error();
        head_key = *std::move(named);
    }
    if (access == JournalAccess::create) {
        if (const auto made = make_folder(); made != ExitCode::success) return made;
    }
    const auto journal = program_.open_journal({.file = selection_.database,
                                                .access = access,
                                                .domain = domain,
                                                .origin = selection_.origin,
                                                .mode = selection_.mode,
                                                .signing = signing});
    if (!journal) return report_error(journal.error());
    if (!head_key) return run(**journal);
    return with_signed_heads(**journal, *std::move(head_key), [&] { return run(**journal); });
}

ExitCode Invocation::with_copy_of(std::string_view origin, std::string_view domain, const RunOnJournal& run) const {
    if (const auto made = make_folder(); made != ExitCode::success) return made;
    JournalOpening opening{.file = selection_.database,
                           .access = JournalAccess::add_heads, // needs no key of an existing journal
                           .domain = domain,
                           .origin = origin,
                           .mode = selection_.mode,
                           .signing = std::nullopt};
    auto journal = program_.open_journal(opening);
    if (!journal && journal.error().kind == journal::FailureKind::not_found) {
        opening.access = JournalAccess::create;
        journal = program_.open_journal(opening);
    }
    return journal ? run(**journal) : report_error(journal.error());
}

std::expected<std::optional<journal::chain::ChainStart>, ExitCode> Invocation::present_journal() const {
    const auto source = program_.open_chain(selection_.database);
    if (!source && source.error().kind == journal::FailureKind::not_found) return std::nullopt;
    auto start = source ? (*source)->start() : std::unexpected(source.error());
    if (!start) return std::unexpected(report_error(start.error()));
    return *std::move(start);
}

ExitCode Invocation::make_folder() const {
    if (!selection_.is_of_project) return ExitCode::success;
    const auto made = make_journal_folder(selection_.database, selection_.mode);
    return made ? ExitCode::success : report_error(made.error());
}

std::expected<std::optional<journal::heads::SigningKey>, ExitCode> Invocation::signing_key() const {
    if (selection_.signing_key.empty()) return std::nullopt;
    auto key = journal::heads::load_signing_key(selection_.signing_key);
    if (!key) return std::unexpected(report_error(key.error()));
    return *std::move(key);
}

std::string Invocation::shown_database() const {
    return program_.shown_database ? program_.shown_database(selection_.database) : selection_.database;
}

std::expected<std::shared_ptr<journal::ProgramLocks>, ExitCode> Invocation::open_locks() const {
    if (!program_.open_locks) return nullptr;
    auto locks = program_.open_locks(selection_.database);
    if (!locks) return std::unexpected(report_error(locks.error()));
    return std::move(*locks);
}

std::expected<const journal::keys::KeyRing*, ExitCode> Invocation::keys() const {
    if (!keys_) return std::unexpected(report_error(keys_.error()));
    return &*keys_;
}

std::expected<std::unique_ptr<journal::Journal>, journal::Failure>
Invocation::open_copy(const std::string& file, JournalAccess access, const journal::chain::ChainStart& names) const {
    const std::optional<journal::SigningOptions> signing;
    return program_.open_journal(
        {.file = file, .access = access, .domain = names.domain, .origin = names.origin, .signing = signing});
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
        fmt::format("{} is a journal of the domain {}, which this program does not support", shown_database(), name),
        remedy, otherwise));
}

} // namespace evenfold::cli
