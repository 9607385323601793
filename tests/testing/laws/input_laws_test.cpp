#include <chrono>
#include <cstdlib>
#include <random>
#include <unordered_set>

#include "evenfold/core/values/hash_salt.hpp"
#include "evenfold/testing/doctest.hpp"
#include "evenfold/tests/testing/notes_laws.hpp"

namespace evenfold::notes {
namespace {

using testing::id;
using testing::Law;
using testing::Verdict;

const FolderId the_folder{id("f0000000-0000-0000-0000-000000000001")};

Verdict with_bug(Bug bug, const Law<Notes>& law, const std::vector<Command>& commands) {
    planted = bug;
    const Verdict verdict = testing::obeys(law, testing::make_history<Notes>(commands));
    planted = Bug::none;
    return verdict;
}

std::vector<Command> folder_with_notes(std::uint8_t notes) {
    std::vector<Command> commands{CreateFolder{.folder = the_folder, .title = "a"}};
    for (std::uint8_t note = 0; note < notes; ++note) {
        NoteId next{id("a0000000-0000-0000-0000-000000000000")};
        next.uuid.bytes[15] = note;
        commands.emplace_back(AddNote{.note = next, .folder = the_folder, .colour = {}});
    }
    return commands;
}

} // namespace

TEST_CASE("Laws: no-ambient-input names the function that reads, the call and what it reads.") {
    const std::vector<Command> commands = folder_with_notes(1);
    const Law<Notes> law = testing::no_ambient_input<Notes>();
    REQUIRE(testing::why_not_counted().empty());
    CHECK(with_bug(Bug::none, law, commands).message().empty());
    CHECK(with_bug(Bug::decide_reads_the_clock, law, commands)
              .message()
              .ends_with("decide reads the clock: it calls clock_gettime"));
    CHECK(with_bug(Bug::decide_draws_random_numbers, law, commands).message().find("reads randomness") !=
          std::string::npos);
    CHECK(with_bug(Bug::decide_reads_the_environment, law, commands)
              .message()
              .ends_with("decide reads the environment: it calls getenv"));
    CHECK(with_bug(Bug::decide_reads_a_file, law, commands).message().find("reads files") != std::string::npos);
    CHECK(with_bug(Bug::project_reads_the_clock, law, commands)
              .message()
              .find("project reads the clock: it calls clock_gettime for FolderCreated{") != std::string::npos);
}

TEST_CASE("Laws: no-ambient-input says when it cannot count.") {
    const testing::AmbientCounter none{.calls = &testing::ambient_calls,
                                       .why_not = [] { return std::string_view("this is a test"); }};
    const Verdict verdict =
        with_bug(Bug::decide_reads_the_clock, testing::no_ambient_input<Notes>(none), folder_with_notes(1));
    CHECK(verdict.holds);
    CHECK(verdict.message() == "the law no-ambient-input was NOT CHECKED: this is a test");
}

TEST_CASE("Ambient calls: each call is counted, and has its usual result.") {
    const auto source_of = [](auto call) {
        const std::uint64_t before = testing::ambient_calls().count;
        call();
        return testing::ambient_calls().count > before ? std::string(testing::ambient_calls().source) : "";
    };
    CHECK(source_of([] { CHECK(std::chrono::steady_clock::now().time_since_epoch().count() > 0); }) == "the clock");
    CHECK(source_of([] { CHECK(std::time(nullptr) > 1700000000); }) == "the clock");
    CHECK(source_of([] { static_cast<void>(std::random_device()()); }) == "randomness");
    CHECK(source_of([] { static_cast<void>(std::rand()); }) == "randomness");  // NOLINT: counted
    CHECK(source_of([] { CHECK(std::getenv("PATH")); }) == "the environment"); // NOLINT(concurrency-mt-unsafe)
    CHECK(source_of([] { CHECK(std::getenv("EVENFOLD_NO_SUCH") == nullptr); }) == "the environment"); // NOLINT
    CHECK(source_of([] { CHECK(std::make_unique<int>(7)); }).empty());
}

TEST_CASE("Laws: order-free finds decisions and models that follow the order of a hash table.") {
    std::vector<Command> commands = folder_with_notes(1); // the law makes more of them
    const Law<Notes> law = testing::order_free<Notes>();
    CHECK_SCENARIO(with_bug(Bug::none, law, commands));
    CHECK(with_bug(Bug::project_picks_in_hash_order, law, commands)
              .message()
              .find("the model depends on the order of a hash table: ") != std::string::npos);
    commands = folder_with_notes(5);
    commands.emplace_back(DeleteFolder{the_folder});
    CHECK_SCENARIO(with_bug(Bug::none, law, commands));
    CHECK(with_bug(Bug::decide_lists_in_hash_order, law, commands)
              .message()
              .find("the decision depends on the order of a hash table: the events [") != std::string::npos);
    CHECK(containers::hash_multiplier == containers::usual_hash_multiplier);
}

TEST_CASE("Hash of ids: the multiplier of a test changes the order of a std::unordered_set of three ids.") {
    const auto order = [] {
        std::unordered_set<NoteId> ids;
        for (std::uint8_t copy = 0; copy < 3; ++copy) {
            NoteId note{};
            note.uuid.bytes[14] = static_cast<std::uint8_t>(copy << 4U);
            ids.insert(note);
        }
        return std::vector<NoteId>(ids.begin(), ids.end());
    };
    const std::vector<NoteId> usual = order();
    containers::hash_multiplier = std::uint64_t{1} << 11U;
    const std::vector<NoteId> other = order();
    containers::hash_multiplier = containers::usual_hash_multiplier;
    CHECK(usual != other);
    CHECK(usual == order());
}

TEST_CASE("Laws: events-matter finds a kind that changes nothing, and accepts records that are named.") {
    std::vector<Command> commands = folder_with_notes(0);
    commands.emplace_back(RenameFolder{.folder = the_folder, .title = "b", .version = {}});
    CHECK_SCENARIO(with_bug(Bug::none, testing::events_matter<Notes>(), commands));
    CHECK(with_bug(Bug::project_ignores_a_rename, testing::events_matter<Notes>(), commands).message() ==
          "FolderRenamed happened 1 time and never changed the model, nor did any other event of that kind; if it is "
          "only a record, name it: events_matter<D>({\"FolderRenamed\"})");
    CHECK_SCENARIO(with_bug(Bug::project_ignores_a_rename, testing::events_matter<Notes>({"FolderRenamed"}), commands));
    CHECK(with_bug(Bug::none, testing::events_matter<Notes>({"Renamed"}), commands)
              .message()
              .starts_with("'Renamed' is not a kind of event: expected one of FolderCreated, "));
}

TEST_CASE("Laws: an events-matter that names records replaces that of the kit.") {
    const auto count = [](const std::vector<Law<Notes>>& laws) {
        return std::ranges::count(laws, "events-matter", &Law<Notes>::name);
    };
    CHECK(count(testing::laws_of<Notes>()) == 1);
    CHECK(count(testing::laws_of<Notes>({testing::events_matter<Notes>({"FolderRenamed"})})) == 1);
}

} // namespace evenfold::notes
