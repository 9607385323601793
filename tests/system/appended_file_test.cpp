#include "evenfold/system/appended_file.hpp"

#include <doctest/doctest.h>
#include <sys/resource.h>

#include <csignal>
#include <fstream>
#include <iterator>
#include <string>

#include "evenfold/system/whole_file.hpp"
#include "evenfold/tests/journal/child_process.hpp"
#include "evenfold/tests/journal/scratch_folder.hpp"

using namespace evenfold::system;

TEST_CASE("Appended file: bytes are added at the end, or after the bytes that are kept.") {
    const evenfold::journal::ScratchFolder folder;
    const auto path = folder / "file";
    {
        auto file = AppendedFile::open_to_append(path);
        REQUIRE(file);
        CHECK(file->size() == 0);
        REQUIRE(file->append(0, "one two "));
        REQUIRE(file->append(4, "three"));
        CHECK(file->size() == 9);
        CHECK(file->read_from(0) == "one three");
        CHECK(file->read_from(4) == "three");
        CHECK(file->read_from(10) == "");
    }
    CHECK(AppendedFile::open_to_read(path)->read_from(0) == "one three");
    CHECK(read_whole_file(path, 9) == "one three");
}

TEST_CASE("Appended file: several can read it at once, and a missing one is not created.") {
    const evenfold::journal::ScratchFolder folder;
    const auto path = folder / "file";
    CHECK(AppendedFile::open_to_read(path).error().kind == FailureKind::not_found);
    CHECK_FALSE(std::filesystem::exists(path));
    REQUIRE(AppendedFile::open_to_append(path));
    const auto first = AppendedFile::open_to_read(path);
    const auto second = AppendedFile::open_to_read(path);
    CHECK(first.has_value());
    CHECK(second.has_value());
    CHECK(AppendedFile::open_to_append(folder / "gone/file").error().kind == FailureKind::not_found);
    CHECK(AppendedFile::open_to_read(folder.path()).error().kind == FailureKind::unsafe);
}

TEST_CASE("Appended file: an append without space leaves the bytes before it.") {
    const evenfold::journal::ScratchFolder folder;
    const auto path = folder / "file";
    constexpr rlim_t limit_bytes = 1'000;
    evenfold::journal::ChildProcess child([&] {
        std::signal(SIGXFSZ, SIG_IGN); // NOLINT(cert-err33-c): a process of its own
        const struct rlimit limit{.rlim_cur = limit_bytes, .rlim_max = limit_bytes};
        auto file = AppendedFile::open_to_append(path);
        if (::setrlimit(RLIMIT_FSIZE, &limit) != 0 || !file || !file->append(0, std::string(900, 'a'))) return 1;
        const auto refused = file->append(900, std::string(200, 'b'));
        if (refused || refused.error().kind != FailureKind::full) return 2;
        return file->append(900, std::string(100, 'c')) ? 0 : 3;
    });
    CHECK(child.end() == 0);
    CHECK(read_whole_file(path, 2'000) == std::string(900, 'a') + std::string(100, 'c'));
}

TEST_CASE("Whole file: a larger file than the bound is refused, also one whose size is not known.") {
    const evenfold::journal::ScratchFolder folder;
    const auto path = folder / "file";
    std::ofstream(path) << std::string(10'000, 'x');
    CHECK(read_whole_file(path, 10'000)->size() == 10'000);
    const auto large = read_whole_file(path, 9'999);
    REQUIRE_FALSE(large);
    CHECK(large.error().kind == FailureKind::too_large);
    CHECK(large.error().what == path.string() + ": has more than 9999 bytes");
    CHECK(read_whole_file("/dev/zero", 100'000).error().kind == FailureKind::too_large);
    CHECK(read_whole_file("/proc/self/status", 1'000'000)->starts_with("Name:"));
    CHECK(read_whole_file("/dev/null", 0) == "");
    CHECK(read_whole_file(folder / "gone", 1).error().kind == FailureKind::not_found);
}
