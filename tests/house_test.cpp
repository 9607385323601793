#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "evenfold/tests/house/checks.hpp"
#include "evenfold/tests/house/domains.hpp"
#include "evenfold/tests/house/rules.hpp"
#include "evenfold/tests/support/build_paths.hpp"

using namespace evenfold::house;

namespace {

const std::string& root = evenfold::tests::source_tree();
constexpr std::size_t larger_files_max = 56; // may only fall

} // namespace

TEST_CASE("House: the files of the tree are read.") {
    const auto path = [](const Source& source) { return source.path; };
    CHECK(std::ranges::count(tree(), "core/values/uuid.hpp", path) == 1);
    CHECK(std::ranges::count(tree(), "system/failure.hpp", path) == 1);
    CHECK(std::ranges::count(tree(), "storage/sqlite/database.hpp", path) == 1);
    CHECK(std::ranges::count(tree(), "tests/house_test.cpp", path) == 1);
    CHECK(std::ranges::count(tree(), "CMakeLists.txt", path) == 1);
}

TEST_CASE("House: core/ and providers/ use no clock, randomness, thread, file or environment.") {
    check_each(outside_world);
    check_caught(outside_world({"core/values/x.cpp", "#include <random>\n"}), "core/values/x.cpp:1");
    check_caught(outside_world({"core/values/x.cpp", "\nauto at = system_clock::now();\n"}), "core/values/x.cpp:2");
    check_caught(outside_world({"providers/x.hpp", "std::getenv(\"HOME\");"}), "providers/x.hpp:1");
    CHECK(outside_world({"core/x.cpp", "// never now(), never printf\nint operand(int); \"getenv\""}).empty());
    CHECK(outside_world({"kernel/x.cpp", "#include <mutex>\n"}).empty());
}

TEST_CASE("House: core/ and providers/ keep no state between calls.") {
    check_each(mutable_globals);
    check_caught(mutable_globals({"core/x.cpp", "int calls = 0;\n"}), "core/x.cpp:1");
    check_caught(mutable_globals({"core/x.cpp", "std::map<int, int> seen;\n"}), "core/x.cpp:1");
    check_caught(mutable_globals({"core/x.cpp", "int f() {\n    static int calls = 0;\n}\n"}), "core/x.cpp:2");
    check_caught(mutable_globals({"core/x.hpp", "inline std::string last{};\n"}), "core/x.hpp:1");
    CHECK(mutable_globals({"core/x.cpp", "constexpr int calls = 0;\nint f(int x = 0);\n"}).empty());
    CHECK(mutable_globals({"core/x.cpp", "static const int calls = 0;\nbool operator==(A, B) { return true; }\n"})
              .empty());
    CHECK(mutable_globals({"core/x.cpp", "std::expected<int, A> f() {\n    int calls = 0;\n}\n"}).empty());
    CHECK(mutable_globals({"core/x.hpp", "extern template class Table<int>;\n"}).empty());
    CHECK(mutable_globals({"core/x.hpp", "bool f()\n    requires true\n{\n    return true;\n}\n"}).empty());
    check_caught(mutable_globals({"core/x.hpp", "extern int calls;\n"}), "core/x.hpp:1");
}

TEST_CASE("House: includes follow the allowed dependencies.") {
    check_each(include_arrows);
    const auto sees = [](const std::string& path, const std::string& header) {
        return include_arrows({path, "#include \"evenfold/" + header + "\"\n"}).empty();
    };
    CHECK_FALSE(sees("core/values/x.hpp", "core/events/events.hpp"));
    CHECK_FALSE(sees("core/events/x.hpp", "core/commands/commands.hpp"));
    CHECK_FALSE(sees("core/commands/x.hpp", "core/projector/projector.hpp"));
    CHECK_FALSE(sees("core/projector/x.hpp", "core/decider/decider.hpp"));
    CHECK_FALSE(sees("core/decider/x.hpp", "codec/codec.hpp"));
    CHECK_FALSE(sees("providers/x.hpp", "codec/codec.hpp"));
    CHECK_FALSE(sees("providers/wire/x.hpp", "providers/claude/turn.hpp"));
    CHECK_FALSE(sees("codec/x.hpp", "journal/journal.hpp"));
    CHECK_FALSE(sees("system/x.hpp", "core/events/events.hpp"));
    CHECK_FALSE(sees("core/events/x.hpp", "system/failure.hpp"));
    CHECK_FALSE(sees("journal/journal.hpp", "journal/memory/memory_journal.hpp"));
    CHECK_FALSE(sees("journal/memory/x.hpp", "journal/sqlite/appender.hpp"));
    CHECK_FALSE(sees("kernel/x.cpp", "journal/sqlite/appender.hpp"));
    CHECK_FALSE(sees("kernel/x.cpp", "journal/memory/memory_journal.hpp"));
    CHECK_FALSE(sees("cli/ingest.cpp", "journal/sqlite/appender.hpp"));
    CHECK_FALSE(sees("kernel/x.cpp", "attic/x.hpp"));
    CHECK_FALSE(sees("core/text/x.hpp", "core/values/uuid.hpp"));
    CHECK(sees("core/values/x.cpp", "core/text/utf8.hpp"));
    CHECK(sees("core/decider/x.hpp", "core/projector/projector.hpp"));
    CHECK(sees("kernel/x.cpp", "journal/journal.hpp"));
    CHECK_FALSE(sees("storage/sqlite/x.hpp", "journal/journal.hpp"));
    CHECK_FALSE(sees("kernel/x.cpp", "storage/sqlite/database.hpp"));
    CHECK_FALSE(sees("journal/memory/x.cpp", "storage/sqlite/database.hpp"));
    CHECK(sees("storage/sqlite/x.cpp", "system/failure.hpp"));
    CHECK(sees("journal/sqlite/x.cpp", "storage/sqlite/database.hpp"));
    CHECK(sees("journal/sqlite/x.cpp", "journal/journal.hpp"));
    CHECK(sees("cli/main.cpp", "journal/sqlite/appender.hpp"));
    CHECK(sees("cli/main.cpp", "cli/ingest.hpp"));
    CHECK(sees("tests/x_test.cpp", "journal/memory/memory_journal.hpp"));
}

