#include <doctest/doctest.h>

#include <cstdlib>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "evenfold/tests/house/checks.hpp"
#include "evenfold/tests/house/language/duplicate_names.hpp"
#include "evenfold/tests/support/build_paths.hpp"

// duplicate_names.txt lists the names that several types still share, with the number of types. A number only falls:
// when a type is renamed, its line must be lowered or removed. EVENFOLD_UPDATE_CEILINGS=1 does that for all lines.

using namespace evenfold::house;

namespace {

using Counts = std::map<std::string, std::size_t>;

constexpr std::size_t listed_names_max = 1; // may only fall

std::string list_file() {
    return evenfold::tests::source_tree() + "/tests/house/language/duplicate_names.txt";
}

Counts read_list() {
    Counts counts;
    std::ifstream file(list_file());
    for (std::string line; std::getline(file, line);) {
        if (line.starts_with("#") || line.empty()) continue;
        std::istringstream fields(line);
        std::string name;
        fields >> name >> counts[name];
        REQUIRE_MESSAGE(fields, "duplicate_names.txt: not a name and a number: ", line);
    }
    return counts;
}

void write_list(const Counts& counts) {
    std::ofstream file(list_file());
    file << "# Names of one word that several product types share, and the number of those types. A new name must not "
            "be\n"
            "# added; tests/house/language/duplicate_names_test.cpp explains.\n";
    for (const auto& [name, count] : counts) file << name << ' ' << count << '\n';
}

std::string joined(const std::vector<std::string>& places) {
    std::string text;
    for (const std::string& place : places) text += "\n  " + place;
    return text;
}

SharedNames shared(const std::string& first, const std::string& second) {
    return shared_names(std::vector<Source>{{"kernel/a.hpp", first}, {"journal/b.cpp", second}});
}

} // namespace

TEST_CASE("Duplicate names: no two product types share a name of one word, except for the listed ones.") {
    const Counts listed = read_list();
    const SharedNames all = shared_names(tree());
    CHECK(listed.size() <= listed_names_max);
    Counts lowered;
    for (const auto& [name, places] : all) {
        const auto found = listed.find(name);
        const std::size_t allowed = found == listed.end() ? 0 : found->second;
        CHECK_MESSAGE(places.size() <= allowed, name, " names ", places.size(),
                      " types; rename all but one to what each of them is:", joined(places));
        CHECK_MESSAGE(places.size() >= allowed, name, " names only ", places.size(),
                      " types; lower its number in tests/house/language/duplicate_names.txt");
        if (allowed > 0) lowered[name] = std::min(places.size(), allowed);
    }
    for (const auto& [name, count] : listed)
        CHECK_MESSAGE(all.contains(name), name, ": remove it from tests/house/language/duplicate_names.txt");
    if (std::getenv("EVENFOLD_UPDATE_CEILINGS") != nullptr) write_list(lowered);
}

TEST_CASE("Duplicate names: the rule finds two types of one name, and names the line of each.") {
    const SharedNames found =
        shared("\nstruct Place {\n    int at;\n};\n", "namespace {\n\nclass Place final {};\n}\n");
    CHECK(found == SharedNames{{"Place", {"kernel/a.hpp:2", "journal/b.cpp:3"}}});
    CHECK(shared("enum class Kind : int { a };", "struct Row {\n    using Kind = int;\n};").contains("Kind"));
    CHECK(shared("template <class T>\nstruct Row {};", "using Row = std::vector<int>;").contains("Row"));
    CHECK(shared("struct A {\npublic:\n    union Row {};\n};", "struct A::Row {};").contains("Row"));
    CHECK(shared("using Clock = std::steady_clock;", "using Clock = std::function<int()>;").contains("Clock"));
    CHECK(shared("struct [[nodiscard]] Row : Base {};", "enum Row { a, b };").contains("Row"));
}

TEST_CASE("Duplicate names: declarations, specialisations, repeated aliases and local types are not counted.") {
    const std::string row = "struct Row {};\n";
    CHECK(shared(row, "struct Row;\nclass Row;\nfriend struct Row;").empty());
    CHECK(shared("template <class T>\nstruct Row {};", "template <>\nstruct Row<int> {};").empty());
    CHECK(shared(row, "using Row = kernel::Row<int>;\nusing Row = typename D::Row;").empty());
    CHECK(shared("using Json = nlohmann::json;", "using Json = nlohmann::json;").empty());
    CHECK(shared(row, "void f() {\n    struct Row {};\n    using Row = int;\n}").empty());
    CHECK(shared(row, "struct Row f(struct Row row) {\n}\nstruct Row value{};").empty());
    CHECK(shared(row, "// struct Row {};\nconst char* text = \"struct Row {};\";").empty());
    CHECK(shared(row, "#define ROW struct Row { \\\n    struct Row {};\n").empty());
    CHECK(shared("struct TreeRow {};", "struct TreeRow {};").empty());
    CHECK(shared("struct Command {};", "struct Command {};").empty());
    const std::vector<Source> tests{{"kernel/a.hpp", row}, {"tests/b.hpp", row}};
    CHECK(shared_names(tests).empty());
    const std::vector<Source> domain{{"core/events/orchestration/a.hpp", row},
                                     {"core/values/orchestration/values.hpp", row}};
    CHECK(shared_names(domain).empty());
}
