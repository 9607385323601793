#include <doctest/doctest.h>
#include <string>
#include <vector>

#include "evenfold/tests/house/checks.hpp"

using namespace evenfold::house;

TEST_CASE("House: the page of public headers lists the same headers as the build files.") {
    const Source* page = find("docs/headers.md");
    REQUIRE(page);
    const std::vector<std::string> headers = public_headers(tree());
    CHECK(headers.size() > 40);
    check_none(wrong_header_rows(*page, headers));

    const std::vector<Source> build{{"core/CMakeLists.txt",
                                     "evenfold_library(core\n    PUBLIC\n        a.hpp\n        b/c.hpp\n    FILES\n"
                                     "        a.hpp b/c.hpp d.hpp\n    LINK x)\n"}};
    const std::vector<std::string> two = public_headers(build);
    CHECK(two == std::vector<std::string>{"core/a.hpp", "core/b/c.hpp"});
    const std::string row = "| core/a.hpp | A |\n";
    const std::string other = "| core/b/c.hpp | C |\n";
    CHECK(wrong_header_rows({"x.md", "| header | content |\n" + row + other}, two).empty());
    check_caught(wrong_header_rows({"x.md", row}, two), "x.md: has no row for the public header core/b/c.hpp");
    check_caught(wrong_header_rows({"x.md", row + other + "| core/d.hpp | D |\n"}, two), "x.md:3");
    check_caught(wrong_header_rows({"x.md", row + other + row}, two), "x.md:3");
}

TEST_CASE("House: each public header opens with an overview and an example that a test compiles") {
    check_none(missing_examples(tree(), public_headers(tree())));

    const std::vector<std::string> one{"core/a.hpp"};
    const std::string overview = "/// A.\n/// B.\n///\n";
    const std::string line = "///     a();\n";
    const auto faults_of = [&](const std::string& opening, const std::string& included) {
        const Source header{"core/a.hpp", opening + "#pragma once\n///     f();\n"};
        const Source test{"tests/header_examples/x.cpp",
                          "{\n#include \"evenfold/header_examples/" + included + "\"\n}\n"};
        return missing_examples(std::vector{header, test}, one);
    };
    CHECK(faults_of(overview + line + line + line, "core/a.hpp").empty());
    check_caught(faults_of("/// A.\n" + line + line + line, "core/a.hpp"),
                 "core/a.hpp: does not open with an overview");
    check_caught(faults_of(overview + line + line, "core/a.hpp"), "core/a.hpp: does not open with an example");
    check_caught(faults_of(overview, "core/a.hpp"), "core/a.hpp: does not open with an example");
    check_caught(faults_of(overview + line + line + line, "core/b.hpp"), "core/a.hpp: no test compiles");
}

TEST_CASE("House: examples and the consumer include only public headers") {
    const std::vector<std::string> headers = public_headers(tree());
    check_each([&](const Source& source) { return private_includes(source, headers); });
    const std::vector<std::string> one{"core/a.hpp"};
    const auto includes = [&](const std::string& path, const std::string& header) {
        return private_includes({path, "\n#include \"" + header + "\"\n"}, one);
    };
    CHECK(includes("examples/x/x.cpp", "evenfold/core/a.hpp").empty());
    CHECK(includes("examples/x/x.cpp", "x.hpp").empty());
    CHECK(includes("kernel/x.cpp", "evenfold/core/b.hpp").empty());
    check_caught(includes("examples/x/x.cpp", "evenfold/core/b.hpp"), "examples/x/x.cpp:2");
    check_caught(private_includes({"tests/consumer/x.cpp", "#include <evenfold/core/b.hpp>\n"}, one),
                 "tests/consumer/x.cpp:1");
}

TEST_CASE("House: the reports about other programs that tests cite are explained on a page") {
    const Source* page = find("docs/field-failures.md");
    REQUIRE(page);
    check_each([&](const Source& source) { return unexplained_reports(source, *page); });
    const Source small{"docs/x.md", "| #4584 | a |\n| b#242 | c |\n"};
    const std::string mark = "#";
    CHECK(unexplained_reports({"tests/x.cpp", "// " + mark + "4584, b" + mark + "242, item #12\n"}, small).empty());
    CHECK(unexplained_reports({"core/x.cpp", "// " + mark + "999\n"}, small).empty());
    check_caught(unexplained_reports({"tests/x.cpp", "\n// " + mark + "458\n"}, small), "tests/x.cpp:2");
    check_caught(unexplained_reports({"tests/x.cpp", "// " + mark + "45841\n"}, small), "tests/x.cpp:1");
}

TEST_CASE("House: the index links each page of docs") {
    const Source* index = find("docs/index.md");
    REQUIRE(index);
    check_none(wrong_index(*index, tree()));
    const std::vector<Source> pages{{"README.md", ""}, {"docs/index.md", ""}, {"docs/a.md", ""}};
    const std::string a = "- [A](a.md): a.\n";
    CHECK(wrong_index({"docs/index.md", "- [R](../README.md): r.\n" + a}, pages).empty());
    check_caught(wrong_index({"docs/index.md", ""}, pages), "docs/index.md: has no link to docs/a.md");
    check_caught(wrong_index({"docs/index.md", a + "- [B](b.md): b.\n"}, pages), "docs/index.md:2");
}

TEST_CASE("House: pages that code cites exist") {
    check_each([](const Source& source) { return missing_pages(source, tree()); });
    const std::vector<Source> pages{{"docs/laws.md", ""}};
    CHECK(missing_pages({"core/x.hpp", "/// Source: docs/laws.md, \"The laws\".\n"}, pages).empty());
    check_caught(missing_pages({"core/x.hpp", "\n/// Source: docs/law.md.\n"}, pages), "core/x.hpp:2");
}
