#include <rapidcheck.h>

#include <cstdlib>
#include <sstream>

#include "evenfold/testing/doctest.hpp"
#include "evenfold/testing/rapidcheck.hpp"
#include "evenfold/tests/support/process/test_process.hpp"
#include "evenfold/tests/testing/notes.hpp"

namespace evenfold::notes {
namespace {

const FolderId printed_folder{testing::id("f0000000-0000-0000-0000-000000000001")};

/// Returns the output of the test `name` in its own process, with these settings of the environment. The kit has set
/// RC_PARAMS in this process, if it has a seed or a number of cases.
std::string output_of(const std::string& name, const std::string& environment) {
    return tests::run_in_own_process(name, "-u RC_PARAMS " + environment + " EVENFOLD_ALONE=1").output;
}
bool runs_alone() {
    return std::getenv("EVENFOLD_ALONE") != nullptr; // NOLINT(concurrency-mt-unsafe): one thread
}

} // namespace

TEST_CASE("rapidcheck: values of every reflected type are printed as C++.") {
    CHECK(rc::toString(DeleteFolder{printed_folder}) ==
          "DeleteFolder{.folder = {id(\"f0000000-0000-0000-0000-000000000001\")}}");
    CHECK(rc::toString(Command(DeleteFolder{printed_folder})) == rc::toString(DeleteFolder{printed_folder}));
    CHECK(rc::toString(printed_folder) == "{id(\"f0000000-0000-0000-0000-000000000001\")}");
    CHECK(rc::toString(printed_folder.uuid) == rc::toString(printed_folder));
    CHECK(rc::toString(Instant{7}) == "{7}");
    CHECK(rc::toString(Colour::blue) == "Colour::blue");
    CHECK(rc::toString(std::vector<Colour>{Colour::red}) == "[Colour::red]");
    CHECK(rc::toString(Desk{}).starts_with("Desk{.folders = {}"));
}

TEST_CASE("rapidcheck: a history is printed as its commands.") {
    const auto history = testing::make_history<Notes>({CreateFolder{.folder = printed_folder, .title = "a"}});
    CHECK(rc::toString(history) ==
          "make_history<Notes>({\n"
          "    CreateFolder{.folder = {id(\"f0000000-0000-0000-0000-000000000001\")}, .title = \"a\"},\n})");
}

TEST_CASE("rapidcheck: a property of histories prints the shortest that fails.") {
    if (runs_alone()) {
        CHECK(rc::check("no notes",
                        [](const testing::History<Notes>& history) { RC_ASSERT(history.model.notes.empty()); }));
        return;
    }
    const std::string name = "rapidcheck: a property of histories prints the shortest that fails.";
    const std::string text = output_of(name, "EVENFOLD_SEED=77 EVENFOLD_CASES=300");
    CHECK(text.find("Using configuration: max_success=300 seed=77") != std::string::npos);
    CHECK(text.find("make_history<Notes>({\n    CreateFolder{") != std::string::npos);
    CHECK(text.find("\n    AddNote{") != std::string::npos);
    CHECK(text.find("<\?\?\?>") == std::string::npos);
    CHECK(text == output_of(name, "EVENFOLD_SEED=77 EVENFOLD_CASES=300"));
    CHECK(output_of(name, "EVENFOLD_SEED=77 RC_PARAMS=seed=78").find("seed=78") != std::string::npos);
    CHECK(output_of(name, "EVENFOLD_SEED=seven").find("evenfold: EVENFOLD_SEED=seven is not valid") !=
          std::string::npos);
}

} // namespace evenfold::notes
