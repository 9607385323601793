/// One call of a verb: the journal and the domain that the command line names.
/// Shape: functions that take `run` open the journal and return the result of `run`. Errors have been printed.
#pragma once

#include <expected>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "evenfold/cli/program.hpp"
#include "evenfold/journal/heads/keys.hpp"
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
        std::string origin;        // the name of a new journal; empty: a random one
        std::string keys;          // the folder of secrets; empty for that of the environment
        bool development_key = false;
        std::string signing_key; // the folder of the key that signs heads; empty if none does
    };

    using RunOnJournal = std::function<ExitCode(journal::Journal& journal)>;
    using RunOnChain = std::function<ExitCode(journal::chain::ChainSource& source)>;
    using RunOnDomain = std::function<ExitCode(const ProgramDomain& domain, journal::Journal& journal)>;

    /// `program` must outlive the invocation.
    Invocation(const Program& program, JournalSelection selection, GivenKeys keys)
        : program_(program), selection_(std::move(selection)), keys_(std::move(keys)) {}

    /// Returns the journal's file, or the URL of a journal on a server, which may contain a password.
    [[nodiscard]] const std::string& database() const { return selection_.database; }
    /// Returns the journal's name for messages.
    [[nodiscard]] std::string shown_database() const;
    [[nodiscard]] bool has_database() const { return selection_.has_database; }

    /// Returns the name that --origin gives to a new journal; empty if it gives none.
    [[nodiscard]] const std::string& new_origin() const { return selection_.origin; }

    /// Returns the name that --domain has; empty if it is absent.
    [[nodiscard]] const std::string& named_domain() const { return selection_.domain; }

    /// Returns the domain that --domain names; else the domain that the journal was created for; else the default.
    [[nodiscard]] std::expected<const ProgramDomain*, ExitCode> domain() const;

    /// Returns the secrets that the user has given.
    [[nodiscard]] std::expected<const journal::keys::KeyRing*, ExitCode> keys() const;
    /// Returns the folder of secrets that the command line names; empty if it names none.
    [[nodiscard]] const std::string& keys_folder() const { return selection_.keys; }

    /// Returns the key that signs heads, if the user has named one.
    [[nodiscard]] std::expected<std::optional<journal::heads::SigningKey>, ExitCode> signing_key() const;

    /// Returns the folder of that key; empty if the user has named none.
    [[nodiscard]] const std::string& signing_key_folder() const { return selection_.signing_key; }

    /// Returns the locks that programs beside the journal share; null if it is a file, which is locked itself.
    [[nodiscard]] std::expected<std::shared_ptr<journal::ProgramLocks>, ExitCode> open_locks() const;

    /// Opens the rows of the journal and calls `run` with them.
    [[nodiscard]] ExitCode with_chain(const RunOnChain& run) const;

    /// Returns the names, the keys and the head of the journal; nothing if it does not exist.
    [[nodiscard]] std::expected<std::optional<journal::chain::ChainStart>, ExitCode> present_journal() const;

    /// Creates `into`, a copy of the unsigned journal without the payloads of these events.
    [[nodiscard]] std::expected<void, journal::Failure>
    copy_without_payloads(const std::string& into, std::span<const journal::chain::SequenceRange> removed) const;

    /// Opens a copy of the journal in the file `file`.
    [[nodiscard]] std::expected<std::unique_ptr<journal::Journal>, journal::Failure>
    open_copy(const std::string& file, JournalAccess access, const journal::chain::ChainStart& names) const;

    /// Opens the journal of `domain()` and calls `run` with it. If the journal may be appended to, and there is a
    /// signing key, heads are signed meanwhile and at the end.
    [[nodiscard]] ExitCode with_journal(JournalAccess access, const RunOnDomain& run) const;
    /// Opens the journal, also of a domain that the program does not have, and calls `run` with it.
    [[nodiscard]] ExitCode with_any_journal(JournalAccess access, const RunOnJournal& run) const;
    /// Opens the journal, which must be of that domain, and calls `run` with it.
    [[nodiscard]] ExitCode
    with_journal_of(std::string_view domain, JournalAccess access, const RunOnJournal& run) const;

    /// Opens the journal to store rows of another copy of it, and calls `run` with it. Creates it if it does not exist.
    [[nodiscard]] ExitCode
    with_copy_of(std::string_view origin, std::string_view domain, const RunOnJournal& run) const;

private:
    /// Creates the folder of the project's journal, if that is selected.
    [[nodiscard]] ExitCode make_folder() const;
    /// Reports an error and returns `otherwise` if the program has no domain of that name.
    [[nodiscard]] std::expected<const ProgramDomain*, ExitCode>
    find_domain(std::string_view name, ExitCode otherwise) const;

    const Program& program_;
    JournalSelection selection_;
    GivenKeys keys_;
};

} // namespace evenfold::cli
