#include <doctest/doctest.h>
#include <string>

#include "evenfold/tests/house/checks.hpp"

using namespace evenfold::house;

TEST_CASE("House: only a few modules include the operating system's headers.") {
    check_each(operating_system);
    for (const std::string header : {"<unistd.h>", "<sys/stat.h>", "<csignal>", "<linux/close_range.h>"}) {
        const std::string include = "\n#include " + header + "\n";
        check_caught(operating_system({"cli/x.cpp", include}), "cli/x.cpp:2");
        check_caught(operating_system({"journal/sqlite/x.hpp", include}), "journal/sqlite/x.hpp:2");
        check_caught(operating_system({"reactors/orchestration/x.cpp", include}), "reactors/orchestration/x.cpp:2");
        CHECK(operating_system({"system/x.cpp", include}).empty());
        CHECK(operating_system({"storage/sqlite/x.cpp", include}).empty());
        CHECK(operating_system({"reactors/git/files/x.cpp", include}).empty());
    }
    CHECK(operating_system({"cli/x.cpp", "#include <system_error>\n#include <cerrno>\n"}).empty());
}

TEST_CASE("House: only storage/ opens databases.") {
    check_each(database_calls);
    const std::string call = "\n    sqlite3_open(name, &handle);\n";
    check_caught(database_calls({"journal/sqlite/x.cpp", call}), "journal/sqlite/x.cpp:2");
    check_caught(database_calls({"cli/x.cpp", call}), "cli/x.cpp:2");
    CHECK(database_calls({"storage/sqlite/x.cpp", call}).empty());
    check_caught(database_calls({"journal/postgres/x.cpp", "int a;\nauto b = PQexec(c, d);"}),
                 "journal/postgres/x.cpp:2");
    CHECK(database_calls({"storage/postgres/x.cpp", "auto b = PQexec(c, d);"}).empty());
    CHECK(database_calls({"journal/postgres/x.cpp", "int EPQ = 1; int PQ = 2; int aPQb = 3;"}).empty());
    CHECK(database_calls({"bench/x.cpp", call}).empty());
    CHECK(database_calls({"journal/sqlite/x.cpp", "// sqlite3_open is called by storage\n"}).empty());
}

TEST_CASE("House: cli/ prints through one file, which escapes what a terminal would execute.") {
    check_each(raw_output);
    for (const std::string call : {"fmt::print(\"x\");", "std::fputs(text, stderr);", "std::cout << text;",
                                   "printf(text);", "::write(STDOUT_FILENO, text, size);"})
        check_caught(raw_output({"cli/verbs/x.cpp", "\n    " + call + "\n"}), "cli/verbs/x.cpp:2");
    CHECK(raw_output({"cli/output/print.cpp", "std::fputs(text, stderr);\n"}).empty());
    CHECK(raw_output({"cli/verbs/x.cpp", "write_to_stdout(text); // not fmt::print\n"}).empty());
    CHECK(raw_output({"bench/x.cpp", "fmt::print(text);\n"}).empty());
}

TEST_CASE("House: no document costs the square of the number of its keys.") {
    check_each(slow_documents);
    check_caught(slow_documents({"kernel/x.cpp", "\nnlohmann::ordered_json json;\n"}), "kernel/x.cpp:2");
    check_caught(slow_documents({"bench/x.cpp", "using Json = nlohmann::ordered_json;\n"}), "bench/x.cpp:1");
    CHECK(slow_documents({"codec/x.hpp", "using Json = OrderedJson; // not nlohmann::ordered_json\n"}).empty());
    CHECK(slow_documents({"tests/x.cpp", "nlohmann::ordered_json json;\n"}).empty());
}
