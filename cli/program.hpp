/// The program as a library: the verbs over the domains and the storage that a composition root chooses.
///
///     const std::array<ProgramDomain, 1> domains{orchestration_domain};
///     return static_cast<int>(run_program(argc, argv, {.domains = domains, .default_domain = "orchestration", ...}));
///
/// Shape: results go to standard output and messages to standard error.
#pragma once

#include <cstdint>
#include <expected>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "evenfold/cli/domains/program_domain.hpp"
#include "evenfold/cli/exit_code.hpp"
#include "evenfold/journal/access.hpp"
#include "evenfold/journal/chain/source.hpp"
#include "evenfold/journal/chain/verify.hpp"
#include "evenfold/journal/journal.hpp"
#include "evenfold/journal/program_locks.hpp"
#include "evenfold/journal/signer.hpp"

namespace evenfold::cli {

/// How a verb uses a journal.
using JournalAccess = journal::Access;

/// The journal that is to be opened.
struct JournalOpening {
    const std::string& file;
    JournalAccess access = JournalAccess::read_only;
    std::string_view domain;
    std::string_view origin{}; // NOLINT(readability-redundant-member-init): the name of a new one; empty: a random one
    std::uint32_t mode = 0600; // permission bits of a new one
    const std::optional<journal::SigningOptions>& signing;
};

/// The domains and the storage that the program is composed of.
struct Program {
    std::span<const ProgramDomain> domains;
    std::string_view default_domain; // of new journals; if empty, --domain is required
    std::string default_database;    // used if --db is absent; if empty, the journal of the project
    std::string default_signing_key; // used if --signing-key is absent; if empty, no head is signed

    /// Opens the journal that `opening` names. Fails if it belongs to another domain.
    std::function<std::expected<std::unique_ptr<journal::Journal>, journal::Failure>(const JournalOpening& opening)>
        open_journal;
    /// Opens the rows of the journal `file` for a verification, also of a damaged one.
    std::function<std::expected<std::unique_ptr<journal::chain::ChainSource>, journal::Failure>(
        const std::string& file)>
        open_chain;
    /// Creates `into`, a copy of the unsigned journal `file` without the payloads of these events. May be empty.
    std::function<std::expected<void, journal::Failure>(const std::string& file, const std::string& into,
                                                        std::span<const journal::chain::SequenceRange> removed)>
        copy_without_payloads;
    /// Opens the locks that programs beside the journal `database` share; null for a file, which is locked itself.
    std::function<std::expected<std::shared_ptr<journal::ProgramLocks>, journal::Failure>(const std::string& database)>
        open_locks = {}; // NOLINT(readability-redundant-member-init): so that it may be left unnamed
    /// Returns a journal as messages show it, without a password. May be empty: as it is named.
    std::function<std::string(const std::string& database)>
        shown_database{}; // NOLINT(readability-redundant-member-init)
    /// Returns the domain that the journal `file` was created for. Returns nothing if the file cannot be read, does not
    /// exist, or records no domain.
    std::function<std::optional<std::string>(const std::string& file)> recorded_domain;
    /// Called with the name of the verb before it runs. May be empty.
    std::function<void(std::string_view verb)> before_verb;
};

/// Runs the verb that the command line names.
[[nodiscard]] ExitCode run_program(int argc, const char* const* argv, const Program& program);

} // namespace evenfold::cli
