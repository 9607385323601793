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
    CHECK(database_calls({"bench/x.cpp", call}).empty());
    CHECK(database_calls({"journal/sqlite/x.cpp", "// sqlite3_open is called by storage\n"}).empty());
}
