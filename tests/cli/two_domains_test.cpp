#include <doctest/doctest.h>
#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cstdio>

#include "evenfold/cli/domains/measure.hpp"
#include "evenfold/cli/domains/orchestration.hpp"
#include "evenfold/cli/program.hpp"
#include "evenfold/cli/verbs/table.hpp"
#include "evenfold/journal/sqlite/sqlite_journal.hpp"
#include "evenfold/tests/cli/program.hpp"
#include "evenfold/tests/kernel/bank.hpp"
#include "evenfold/tests/kernel/bank_entry.hpp"
#include "evenfold/tests/support/build_paths.hpp"

// The verbs work with any domain: here the program has a second one.

namespace evenfold::cli_test {
namespace {

constexpr const char* account = "0192d3a0-6c1e-7b5e-8f00-3b9f5e1c2a77";

const std::array<cli::ProgramDomain, 2> domains{
    cli::orchestration_domain,
    cli::ProgramDomain{.entry = &bank::bank_entry, .measure = &cli::measure_journal<bank::Bank>}};

/// Runs the program with two domains, in this process.
class TwoDomains {
public:
    explicit TwoDomains(std::string_view default_domain = "orchestration")
        : program_{.domains = domains,
                   .default_domain = default_domain,
                   .default_database = fixture_.path("evenfold.db"),
                   .default_signing_key = {},
                   .open_journal =
                       [](const cli::JournalOpening& opening) {
                           return journal::open_sqlite_journal(
                               opening.file,
                               opening.access == cli::JournalAccess::read_only ? journal::Access::read_only
                                                                               : journal::Access::create,
                               {.domain = std::string(opening.domain), .mode = opening.mode});
                       },
                   .open_chain = {},
                   .copy_without_payloads = {},
                   .recorded_domain = [](const std::string& file) -> std::optional<std::string> {
                       auto domain = journal::domain_of_sqlite_journal(file);
                       return domain && !domain->empty() ? std::optional(*domain) : std::nullopt;
                   },
                   .before_verb = {}} {}

    ProgramResult run(Arguments arguments) const {
        arguments.insert(arguments.begin(), "evenfold");
        std::vector<const char*> argv;
        for (const std::string& argument : arguments) argv.push_back(argument.c_str());
        ProgramResult result;
        {
            const Redirected out(STDOUT_FILENO, fixture_.path("out"));
            const Redirected err(STDERR_FILENO, fixture_.path("err"));
            result.exit = static_cast<int>(cli::run_program(static_cast<int>(argv.size()), argv.data(), program_));
        }
        result.out = content(fixture_.path("out"));
        result.err = content(fixture_.path("err"));
        return result;
    }

    ProgramResult submit(Arguments arguments, const Json& command) const {
        arguments.push_back(fixture_.write("command", command.dump()));
        return run(arguments);
    }

    [[nodiscard]] const CliFixture& fixture() const { return fixture_; }

private:
    /// Redirects the output of `stream` to `file` during its lifetime.
    class Redirected {
    public:
        Redirected(int stream, const std::string& file) : stream_(stream), saved_(::dup(stream)) {
            std::fflush(nullptr);
            const int target = ::open(file.c_str(), O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0600);
            ::dup2(target, stream_);
            ::close(target);
        }
        Redirected(const Redirected&) = delete;
        Redirected& operator=(const Redirected&) = delete;
        ~Redirected() {
            std::fflush(nullptr);
            ::dup2(saved_, stream_);
            ::close(saved_);
        }

    private:
        int stream_;
        int saved_;
    };

