#include <doctest/doctest.h>

#include <array>
#include <nlohmann/json.hpp>

#include "evenfold/cli/domains/orchestration.hpp"
#include "evenfold/journal/memory/memory_journal.hpp"
#include "evenfold/kernel/any_kernel.hpp"
#include "evenfold/tests/kernel/bank_entry.hpp"

namespace evenfold::kernel {
namespace {

using Json = nlohmann::json;

constexpr std::array<const DomainEntry*, 2> domains{&cli::orchestration_entry, &bank::bank_entry};
constexpr const char* id = "0192d3a0-6c1e-7b5e-8f00-3b9f5e1c2a77";
constexpr const char* other_id = "0192d3a0-6c1e-7b5e-8f00-3b9f5e1c2a78";

std::unique_ptr<AnyKernel> kernel_over(const DomainEntry& domain, journal::Journal& journal) {
    auto kernel = domain.open(journal, [] { return Instant{5000}; });
    REQUIRE(kernel);
    return std::move(*kernel);
}

std::string open_account(const std::string& account = id) {
    return Json{{"type", "Open"}, {"account", account}}.dump();
}

std::string deposit(int amount, const std::string& account = id) {
    return Json{{"type", "Deposit"}, {"account", account}, {"amount", amount}}.dump();
}

std::string create_project(const std::string& project = id) {
    return Json{{"type", "CreateProject"}, {"project", project}, {"title", "abacus"}, {"root", "/home/ada"}}.dump();
}

/// Returns the error of a refused command, and checks that its JSON has a `class`.
template <class Error>
Error error_of(const std::expected<journal::Receipt, SubmitError>& outcome) {
    REQUIRE_FALSE(outcome);
    const auto* error = std::get_if<Error>(&outcome.error());
    REQUIRE(error);
    CHECK(Json::parse(to_json(outcome.error())).contains("class"));
    return *error;
}

} // namespace

TEST_CASE("find_domain: returns each registered domain; the error for an unknown name lists them.") {
    for (const DomainEntry* domain : domains) CHECK(find_domain(domains, domain->name) == domain);
    const auto unknown = find_domain(domains, "bnak");
    REQUIRE_FALSE(unknown);
    CHECK(unknown.error().message() == "there is no domain 'bnak': the registered domains are orchestration, bank");
    CHECK_FALSE(find_domain({}, "bank"));
}

TEST_CASE("AnyKernel: submitting a command of either domain as JSON changes model, digest and events.") {
    struct Scene {
        const DomainEntry* domain;
        std::string command;
        std::string event;
    };
    for (const Scene& scene : {Scene{&bank::bank_entry, open_account(), "Opened"},
                               Scene{&cli::orchestration_entry, create_project(), "ProjectCreated"}}) {
        CAPTURE(scene.domain->name);
        journal::MemoryJournal journal;
        const auto kernel = kernel_over(*scene.domain, journal);
        CHECK(kernel->domain().name == scene.domain->name);
        const std::string empty = kernel->digest();
        const auto receipt = kernel->submit(scene.command);
        REQUIRE(receipt);
        CHECK(receipt->first == 1);
        CHECK(receipt->count == 1);
        const ModelText model = kernel->model().value();
        CHECK(model.sequence == 1);
        CHECK(model.digest == kernel->digest());
        CHECK(model.digest != empty);
        const Json json = Json::parse(model.to_json());
        CHECK(json["sequence"] == 1);
        CHECK(json["digest"] == model.digest);
        CHECK(json["model"].dump().find(id) != std::string::npos);
        CHECK(json.contains("outstanding") == (scene.domain == &cli::orchestration_entry)); // the bank has no effects
        const auto events = kernel->events();
        REQUIRE(events);
        REQUIRE(events->size() == 1);
        CHECK(Json::parse(events->front())["type"] == scene.event);
        CHECK(Json::parse(events->front())["stored_at"] == "1970-01-01T00:00:05.000Z");
        CHECK(kernel->count_events() == EventCounts{{scene.event, 1}});
    }
}

TEST_CASE("AnyKernel: the envelope of a command is stored, and absent fields get defaults.") {
    journal::MemoryJournal journal;
    const auto kernel = kernel_over(bank::bank_entry, journal);
    REQUIRE(kernel->submit(open_account()));
    const Json command{{"command_id", other_id},
                       {"actor", "system"},
                       {"at", "2026-11-21T02:12:00.000Z"},
                       {"cause", 1},
                       {"body", Json::parse(deposit(5))}};
    REQUIRE(kernel->submit(command.dump()));
    const auto events = kernel->events({.from = 2});
    REQUIRE(events);
    const Json event = Json::parse(events->front());
    CHECK(event["command_id"] == other_id);
    CHECK(event["actor"] == "system");
    CHECK(event["at"] == "2026-11-21T02:12:00.000Z");
    CHECK(event["cause"] == 1);
    const Json first = Json::parse(kernel->events()->front());
    CHECK(first["actor"] == "user");
    CHECK(first["at"] == "1970-01-01T00:00:05.000Z");
    CHECK(event["correlation"] == first["command_id"]);
}

TEST_CASE("AnyKernel: a repeated command id returns the same receipt; with another body it is refused.") {
    journal::MemoryJournal journal;
    const auto kernel = kernel_over(bank::bank_entry, journal);
    const auto with_id = [](const std::string& body) {
        return Json{{"command_id", other_id}, {"body", Json::parse(body)}}.dump();
    };
    const auto first = kernel->submit(with_id(open_account()));
    REQUIRE(first);
    CHECK(kernel->submit(with_id(open_account())) == first);
    const auto conflict = Json::parse(error_of<RefusedCommand>(kernel->submit(with_id(deposit(5)))).json);
    CHECK(conflict == Json{{"class", "conflict"}, {"type", "CommandIdConflict"}, {"command", other_id}});
    CHECK(kernel->model()->sequence == 1);
}

TEST_CASE("AnyKernel: a command with an expectation that does not hold is refused with the state that it has.") {
    journal::MemoryJournal journal;
    const auto kernel = kernel_over(bank::bank_entry, journal);
    REQUIRE(kernel->submit(open_account()));
    const auto expecting = [](const Json& expectation) {
        return Json{{"expectation", expectation}, {"body", Json::parse(deposit(5))}}.dump();
    };
    const Json version{{"type", "ExpectedVersion"}, {"stream", std::string("account/") + id}, {"version", 0}};
    const Json failed{{"class", "conflict"}, {"type", "ExpectationFailed"}, {"have", 1}};
    CHECK(Json::parse(error_of<RefusedCommand>(kernel->submit(expecting(version))).json) == failed);
    const auto at_head = [&](int head) { return expecting(Json{{"type", "ExpectedHead"}, {"head", head}}); };
    CHECK(Json::parse(error_of<RefusedCommand>(kernel->submit(at_head(2))).json) == failed);
    CHECK(kernel->submit(at_head(1)));
    CHECK(kernel->submit(at_head(-1)).error().index() == 0); // not a command
}

TEST_CASE("AnyKernel: a refusal has the fields of the domain's error and the class that the domain names.") {
    journal::MemoryJournal accounts;
    const auto bank = kernel_over(bank::bank_entry, accounts);
    REQUIRE(bank->submit(open_account()));
    const Json withdraw{{"type", "Withdraw"}, {"account", id}, {"amount", 7}};
    CHECK(Json::parse(error_of<RefusedCommand>(bank->submit(withdraw.dump())).json) ==
          Json{{"class", "rejected"}, {"type", "TooLittle"}, {"balance", 0}});
    const Json caused{{"cause", 9}, {"body", withdraw}};
    CHECK(Json::parse(error_of<RefusedCommand>(bank->submit(caused.dump())).json) ==
          Json{{"class", "not_found"}, {"type", "CauseNotFound"}, {"cause", 9}, {"head", 1}});
    journal::MemoryJournal projects;
    const auto orchestration = kernel_over(cli::orchestration_entry, projects);
    REQUIRE(orchestration->submit(create_project()));
    CHECK(Json::parse(error_of<RefusedCommand>(orchestration->submit(create_project(other_id))).json) ==
          Json{{"class", "conflict"}, {"type", "ProjectPathInUse"}, {"holder", id}});
}

TEST_CASE("AnyKernel: a text that is not a command is refused with the path, the expected value and a remedy.") {
    journal::MemoryJournal journal;
    const auto kernel = kernel_over(bank::bank_entry, journal);
    const auto at = [&](const std::string& text) {
        const auto invalid = error_of<InvalidCommand>(kernel->submit(text));
        CHECK_FALSE(invalid.remedy.empty());
        const Json json = Json::parse(invalid.json);
        CHECK(json["class"] == "invalid");
        CHECK(invalid.message.find(json["at"].get<std::string>()) != std::string::npos);
        return json["at"].get<std::string>();
    };
    CHECK(at(R"({"type": "Deposit", "account": "x", "amount": 5})") == "Deposit/account");
    CHECK(at(R"({"type": "Deposit", "amount": 5})") == "Deposit/account");
    CHECK(at(Json{{"type", "Deposit"}, {"account", id}, {"amount", -5}}.dump()) == "Deposit/amount");
    CHECK(at(Json{{"type", "Open"}, {"account", id}, {"acount", id}}.dump()) == "Open/acount");
    CHECK(at(Json{{"body", Json::parse(open_account())}, {"comand_id", id}}.dump()).ends_with("/comand_id"));
    CHECK(at(Json{{"body", Json::parse(open_account())}, {"type", 5}}.dump()).ends_with("/type"));
    CHECK(at(Json{{"body", Json::parse(open_account())}, {"actor", "cat"}}.dump()).ends_with("/actor"));
    for (const std::string text : {"", "{", "[1, 2]", "5", "null"}) CHECK_NOTHROW(at(text));
    const auto unknown = error_of<InvalidCommand>(kernel->submit(R"({"type": "MakeTea"})"));
    CHECK(unknown.message.find("expected one of Open, Deposit, Withdraw, Transfer") != std::string::npos);
    const auto nil = error_of<InvalidCommand>(kernel->submit(
        Json{{"command_id", "00000000-0000-0000-0000-000000000000"}, {"body", Json::parse(open_account())}}.dump()));
    CHECK(nil.message == "command_id is nil, so it identifies no command");
    CHECK(kernel->model()->sequence == 0);
}

TEST_CASE("AnyKernel: a failure of the journal keeps its kind and remedy.") {
    const journal::Failure failure{.kind = journal::FailureKind::full, .what = "x.db: \"full\"", .remedy = "free some"};
    CHECK(Json::parse(to_json(SubmitError(failure))) ==
          Json{{"class", "failure"}, {"type", "full"}, {"what", "x.db: \"full\""}, {"remedy", "free some"}});
}

TEST_CASE("visit_events: returns the next sequence to read, after skipped events of other streams.") {
    journal::MemoryJournal journal;
    const auto kernel = kernel_over(bank::bank_entry, journal);
    for (const std::string& command : {open_account(), deposit(5), open_account(other_id), deposit(7, other_id)})
        REQUIRE(kernel->submit(command));
    const std::string stream = Json::parse(kernel->events()->front())["stream"];
    const auto all = [](const journal::Record&) { return true; };
    const auto first = [](const journal::Record&) { return false; };
    CHECK(visit_events(journal, {}, all) == 5);
    CHECK(visit_events(journal, {.stream = stream}, all) == 5);
    CHECK(visit_events(journal, {.stream = stream}, first) == 2);
    CHECK(visit_events(journal, {.stream = stream, .at_most = 2}, all) == 3);
    CHECK(visit_events(journal, {.from = 5}, all) == 5);
}

TEST_CASE("AnyKernel: the model at a sequence, ranges of events and replays agree with the submitted commands.") {
    journal::MemoryJournal journal;
    const auto kernel = kernel_over(bank::bank_entry, journal);
    for (const std::string& command : {open_account(), deposit(5), open_account(other_id), deposit(7, other_id)})
        REQUIRE(kernel->submit(command));
    const auto second = kernel->model_at(2);
    REQUIRE(second);
    CHECK(second->sequence == 2);
    CHECK(second->model.find("\"balance\":5") != std::string::npos);
    CHECK(second->model.find(other_id) == std::string::npos);
    CHECK(kernel->model_at(99)->digest == kernel->digest());
    CHECK(kernel->events({.from = 2, .at_most = 2})->size() == 2);
    CHECK(kernel->events({.at_most = 0})->empty());
    const std::string stream = Json::parse(kernel->events()->front())["stream"];
    CHECK(kernel->events({.stream = stream})->size() == 2);
    CHECK(kernel->count_events() == EventCounts{{"Opened", 2}, {"Deposited", 2}});
    const auto replayed = kernel->compare_replay();
    REQUIRE(replayed);
    CHECK(replayed->is_equal());
    CHECK(replayed->events == 4);
    CHECK(replayed->digest_live == kernel->digest());
    ReplayComparison other = *replayed;
    other.digest_from_snapshot = second->digest;
    CHECK_FALSE(other.is_equal());
}

TEST_CASE("AnyKernel: catch_up folds events that another kernel appended.") {
    journal::MemoryJournal journal;
    const auto reader = kernel_over(bank::bank_entry, journal);
    const auto writer = kernel_over(bank::bank_entry, journal);
    REQUIRE(writer->submit(open_account()));
    CHECK(reader->model()->sequence == 0);
    CHECK(reader->catch_up() == Sequence{1});
    CHECK(reader->digest() == writer->digest());
}

TEST_CASE("DomainEntry: the description has every command with an example that the domain decodes.") {
    for (const DomainEntry* domain : domains) {
        CAPTURE(domain->name);
        const Json description = Json::parse(domain->description());
        CHECK(description["domain"] == domain->name);
        CHECK_FALSE(description["events"].empty());
        CHECK_FALSE(description["errors"].empty());
        for (const Json& command : description["commands"]) {
            CAPTURE(command["example"].dump());
            const auto request = domain->parse_command(command["example"].dump());
            CHECK_MESSAGE(request, (request ? "" : request.error().message));
        }
    }
    const Json bank = Json::parse(bank::bank_entry.description());
    REQUIRE(bank["commands"].size() == 4);
    CHECK(bank["commands"][1]["name"] == "Deposit");
    CHECK(bank["commands"][1]["fields"][1] ==
          Json{{"name", "amount"}, {"type", "whole number, 0 or more"}, {"optional", false}});
    CHECK(bank::bank_entry.describe_commands().starts_with("Open\n    account: uuid\nDeposit\n"));
}

} // namespace evenfold::kernel