TEST_CASE("House: own headers are included by one spelling.") {
    check_caught(include_arrows({"core/values/x.cpp", "#include \"uuid.hpp\"\n"}), "core/values/x.cpp:1");
    check_caught(include_arrows({"core/values/x.cpp", "#include \"../values/uuid.hpp\"\n"}), "core/values/x.cpp:1");
    check_caught(include_arrows({"tests/x.cpp", "#include <evenfold/core/values/uuid.hpp>\n"}), "tests/x.cpp:1");
}

TEST_CASE("House: third-party headers are included only in their modules.") {
    check_each(foreign_headers);
    check_caught(foreign_headers({"core/x.cpp", "#include <nlohmann/json.hpp>\n"}), "core/x.cpp:1");
    check_caught(foreign_headers({"codec/x.hpp", "#include <nlohmann/json.hpp>\n"}), "codec/x.hpp:1");
    check_caught(foreign_headers({"kernel/x.cpp", "#include <sqlite3.h>\n"}), "kernel/x.cpp:1");
    check_caught(foreign_headers({"journal/sqlite/x.cpp", "#include <sqlite3.h>\n"}), "journal/sqlite/x.cpp:1");
    check_caught(foreign_headers({"core/x.hpp", "#include <boost/hana.hpp>\n"}), "core/x.hpp:1");
    CHECK(foreign_headers({"codec/x.hpp", "#include <nlohmann/json_fwd.hpp>\n"}).empty());
}

TEST_CASE("House: a header opens with its purpose.") {
    check_each(header_opening);
    const std::string pragma = "#pragma once\n";
    CHECK(header_opening({"core/x.hpp", "/// What it is.\n/// Shapes.\n/// Source.\n" + pragma}).empty());
    check_caught(header_opening({"core/x.hpp", pragma}), "core/x.hpp:1");
    check_caught(header_opening({"core/x.hpp", "/// What it is.\n" + pragma}), "core/x.hpp:1");
    check_caught(header_opening({"core/x.hpp", "/// What it is.\n/// Shapes.\n#include <string>\n"}), "core/x.hpp:1");
}

// The faulty words are written in halves, so that this file keeps the rules too.

TEST_CASE("House: no file has words that mark unfinished work.") {
    check_each(unfinished_words);
    const std::string now = "now";
    const std::string ub = "ub";
    check_caught(unfinished_words({"core/x.cpp", "\n// TO" + std::string("DO later\n")}), "core/x.cpp:2");
    check_caught(unfinished_words({"core/x.cpp", "// Good enough for " + now + ".\n"}), "core/x.cpp:1");
    check_caught(unfinished_words({"README.md", "A st" + ub + ".\n"}), "README.md:1");
    CHECK(unfinished_words({"core/x.cpp", "std::to_string(stubborn);\n"}).empty());
}

TEST_CASE("House: no name is vague.") {
    check_each(vague_names);
    const std::string ager = "ager";
    const std::string turn = "turn";
    check_caught(vague_names({"core/x.hpp", "class TurnMan" + ager + ";\n"}), "core/x.hpp:1");
    check_caught(vague_names({"core/x.hpp", "int get_" + turn + "();\n"}), "core/x.hpp:1");
    check_caught(vague_names({"core/string_utils.hpp", "\n"}), "core/string_utils.hpp:1");
    CHECK(vague_names({"core/x.cpp", "if (const auto* text = std::get_if<Text>(&block)) return text;\n"}).empty());
}