    CliFixture fixture_;
    cli::Program program_;
};

Json open_account() {
    return {{"type", "Open"}, {"account", account}};
}

} // namespace

TEST_CASE("domains: verbs for any domain use the domain that the journal records.") {
    const TwoDomains program;
    const ProgramResult opened = program.submit({"submit", "--domain", "bank"}, open_account());
    REQUIRE_MESSAGE(opened.exit == 0, opened.err);
    CHECK(opened.json()["events"][0]["type"] == "Opened");
    const ProgramResult deposited =
        program.submit({"submit"}, {{"type", "Deposit"}, {"account", account}, {"amount", 5}});
    REQUIRE_MESSAGE(deposited.exit == 0, deposited.err);
    CHECK(program.run({"log", "--json"}).json().size() == 2);
    CHECK(program.run({"log", "--json", "--from", "2"}).json()[0]["type"] == "Deposited");
    const Json model = program.run({"model", "--json"}).json();
    CHECK(model["sequence"] == 2);
    CHECK(model["model"]["accounts"][0]["balance"] == 5);
    CHECK_FALSE(model.contains("outstanding"));
    CHECK(program.run({"model", "--at", "1"}).out.starts_with("after event 1, digest "));
    check_refused(program.run({"model", "--at", "3"}), 1, "beyond the end");
    const Json replayed = program.run({"replay", "--json"}).json();
    CHECK(replayed["equal"] == true);
    CHECK(replayed["digest_live"] == model["digest"]);
    CHECK(program.run({"commands"}).out.starts_with("Open\n    account: uuid\n"));
    const ProgramResult measured = program.run({"bench", "--db", program.fixture().path("evenfold.db"), "--json"});
    REQUIRE_MESSAGE(measured.exit == 0, measured.err);
    CHECK(measured.out.find("Deposited") != std::string::npos);
}

TEST_CASE("domains: a refusal by a domain without explanations is reported with the words of its names.") {
    const TwoDomains program;
    REQUIRE(program.submit({"submit", "--domain", "bank"}, open_account()).exit == 0);
    const ProgramResult refused = program.submit({"submit"}, open_account());
    check_refused(refused, 1, "evenfold: refused: already open, account " + std::string(account) + "\n");
    CHECK(refused.json()["error"]["account"] == account);
    const ProgramResult unknown = program.submit({"submit"}, {{"type", "CreateProject"}});
    check_refused(unknown, 1, "expected one of Open, Deposit, Withdraw, Transfer");
    CHECK(unknown.err.find("`evenfold commands` lists") != std::string::npos);
}

TEST_CASE("domains: --domain can precede the verb, and selects the domain that commands describes.") {
    const TwoDomains program;
    CHECK(program.run({"--domain", "bank", "commands"}).out.starts_with("Open\n"));
    CHECK(program.run({"commands"}).out.starts_with("CreateProject\n"));
    const Json described = program.run({"commands", "--domain", "bank", "--json"}).json();
    CHECK(described["domain"] == "bank");
    CHECK(described["commands"].size() == 4);
}

TEST_CASE("domains: a journal of another domain is refused, and an unknown domain is refused with the list.") {
    const TwoDomains program;
    REQUIRE(program.submit({"submit", "--domain", "bank"}, open_account()).exit == 0);
    for (const char* verb : {"log", "model", "replay"})
        check_refused(program.run({verb, "--domain", "orchestration"}), 3,
                      "a journal of the domain bank, not of the domain orchestration");
    check_refused(program.run({"threads"}), 3, "a journal of the domain bank");
    const ProgramResult unknown = program.run({"log", "--domain", "bnak"});
    check_refused(unknown, 2, "unknown domain 'bnak'");
    CHECK(unknown.err.find("supported domains: orchestration, bank") != std::string::npos);
    check_refused(program.run({"--domain", "bank", "threads"}), 2,
                  "'threads' supports only the domain orchestration, not 'bank'");
    REQUIRE(
        journal::open_sqlite_journal(program.fixture().path("seats.db"), journal::Access::create, {.domain = "seats"}));
    const ProgramResult foreign = program.run({"log", "--db", program.fixture().path("seats.db")});
    check_refused(foreign, 3, "is a journal of the domain seats, which this program does not support");
    CHECK(foreign.err.find("supported domains: orchestration, bank") != std::string::npos);
}

TEST_CASE("domains: a program without a default domain requires --domain for a new journal.") {
    const TwoDomains program("");
    check_refused(program.submit({"submit"}, open_account()), 2, "a new journal needs a domain");
    REQUIRE(program.submit({"submit", "--domain", "bank"}, open_account()).exit == 0);
    CHECK(program.run({"log", "--json"}).json().size() == 1);
}

TEST_CASE("domains: bench without a journal needs a domain that generates events.") {
    const TwoDomains program;
    check_refused(program.run({"bench", "--domain", "bank"}), 1, "cannot measure the domain bank here");
    CHECK(program.run({"bench", "--events", "100"}).exit == 0);
}

TEST_CASE("docs: program.md lists every verb with its domain, and every exit code.") {
    const std::string page = content(tests::source_tree() + "/docs/program.md");
    for (const cli::Verb* verb : cli::verb_table) {
        const std::string domain(verb->domain.empty() ? "any" : verb->domain);
        const std::string row = "\n| `" + std::string(verb->name) + "` | " + domain + " | ";
        CHECK_MESSAGE(page.find(row) != std::string::npos, row);
    }
    for (const cli::ExitCodeMeaning& one : cli::exit_table) {
        const std::string row =
            "\n| " + std::to_string(static_cast<int>(one.exit)) + " | " + std::string(one.meaning) + " |\n";
        CHECK_MESSAGE(page.find(row) != std::string::npos, row);
    }
}

} // namespace evenfold::cli_test
