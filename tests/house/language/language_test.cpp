#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "evenfold/tests/house/language/language.hpp"
#include "evenfold/tests/support/build_paths.hpp"

// Each folder of the tree has a ceiling for the uses of each banned idiom, in ceilings.txt. A ceiling only falls:
// a folder that stays below its ceiling must lower it. EVENFOLD_UPDATE_CEILINGS=1 lowers all of them.

using namespace evenfold::house;

namespace {

using Ceilings = std::map<std::string, std::array<std::size_t, banned_idioms>>;

std::string ceilings_file() {
    return evenfold::tests::source_tree() + "/tests/house/language/ceilings.txt";
}

Ceilings read_ceilings() {
    Ceilings ceilings;
    std::ifstream file(ceilings_file());
    for (std::string line; std::getline(file, line);) {
        if (line.starts_with("#") || line.empty()) continue;
        std::istringstream fields(line);
        std::string folder;
        fields >> folder;
        for (std::size_t& ceiling : ceilings[folder]) fields >> ceiling;
        REQUIRE_MESSAGE(fields, "ceilings.txt: not a folder and three numbers: ", line);
    }
    return ceilings;
}

void write_ceilings(const Ceilings& ceilings) {
    std::ofstream file(ceilings_file());
    file << "# The uses of banned idioms per folder that are left: answer, tell, What or Who as a subject.\n"
            "# tests/house/language/language_test.cpp explains; EVENFOLD_UPDATE_CEILINGS=1 lowers these numbers and "
            "never "
            "raises them.\n";
    for (const auto& [folder, idioms] : ceilings) {
        if (std::ranges::count(idioms, 0U) == static_cast<std::ptrdiff_t>(idioms.size())) continue;
        file << folder;
        for (const std::size_t ceiling : idioms) file << ' ' << ceiling;
        file << '\n';
    }
}

std::string folder_of(const std::string& path) {
    const std::size_t end = path.rfind('/');
    return end == std::string::npos ? "." : path.substr(0, end);
}

struct Folder {
    Usage usage;
    std::vector<std::pair<std::size_t, std::string>> files; // banned uses, and `path: lines`

    [[nodiscard]] std::string worst() const {
        auto sorted = files;
        std::ranges::sort(sorted, std::greater{});
        std::string text;
        for (std::size_t i = 0; i < std::min<std::size_t>(sorted.size(), 3); ++i) text += "\n  " + sorted[i].second;
        return text;
    }
};

/// Paths that quote what is banned, because they are about it.
bool is_about_language(const std::string& path) {
    return path.starts_with("tests/house");
}

std::map<std::string, Folder> folders() {
    std::map<std::string, Folder> all;
    for (const Source& source : read_tree(evenfold::tests::source_tree())) {
        if (is_about_language(source.path)) continue;
        const Usage usage = usage_of(source);
        Folder& folder = all[folder_of(source.path)];
        folder.usage += usage;
        if (usage.offences.empty()) continue;
        std::string lines = source.path + ": lines";
        for (std::size_t i = 0; i < std::min<std::size_t>(usage.offences.size(), 8); ++i)
            lines += " " + std::to_string(usage.offences[i]);
        folder.files.emplace_back(usage.offences.size(), lines);
    }
    return all;
}

} // namespace

TEST_CASE(
    "Language: no folder uses more banned idioms than its ceiling allows, and no ceiling is higher than needed.") {
    Ceilings ceilings = read_ceilings();
    Ceilings lowered;
    for (const auto& [name, folder] : folders()) {
        for (std::size_t idiom = 0; idiom < banned_idioms; ++idiom) {
            const std::size_t have = folder.usage.counts[idiom];
            const std::size_t ceiling = ceilings[name][idiom];
            CHECK_MESSAGE(have <= ceiling, name, " uses '", idiom_names[idiom], "' ", have, " times; its ceiling is ",
                          ceiling, "; CONTRIBUTING.md shows what to write instead; most uses:", folder.worst());
            CHECK_MESSAGE(have >= ceiling, name, " uses '", idiom_names[idiom], "' ", have,
                          " times; lower its ceiling of ", ceiling,
                          " in tests/house/language/ceilings.txt, or run this with EVENFOLD_UPDATE_CEILINGS=1");
            lowered[name][idiom] = std::min(have, ceiling);
        }
    }
    for (const auto& [name, idioms] : ceilings)
        CHECK_MESSAGE(lowered.contains(name), "tests/house/language/ceilings.txt: there is no folder ", name);
    if (std::getenv("EVENFOLD_UPDATE_CEILINGS") != nullptr) write_ceilings(lowered);
}

TEST_CASE("Language: the rates over the whole tree are printed.") {
    Usage whole;
    for (const auto& [name, folder] : folders()) whole += folder.usage;
    CHECK(whole.words > 10'000);
    for (std::size_t idiom = 0; idiom < idiom_names.size(); ++idiom)
        MESSAGE(idiom_names[idiom], ": ", whole.rate(static_cast<Idiom>(idiom)), " per 1,000 of ", whole.words,
                " words");
}

TEST_CASE("Language: idioms are found in comments, texts and pages, and nowhere else.") {
    const auto counted = [](const char* path, const char* text) { return usage_of({path, text}).counts; };
    using IdiomCounts = std::array<std::size_t, idiom_names.size()>;
    CHECK(counted("kernel/x.hpp", "/// Answers the head.\nint answer(); // told, because\n") ==
          IdiomCounts{1, 1, 0, 0, 1});
    CHECK(counted("kernel/x.cpp", "f(\"the reader is told\", \"answer\", \"answers\");\n") ==
          IdiomCounts{0, 1, 0, 0, 0});
    CHECK(counted("kernel/x.hpp", "/// What is shown. Who holds it?\n/// Returns it since then.\n") ==
          IdiomCounts{0, 0, 1, 1, 1});
    CHECK(counted("docs/x.md", "It tells.\n\n    it tells\n\n```\nit tells\n```\n`tells`\n") ==
          IdiomCounts{0, 1, 0, 0, 0});
    CHECK(counted("core/events/orchestration/turn.hpp", "/// The user answers.\n") == IdiomCounts{});
    CHECK(usage_of({"kernel/x.hpp", "/// One.\n/// It tells.\n"}).offences == std::vector<std::size_t>{2});
    CHECK(usage_of({"kernel/x.hpp", "/// One two three.\n"}).words == 3);
}
