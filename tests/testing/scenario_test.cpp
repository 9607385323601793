#include <array>

#include "evenfold/testing/doctest.hpp"
#include "evenfold/tests/testing/notes_laws.hpp"

namespace evenfold::notes {
namespace {

using testing::given;
using testing::id;

const FolderId work{id("f0000000-0000-0000-0000-000000000001")};
const NoteId first{id("a0000000-0000-0000-0000-000000000001")};
const std::vector<Event> a_folder{FolderCreated{.folder = work, .title = "work"}};

/// A domain whose model needs no heap: a door that is open or shut, and that counts how often it was opened.
struct Door {
    struct Open {
        EVENFOLD_STRUCT(Open);
        friend constexpr bool operator==(const Open&, const Open&) = default;
    };
    struct Shut {
        EVENFOLD_STRUCT(Shut);
        friend constexpr bool operator==(const Shut&, const Shut&) = default;
    };
    struct Model {
        EVENFOLD_STRUCT(Model, (bool, open), (int, times));
        friend constexpr bool operator==(const Model&, const Model&) = default;
    };
    enum class Error : std::uint8_t { already_so };
    using Command = std::variant<Open, Shut>;
    using Event = std::variant<Open, Shut>;

    static constexpr std::expected<std::vector<Event>, Error> decide(const Command& asked, const Model& model) {
        const bool open = std::holds_alternative<Open>(asked);
        if (open == model.open) return std::unexpected(Error::already_so);
        return std::vector<Event>{open ? Event(Open{}) : Event(Shut{})};
    }
    static constexpr Model project(Model model, const Event& event) {
        model.open = std::holds_alternative<Open>(event);
        model.times += model.open ? 1 : 0;
        return model;
    }
};

static_assert(given<Door>().when(Door::Open{}).then(Door::Open{}));
static_assert(given<Door>({Door::Open{}}).when(Door::Open{}).then_error(Door::Error::already_so));
static_assert(
    given<Door>({Door::Open{}, Door::Shut{}}).and_submitted(Door::Open{}).then_model({.open = true, .times = 2}));
static_assert(!given<Door>().when(Door::Open{}).then(Door::Shut{}));
static_assert(!given<Door>().when(Door::Shut{}).then_accepted());

} // namespace

TEST_CASE("Scenario: expectations of events, errors and models hold.") {
    CHECK_SCENARIO(given<Notes>(a_folder)
                       .when(AddNote{.note = first, .folder = work, .colour = {}})
                       .then(NoteAdded{.note = first, .folder = work, .colour = {}}));
    CHECK_SCENARIO(given<Notes>().when(DeleteFolder{work}).then_error(NotFound{.id = work.uuid, .retired = false}));
    CHECK_SCENARIO(
        given<Notes>(a_folder).when(RenameFolder{.folder = work, .title = "work", .version = 1}).then_nothing());
    Desk desk{};
    desk.retired.insert(work.uuid);
    CHECK_SCENARIO(given<Notes>(a_folder).when(DeleteFolder{work}).then_model(desk));
    CHECK_SCENARIO(given<Notes>(a_folder).and_submitted(DeleteFolder{work}).then_model(desk));
}

TEST_CASE("Scenario: a failure lists the differences field by field, with the location of the scenario.") {
    const auto line = std::source_location::current().line() + 1;
    const auto verdict = given<Notes>(a_folder)
                             .when(RenameFolder{.folder = work, .title = "home", .version = 1})
                             .then(FolderRenamed{.folder = work, .title = "elsewhere"});
    CHECK(!verdict);
    CHECK(verdict.message() == "the events differ\n  /0/title: expected \"elsewhere\", got \"home\"\n");
    CHECK(verdict.where.line() == line);
    const auto refused =
        given<Notes>(a_folder).when(RenameFolder{.folder = work, .title = "home", .version = 3}).then_accepted();
    CHECK(refused.message() == "expected the command to be accepted, got the error VersionMismatch{.have = 1}");
    const auto error = given<Notes>(a_folder)
                           .when(RenameFolder{.folder = work, .title = "home", .version = 3})
                           .then(FolderRenamed{.folder = work, .title = "home"});
    CHECK(error.message() ==
          "expected the events {FolderRenamed{.folder = {id(\"f0000000-0000-0000-0000-000000000001\")}, "
          ".title = \"home\"}}, got the error VersionMismatch{.have = 1}");
    const auto model = given<Notes>(a_folder).then_model({});
    CHECK(model.message().find("/folders/0: expected nothing, got Folder{") != std::string::npos);
}

TEST_CASE("Findings: the smallest history is printed as a test, and its seed reproduces it.") {
    planted = Bug::project_drops_a_chunk;
    testing::Search<Notes> search{.laws = laws(), .histories = {}, .effort = {.seed = 1, .cases = 200, .fixed = true}};
    const auto findings = testing::find_broken_laws(search);
    REQUIRE(findings.size() == 1);
    const testing::Finding& finding = findings.front();
    CHECK(finding.law == "texts-whole");
    MESSAGE(to_text(finding));
    search.effort = {.seed = finding.seed, .cases = 1, .fixed = true};
    const auto again = testing::find_broken_laws(search);
    REQUIRE(again.size() == 1);
    CHECK(again.front().code == finding.code);
    CHECK(finding.code.ends_with("    }, laws()));\n}\n")); // because it is not a law of the kit
    planted = Bug::none;
}

TEST_CASE("Findings: a law that is broken intermittently is reported as such.") {
    std::uint64_t checks = 0;
    testing::Search<Notes> search{.laws = {}, .histories = {}, .effort = {.seed = 1, .cases = 1, .fixed = true}};
    search.laws.push_back({"never-throws", "broken the first time only", [&](const testing::History<Notes>&) {
                               return checks++ == 0 ? testing::breaks("once") : testing::holds();
                           }});
    const auto findings = testing::find_broken_laws(search);
    REQUIRE(findings.size() == 1);
    CHECK(findings.front().message == "broken intermittently, it held when it was checked again: once");
    CHECK(findings.front().code.empty()); // because it would pass
    CHECK(to_text(findings.front()).ends_with("to reproduce, set EVENFOLD_SEED=1 EVENFOLD_CASES=1\n"));
}

} // namespace evenfold::notes
