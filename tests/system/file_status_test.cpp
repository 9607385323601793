#include "evenfold/system/file_status.hpp"

#include <doctest/doctest.h>

#include <fcntl.h>
#include <fstream>

#include "evenfold/system/descriptor.hpp"
#include "evenfold/system/file_note.hpp"
#include "evenfold/tests/journal/scratch_folder.hpp"

using namespace evenfold::system;

TEST_CASE("FileStatus: names of one file have one id, and their number is known") {
    const evenfold::journal::ScratchFolder folder;
    std::ofstream(folder / "a") << "four";
    std::ofstream(folder / "other").flush();
    std::filesystem::create_hard_link(folder / "a", folder / "b");
    std::filesystem::create_symlink("a", folder / "link");
    const auto one = status_of(folder / "a", Links::keep);
    const auto two = status_of(folder / "b", Links::keep);
    REQUIRE(one);
    REQUIRE(two);
    CHECK(one->id == two->id);
    CHECK(one->links == 2);
    CHECK(one->bytes == 4);
    CHECK(one->owner == user_id());
    CHECK_FALSE(one->is_mount);
    CHECK(status_of(folder / "other", Links::keep)->id != one->id);
    CHECK(status_of(folder / "link", Links::keep)->type == FileType::link);
    CHECK(status_of(folder / "link", Links::follow) == one);
    CHECK(status_of(folder.path(), Links::keep)->type == FileType::folder);
    const Descriptor open(::open((folder / "b").c_str(), O_RDONLY | O_CLOEXEC));
    CHECK(status_of(open.number())->id == one->id);
}

TEST_CASE("FileStatus: a file that is missing or closed is an errno, and a mount is recognised") {
    CHECK(status_of("no/such/file", Links::keep).error() == ENOENT);
    CHECK(status_of(-1).error() == EBADF);
    CHECK(status_of("/proc", Links::keep)->is_mount);
}

TEST_CASE("FileNote: a note goes with a renamed file, and not into a copy") {
    const evenfold::journal::ScratchFolder folder;
    std::ofstream(folder / "a") << "x";
    CHECK(note_of(folder / "a", "user.evenfold.test").empty());
    if (!note_on(folder / "a", "user.evenfold.test", "text")) {
        MESSAGE("skipped: files cannot have attributes here");
        return;
    }
    std::filesystem::copy_file(folder / "a", folder / "copy");
    std::filesystem::rename(folder / "a", folder / "b");
    CHECK(note_of(folder / "b", "user.evenfold.test") == "text");
    CHECK(note_of(folder / "copy", "user.evenfold.test").empty());
}