TEST_CASE("House: no file names a path of a particular machine.") {
    check_each([](const Source& source) { return machine_paths(source, root); });
    const std::string home = "me/";
    check_caught(machine_paths({"docs/x.md", "cd /ho" + home + "grace\n"}, root), "docs/x.md:1");
    check_caught(machine_paths({"docs/x.md", "\ncd /srv/tree/docs\n"}, "/srv/tree"), "docs/x.md:2");
    CHECK(machine_paths({"docs/x.md", "cd /ho" + home + "ada\n"}, root).empty());
}

TEST_CASE("House: tests are named by sentences, do not sleep and are not disabled.") {
    check_each(test_style);
    const std::string checks = "    CHECK(true);\n";
    const std::string nap = "ep_for";
    const std::string ip = "ip()";
    check_caught(test_style({"tests/x.cpp", "TEST_CASE(\"uuid works\") {\n" + checks}), "tests/x.cpp:1");
    check_caught(test_style({"tests/x.cpp", "TEST_CASE(\"Uuid: it is.\") {\n"}), "tests/x.cpp:1");
    check_caught(test_style({"tests/x.cpp", "    std::this_thread::sle" + nap + "(1s);\n"}), "tests/x.cpp:1");
    check_caught(test_style({"tests/x.cpp", "TEST_CASE(\"A: b.\" * doctest::sk" + ip + ") {\n" + checks}),
                 "tests/x.cpp:1");
    CHECK(test_style({"tests/x.cpp", "TEST_CASE(\"Uuid: it is.\") {\n" + checks}).empty());
    CHECK(test_style({"tests/x.cpp", "TEST_CASE(\n    \"Uuid: it is.\") {\n" + checks}).empty());
}

TEST_CASE("House: each test asserts something.") {
    const std::string one = "TEST_CASE(\"A: b.\") {\n";
    const std::string check = "    CHECK(true);\n}\n";
    check_caught(test_style({"tests/x.cpp", one + check + one + "    run();\n}\n" + one + check}), "tests/x.cpp:4");
    check_caught(test_style({"tests/x.cpp", one + "}\nvoid later() {\n" + check}), "tests/x.cpp:1");
    CHECK(test_style({"tests/x.cpp", "void holds() {\n" + check + one + "    holds();\n}\n"}).empty());
    CHECK(test_style({"tests/x.cpp", one + "    check_" + "all();\n}\n"}).empty());
}

TEST_CASE("House: cited parts of a specification exist.") {
    const Source* page = find("docs/orchestration.md");
    REQUIRE(page);
    check_each([&](const Source& source) { return missing_sections(source, *page); });
    const Source small{"docs/x.md", "# X\n\n## 6.1 One\n\n- **L1** One.\n"};
    const std::string six = "6.";
    const std::string law = "law L";
    CHECK(missing_sections({"core/x.hpp", "/// Source: section " + six + "1.\n"}, small).empty());
    check_caught(missing_sections({"core/x.hpp", "\n/// Source: section " + six + "12.\n"}, small), "core/x.hpp:2");
    check_caught(missing_sections({"core/x.hpp", "/// Source: section " + six + "1b.\n"}, small), "core/x.hpp:1");
    check_caught(missing_sections({"tests/x.cpp", "// " + law + "2\n"}, small), "tests/x.cpp:1");
    CHECK(missing_sections({"tests/x.cpp", "// " + law + "1, 0xF9, 16.12, AL2, 9.2." + six + "\n"}, small).empty());
}

TEST_CASE("House: the C++ of README and of the guides is a part of a project that is built.") {
    const Source* page = find("README.md");
    REQUIRE(page);
    check_none(foreign_snippets(*page, tree(), "tests/consumer/"));
    const Source* readers = find("docs/readers.md");
    REQUIRE(readers);
    check_none(foreign_snippets(*readers, tree(), "tests/consumer/"));
    for (const char* guide : {"docs/your-own-domain.md", "docs/domain-reference.md", "docs/journals.md", "docs/laws.md",
                              "docs/reactors.md", "docs/benchmarking.md"}) {
        REQUIRE(find(guide));
        check_none(foreign_snippets(*find(guide), tree(), "examples/"));
    }
    const std::vector<Source> files{{"tests/consumer/x.hpp", "int a;\nint b;\n"}, {"core/x.hpp", "int c;\n"}};
    const auto shows = [&](const std::string& code) {
        return foreign_snippets({"x.md", "X\n```cpp\n" + code + "```\n"}, files, "tests/consumer/");
    };
    CHECK(shows("int b;\n").empty());
    check_caught(shows("int c;\n"), "x.md:3");
}

