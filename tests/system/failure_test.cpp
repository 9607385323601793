#include "evenfold/system/failure.hpp"

#include <doctest/doctest.h>

#include <cerrno>
#include <string>

#include "evenfold/core/reflection/type_name.hpp"

using namespace evenfold::system;

TEST_CASE("Failure: each kind has a row in the table, with its enumerator's name.") {
    const auto& enumerators = evenfold::enumerator_names<FailureKind>;
    REQUIRE(enumerators.size() == static_cast<std::size_t>(FailureKind::input_output) + 1); // none after the last
    for (std::size_t index = 0; index < enumerators.size(); ++index)
        CHECK(name_of(static_cast<FailureKind>(index)) == enumerators[index]);
}

TEST_CASE("Failure: exit codes and HTTP statuses are the documented ones.") {
    CHECK(exit_code_of(FailureKind::busy) == 3);
    CHECK(exit_code_of(FailureKind::damaged) == 4);
    CHECK(exit_code_of(FailureKind::nothing_to_commit) == 1);
    CHECK(exit_code_of(FailureKind::not_started) == 1);
    CHECK(http_status_of(FailureKind::not_found) == 404);
    CHECK(http_status_of(FailureKind::busy) == 503);
    CHECK(http_status_of(FailureKind::full) == 507);
    CHECK(http_status_of(FailureKind::input_output) == 500);
}

TEST_CASE("Failure: an errno has a kind, and its failure names the file, the operation and a remedy.") {
    CHECK(kind_of_errno(ENOTDIR) == FailureKind::not_found);
    CHECK(kind_of_errno(EROFS) == FailureKind::read_only);
    CHECK(kind_of_errno(EDQUOT) == FailureKind::full);
    CHECK(kind_of_errno(EIO) == FailureKind::input_output);
    const Failure failure = failure_of("folder/file", "flush", ENOSPC);
    CHECK(failure.kind == FailureKind::full);
    CHECK(failure.what == "folder/file: flush: No space left on device");
    CHECK(failure.remedy == "Free space, then try again; nothing stored is lost.");
    CHECK(failure_of("file", "open", EMFILE).remedy.find("ulimit -n") != std::string::npos);
}
