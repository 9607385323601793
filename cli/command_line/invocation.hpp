/// One call of a verb: the journal and the domain that the command line names.
/// Shape: functions that take `run` open the journal, call it, and return what it returns. Errors have been printed.
#pragma once

#include <expected>
#include <functional>
#include <string>
#include <string_view>

#include "evenfold/cli/program.hpp"

namespace evenfold::cli {

class Invocation {
public:
    /// The names on the command line. An empty `domain` means that it names none.
    struct JournalSelection {
        std::string database;      // empty if the verb uses none
        bool has_database = false; // whether --db is present; if not, `database` is the default
        std::string domain;
    };

    using RunOnJournal = std::function<ExitCode(journal::Journal& journal)>;
    using RunOnDomain = std::function<ExitCode(const ProgramDomain& domain, journal::Journal& journal)>;

    /// `program` must outlive the invocation.
    Invocation(const Program& program, JournalSelection names) : program_(program), names_(std::move(names)) {}

    /// Returns the journal's file.
    [[nodiscard]] const std::string& database() const { return names_.database; }
    [[nodiscard]] bool has_database() const { return names_.has_database; }

    /// Returns the domain that --domain names; else the domain that the journal was created for; else the default.
    [[nodiscard]] std::expected<const ProgramDomain*, ExitCode> domain() const;

    /// Opens the journal of `domain()` and calls `run` with it.
    [[nodiscard]] ExitCode with_journal(JournalAccess access, const RunOnDomain& run) const;
    /// Opens the journal, which must be of that domain, and calls `run` with it.
    [[nodiscard]] ExitCode
    with_journal_of(std::string_view domain, JournalAccess access, const RunOnJournal& run) const;

private:
    [[nodiscard]] std::expected<const ProgramDomain*, ExitCode>
    domain_named(std::string_view name, ExitCode otherwise) const;

    const Program& program_;
    JournalSelection names_;
};

} // namespace evenfold::cli