TEST_CASE("House: the page of events links the list of stored forms, and cites it exactly.") {
    const Source* page = find("docs/events.md");
    const Source* stored = find("tests/golden/events.txt");
    REQUIRE(page);
    REQUIRE(stored);
    CHECK(page->text.find("(../tests/golden/events.txt)") != std::string::npos);
    std::size_t cited = 0;
    for (const auto& [number, text] : lines_of(page->text)) {
        if (text.find(" v1 = ") == std::string_view::npos) continue;
        ++cited;
        CHECK_MESSAGE(stored->text.find(std::string(text) + "\n") != std::string::npos, "docs/events.md:", number);
    }
    CHECK(cited > 0);
}

TEST_CASE("House: every file is listed in a build file.") {
    check_none(unlisted_files(tree()));
    const Source list{"core/CMakeLists.txt", "evenfold_library(core FILES values/uuid.cpp)"};
    CHECK(unlisted_files(std::vector{list, Source{"core/values/uuid.cpp", ""}}).empty());
    check_caught(unlisted_files(std::vector{list, Source{"core/values/id.cpp", ""}}), "core/values/id.cpp");
    check_caught(unlisted_files(std::vector{list, Source{"core/uuid.cpp", ""}}), "core/uuid.cpp");
}

TEST_CASE("House: files, functions and lines stay within their limits.") {
    const Source* list = find("tests/house/larger_files.txt");
    REQUIRE(list);
    const auto larger = listed_paths(*list);
    check_each([&](const Source& source) { return bounds(source, larger); });
    check_none(needless_paths(*list, tree()));
    CHECK(larger.size() <= larger_files_max);
    const auto lines = [](std::size_t count) {
        std::string text;
        for (std::size_t i = 0; i < count; ++i) text += "    step();\n";
        return text;
    };
    check_caught(bounds({"core/x.hpp", lines(121)}), "core/x.hpp:121");
    check_caught(bounds({"core/x.cpp", lines(301)}), "core/x.cpp:301");
    check_caught(bounds({"core/x.cpp", "\n// " + std::string(118, 'x') + "\n"}), "core/x.cpp:2");
    check_caught(bounds({"core/x.cpp", "\nvoid run() {\n" + lines(50) + "}\n"}), "core/x.cpp:2");
    CHECK(bounds({"core/x.cpp", "void run() {\n" + lines(49) + "}\n"}).empty());
    CHECK(bounds({"core/x.hpp", "/// for (;;) {\n" + lines(60) + "}\n"}).empty());
    CHECK(bounds({"core/x.cpp", "// " + std::string(116, 'x') + "\u00e9\n"}).empty());

    const Source control{"tests/house/larger_files.txt", "# why\ncore/x.hpp\ncore/y.cpp\n"};
    const auto listed = listed_paths(control);
    REQUIRE(listed.size() == 2);
    CHECK(bounds({"core/x.hpp", lines(121)}, listed).empty());
    check_caught(bounds({"core/x.hpp", lines(201)}, listed), "core/x.hpp:201");
    check_caught(bounds({"core/y.cpp", lines(401)}, listed), "core/y.cpp:401");
    check_caught(bounds({"core/z.cpp", lines(301)}, listed), "core/z.cpp:301");
    const Source large{"core/x.hpp", lines(121)};
    check_caught(needless_paths(control, std::vector{large, Source{"core/y.cpp", lines(300)}}), "core/y.cpp");
    check_caught(needless_paths(control, std::vector{large}), "core/y.cpp");
    CHECK(needless_paths(control, std::vector{large, Source{"core/y.cpp", lines(301)}}).empty());
}

TEST_CASE("House: no folder has too many files.") {
    const Source* list = find("tests/house/larger_files.txt");
    REQUIRE(list);
    check_none(crowded_folders(tree(), listed_paths(*list)));
    std::vector<Source> crowd;
    for (int i = 0; i < 16; ++i) {
        crowd.push_back({"core/values/x" + std::to_string(i) + ".hpp", ""});
        crowd.push_back({"core/values/x" + std::to_string(i) + ".cpp", ""});
    }
    check_caught(crowded_folders(crowd), "core/values: 16");
    const std::vector<std::string_view> larger{"core/values"};
    CHECK(crowded_folders(crowd, larger).empty());
    const Source control{"tests/house/larger_files.txt", "core/values\n"};
    CHECK(needless_paths(control, crowd).empty());
    crowd.resize(crowd.size() - 2);
    CHECK(crowded_folders(crowd).empty());
    check_caught(needless_paths(control, crowd), "core/values");
}
