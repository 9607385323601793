#include <doctest/doctest.h>

#include <fstream>
#include <map>
#include <sstream>

#include "evenfold/tests/support/build_paths.hpp"
#include "evenfold/tests/support/by_shape.hpp"
#include "evenfold/tests/support/given.hpp"
#include "evenfold/tests/support/shown.hpp"

namespace evenfold::orchestration::tests {
namespace {

enum class Who { people, sessions, reactors, reactors_and_users };

/// The words in the column "asked by" in section 6.3 of docs/orchestration.md.
const std::map<std::string, Who> words{{"people", Who::people},
                                       {"sessions", Who::sessions},
                                       {"reactors", Who::reactors},
                                       {"reactors, users", Who::reactors_and_users}};

/// Returns the cells of a row `| a | b |` of a table, without the spaces around them.
std::vector<std::string> cells_of(const std::string& line) {
    std::vector<std::string> cells;
    std::istringstream rest(line);
    for (std::string cell; std::getline(rest, cell, '|');) {
        const std::size_t begin = cell.find_first_not_of(' ');
        if (begin != std::string::npos) cells.push_back(cell.substr(begin, cell.find_last_not_of(' ') + 1 - begin));
    }
    return cells;
}

/// Returns each command in section 6.3 of the page, and the actors that may send it.
std::map<std::string, Who> documented(std::istream& page) {
    std::map<std::string, Who> all;
    bool in_section = false;
    for (std::string line; std::getline(page, line);) {
        if (line.starts_with("## ")) in_section = line.starts_with("## 6.3 ");
        const std::vector<std::string> cells = cells_of(line);
        if (!in_section || cells.size() != 5 || !words.contains(cells[2])) continue;
        std::istringstream names(cells[1]);
        for (std::string name; std::getline(names >> std::ws, name, ',');) {
            if (!all.emplace(name, words.at(cells[2])).second) FAIL_CHECK("two rows of section 6.3 have " << name);
        }
    }
    return all;
}

bool may(Actor actor, Who who) {
    using enum Actor;
    switch (who) {
    case Who::people: return actor == user || actor == agent || actor == system;
    case Who::sessions: return actor == provider || actor == reactor || actor == system;
    case Who::reactors: return actor == reactor || actor == system;
    case Who::reactors_and_users: return actor == reactor || actor == user || actor == system;
    }
    return false;
}

} // namespace

TEST_CASE("NotPermitted: section 6.3 names the actors of every command, and the system may send all.") {
    std::ifstream page(evenfold::tests::source_tree() + "/docs/orchestration.md");
    std::map<std::string, Who> rows = documented(page);
    const auto& kind = std::get<VariantShape>(shape_of<Command>().kind);
    const Model model = a_thread_with_a_running_turn().model;
    testing::Random random(1);
    for (std::size_t alternative = 0; alternative < kind.alternatives.size(); ++alternative) {
        const std::string name(kind.alternatives[alternative]().name);
        CAPTURE(name);
        const auto row = rows.find(name);
        if (row == rows.end()) {
            FAIL_CHECK("docs/orchestration.md, section 6.3, has no row for " << name << " that says who asks for it");
            continue;
        }
        for (int values = 0; values < 3; ++values) {
            testing::ChoiceSource source(random);
            const Command command = command_by_shape(source, alternative, model);
            CAPTURE(shown(command));
            for (const Actor actor : {Actor::user, Actor::agent, Actor::reactor, Actor::provider, Actor::system}) {
                const OptionalError no = forbid(actor, command);
                CHECK(no.has_value() != may(actor, row->second));
                if (no) CHECK(*no == Error(rejection::NotPermitted{actor}));
            }
        }
        rows.erase(row);
    }
    for (const auto& [name, who] : rows) FAIL_CHECK("section 6.3 has a row for " << name << ", which is no command");
}

TEST_CASE("NotPermitted: a row of section 6.3 names one or more commands and their actors.") {
    std::istringstream page(
        "## 6.3 Commands\n\n| row | command | asked by | accepted if | events |\n|---|---|---|---|---|\n"
        "| 1 | CreateProject | people | new | X |\n| 2 | A, B | reactors, users | new | Y |\n"
        "| 3 | C | nobody | new | X |\n## 6.4 X\n| 4 | D | people | new | X |\n");
    const auto rows = documented(page);
    CHECK(rows == std::map<std::string, Who>{
                      {"CreateProject", Who::people}, {"A", Who::reactors_and_users}, {"B", Who::reactors_and_users}});
}

TEST_CASE("NotPermitted: a client cannot forge output of an agent, and a provider cannot start a turn.") {
    const Story running = a_thread_with_a_running_turn();
    given(running).as(Actor::user).when(ingest(1, says("forged"))).then(rejection::NotPermitted{Actor::user});
    given(running).as(Actor::agent).when(ingest(1, says("forged"))).then(rejection::NotPermitted{Actor::agent});
    given(running).as(Actor::provider).when(ingest(1, says("told"))).then_accepted();
    given(a_thread()).as(Actor::provider).when(start_turn(first_turn)).then(rejection::NotPermitted{Actor::provider});
    given(a_thread()).as(Actor::user).when(start_turn(first_turn)).then_accepted();
    given(a_reverting_thread())
        .as(Actor::user)
        .when(FailRevert{.revert = the_revert, .reason = "give up"})
        .then_accepted();
}

TEST_CASE("class_of: every rejection has the class of section 6.7, in the order of the variant.") {
    using namespace rejection;
    using enum ErrorClass;
    const std::vector<std::pair<Error, ErrorClass>> rows{
        {ProjectNotFound{.project = the_project, .retired = false}, not_found},
        {ThreadNotFound{.thread = the_thread, .retired = false}, not_found},
        {TurnNotFound{.turn = first_turn, .retired = false}, not_found},
        {ApprovalNotFound{.request = request_of(first_turn), .retired = false}, not_found},
        {CheckpointNotFound{.checkpoint = manual_checkpoint, .retired = false}, not_found},
        {CommitNotFound{.commit = the_commit, .retired = false}, not_found},
        {RevertNotFound{.revert = the_revert, .retired = false}, not_found},
        {IdInUse{.kind = EntityKind::turn, .id = {}}, conflict},
        {ProjectPathInUse{the_project}, conflict},
        {ProjectNotEmpty{1}, conflict},
        {ThreadBusy{first_turn}, conflict},
        {rejection::ThreadArchived{the_thread}, conflict},
        {ThreadNotArchived{the_thread}, conflict},
        {RevertInProgress{.revert = the_revert, .stage = RevertStage::requested}, conflict},
        {TurnNotInState{.have = TurnState::queued, .need = {}}, conflict},
        {ApprovalNotPending{RequestState::answered}, conflict},
        {CheckpointNotReady{.checkpoint = manual_checkpoint, .state = "pending"}, conflict},
        {CheckpointInUse{first_turn}, conflict},
        {CheckpointOfOtherThread{the_thread}, conflict},
        {SlotAlreadyResolved{"value"}, conflict},
        {QueueNotHeld{the_thread}, conflict},
        {VersionMismatch{1}, conflict},
        {StaleEpoch{1}, stale},
        {TurnTerminal{TurnState::failed}, stale},
        {ProviderGap{.expected = 1, .got = 2}, gap},
        {EmptyField{"title"}, invalid},
        {TooLarge{.field = "title", .limit = 1}, invalid},
        {InvalidPath{.field = "root", .need = "an absolute path"}, invalid},
        {WrongDecisionKind{"Answer"}, invalid},
        {NotPermitted{Actor::user}, invalid}};
    REQUIRE(rows.size() == std::variant_size_v<Error>);
    for (std::size_t index = 0; index < rows.size(); ++index) {
        REQUIRE(rows[index].first.index() == index);
        CAPTURE(shown(rows[index].first));
        for (const Actor actor : {Actor::user, Actor::agent, Actor::reactor, Actor::provider, Actor::system}) {
            CHECK(class_of(rows[index].first, actor) == rows[index].second);
        }
    }
}

TEST_CASE("class_of: a retired entity is stale if a provider or reactor names it, and not found for others.") {
    using namespace rejection;
    const std::vector<Error> retired{ProjectNotFound{.project = the_project, .retired = true},
                                     ThreadNotFound{.thread = the_thread, .retired = true},
                                     TurnNotFound{.turn = first_turn, .retired = true},
                                     ApprovalNotFound{.request = request_of(first_turn), .retired = true},
                                     CheckpointNotFound{.checkpoint = manual_checkpoint, .retired = true},
                                     CommitNotFound{.commit = the_commit, .retired = true},
                                     RevertNotFound{.revert = the_revert, .retired = true}};
    for (const Error& error : retired) {
        CHECK(class_of(error, Actor::provider) == ErrorClass::stale);
        CHECK(class_of(error, Actor::reactor) == ErrorClass::stale);
        CHECK(class_of(error, Actor::user) == ErrorClass::not_found);
        CHECK(class_of(error, Actor::agent) == ErrorClass::not_found);
        CHECK(class_of(error, Actor::system) == ErrorClass::not_found);
    }
}

} // namespace evenfold::orchestration::tests
