/// One call of a verb: the journal and the domain that the command line names.
/// Shape: functions that take `run` open the journal and return the result of `run`. Errors have been printed.
#pragma once

#include <expected>
#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "evenfold/cli/program.hpp"
#include "evenfold/journal/keys/key_ring.hpp"

namespace evenfold::cli {

/// The secrets that the environment and the command line name, or why they cannot be read. A verb that needs none
/// ignores the failure.
using GivenKeys = std::expected<journal::keys::KeyRing, journal::Failure>;

class Invocation {
public:
    /// The journal and the domain that the command line names. `domain` is empty if it names none.
    struct JournalSelection {
        std::string database;       // empty if the verb uses none
        bool has_database = false;  // whether --db is present; if not, `database` is the default
        bool is_of_project = false; // whether `database` is the journal of the project (project_journal.hpp)
        std::string domain;
        std::uint32_t mode = 0600; // permission bits of a new journal
        std::string keys;          // the folder of secrets; empty for that of the environment
        bool development_key = false;
    };

    using RunOnJournal = std::function<ExitCode(journal::Journal& journal)>;
    using RunOnChain = std::function<ExitCode(journal::chain::ChainSource& source)>;
    using RunOnDomain = std::function<ExitCode(const ProgramDomain& domain, journal::Journal& journal)>;

    /// `program` must outlive the invocation.
    Invocation(const Program& program, JournalSelection selection, GivenKeys keys)
        : program_(program), selection_(std::move(selection)), keys_(std::move(keys)) {}

    /// Returns the journal's file.
    [[nodiscard]] const std::string& database() const { return selection_.database; }
    [[nodiscard]] bool has_database() const { return selection_.has_database; }

    /// Returns the domain that --domain names; else the domain that the journal was created for; else the default.
    [[nodiscard]] std::expected<const ProgramDomain*, ExitCode> domain() const;

    /// Returns the secrets that the user has given.
    [[nodiscard]] std::expected<const journal::keys::KeyRing*, ExitCode> keys() const;
    /// Returns the folder of secrets that the command line names; empty if it names none.
    [[nodiscard]] const std::string& keys_folder() const { return selection_.keys; }

    /// Opens the rows of the journal and calls `run` with them.
    [[nodiscard]] ExitCode with_chain(const RunOnChain& run) const;

    /// Creates `into`, a copy of the unsigned journal without the payloads of these events.
    [[nodiscard]] std::expected<void, journal::Failure>
    copy_without_payloads(const std::string& into, std::span<const journal::chain::SequenceRange> removed) const;

    /// Opens the journal of `domain()` and calls `run` with it.
    [[nodiscard]] ExitCode with_journal(JournalAccess access, const RunOnDomain& run) const;
    /// Opens the journal, which must be of that domain, and calls `run` with it.
    [[nodiscard]] ExitCode
    with_journal_of(std::string_view domain, JournalAccess access, const RunOnJournal& run) const;

private:
    /// Reports an error and returns `otherwise` if the program has no domain of that name.
    [[nodiscard]] std::expected<const ProgramDomain*, ExitCode>
    find_domain(std::string_view name, ExitCode otherwise) const;

    const Program& program_;
    JournalSelection selection_;
    GivenKeys keys_;
};

} // namespace evenfold::cli
