/// One call of a verb: the journal and the domain that the command line names.
/// Shape: functions that take `run` open the journal and return the result of `run`. Errors have been printed.
#pragma once

#include <expected>
#include <functional>
#include <string>
#include <string_view>

#include "evenfold/cli/program.hpp"

namespace evenfold::cli {

class Invocation {
public:
    /// The journal and the domain that the command line names. `domain` is empty if it names none.
    struct JournalSelection {
        std::string database;       // empty if the verb uses none
        bool has_database = false;  // whether --db is present; if not, `database` is the default
        bool is_of_project = false; // whether `database` is the journal of the project (project_journal.hpp)
        std::string domain;
        std::uint32_t mode = 0600; // permission bits of a new journal
    };

    using RunOnJournal = std::function<ExitCode(journal::Journal& journal)>;
    using RunOnDomain = std::function<ExitCode(const ProgramDomain& domain, journal::Journal& journal)>;

    /// `program` must outlive the invocation.
    Invocation(const Program& program, JournalSelection selection)
        : program_(program), selection_(std::move(selection)) {}

    /// Returns the journal's file.
    [[nodiscard]] const std::string& database() const { return selection_.database; }
    [[nodiscard]] bool has_database() const { return selection_.has_database; }

    /// Returns the domain that --domain names; else the domain that the journal was created for; else the default.
    [[nodiscard]] std::expected<const ProgramDomain*, ExitCode> domain() const;

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
};

} // namespace evenfold::cli
