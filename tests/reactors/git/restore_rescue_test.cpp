#include <doctest/doctest.h>

#include <stop_token>
#include <thread>

#include "evenfold/reactors/git/restore.hpp"
#include "evenfold/tests/reactors/git/sandbox.hpp"

using namespace evenfold;
using namespace evenfold::git_test;
using git::FailureKind;

TEST_CASE("Restore: an ignored file that git tracks or a checkpoint has is restored and removed like any other file.") {
    const Sandbox box;
    box.write(".gitignore", "vendor/\n");
    box.write("vendor/keep.js", "1");
    box.git({"add", "-f", "."});
    box.commit_all("start");
    box.write("vendor/mine.js", "in no checkpoint");
    captured(box, "with");
    box.remove("vendor/keep.js");
    captured(box, "without");
    restored(box, "with", "without");
    CHECK(box.read("vendor/keep.js") == "1");
    captured(box, "again");
    restored(box, "without", "again");
    CHECK_FALSE(box.has("vendor/keep.js"));
    CHECK(box.read("vendor/mine.js") == "in no checkpoint"); // negative control

    // A file that git tracked when the checkpoint was taken, and that is only ignored now.
    box.git({"rm", "--quiet", "--cached", "vendor/keep.js"});
    box.write("vendor/keep.js", "changed since");
    captured(box, "unaware");
    const auto refused = git::restore(box.opened(), {.ref = ref_of("with"), .rescue = ref_of("unaware")});
    CHECK(refused.error().kind == FailureKind::in_the_way); // the rescue lacks it
    auto aware = capture_of("aware");
    aware.also = {ref_of("with"), ref_of("never")};
    REQUIRE(git::capture(box.opened(), aware));
    restored(box, "with", "aware");
    CHECK(box.read("vendor/keep.js") == "1");
    auto back = capture_of("back");
    back.also = {ref_of("aware")};
    REQUIRE(git::capture(box.opened(), back));
    restored(box, "aware", "back");
    CHECK(box.read("vendor/keep.js") == "changed since");
    CHECK(box.read("vendor/mine.js") == "in no checkpoint");
}

TEST_CASE("Restore: a restore of the rescue undoes a restore, and keeps files that were edited since.") {
    const Sandbox box;
    box.write(".gitignore", "old.log\n");
    box.write("old.log", "1");
    box.write("same", "1");
    box.git({"add", "-f", "."});
    captured(box, "1");
    box.git({"rm", "--quiet", "--cached", "-f", "old.log"});
    box.remove("old.log");
    box.write("same", "2");
    box.write("new", "2");
    box.write("edited", "2");
    captured(box, "rescue");
    const Files before = box.files();
    restored(box, "1", "rescue");
    CHECK(box.has("old.log"));
    box.write("same", "by hand");
    box.write("stray", "by hand");
    const git::RestoreOptions undo{.ref = ref_of("rescue"), .rescue = ref_of("1"), .unsaved = git::UnsavedFiles::keep};
    const auto undone = git::restore(box.opened(), undo);
    REQUIRE(undone);
    CHECK(undone->kept == std::vector<std::string>{"same"});
    Files expected = before;
    expected["same"].bytes = "by hand";
    expected["stray"] = {.kind = 'f', .bytes = "by hand"};
    CHECK(box.files() == expected);
    box.write("same", "1"); // as the checkpoint has it
    box.remove("stray");
    const auto whole = git::restore(box.opened(), undo);
    REQUIRE(whole);
    CHECK(whole->kept.empty());
    CHECK(box.files() == before);
}

TEST_CASE("Restore: with a rescue, files that both checkpoints share are not looked at, also if edited since.") {
    const Sandbox box;
    for (int file = 0; file < 50; ++file) box.write("many/f" + std::to_string(file), "1");
    for (const std::string path : {"a", "sub/a", "kind", "sub-b"}) box.write(path, "1");
    captured(box, "1");
    box.write("sub/a", "2");
    box.write("sub/new/deep", "2");
    box.remove("kind");
    box.write("kind/was-a-file", "2");
    captured(box, "rescue");
    box.write("a", "edited since");
    box.write("sub-b", "edited since");
    const git::Repository repository = box.opened();
    REQUIRE(git::restore(repository, {.ref = ref_of("1"), .rescue = ref_of("rescue")}));
    CHECK(repository.progress->files < 10);
    CHECK(box.read("sub/a") == "1");
    CHECK(box.read("kind") == "1");
    CHECK_FALSE(box.has("sub/new"));
    CHECK(box.read("a") == "edited since");
    CHECK(box.read("sub-b") == "edited since");
    // Negative control: without a rescue, every file is looked at and restored.
    const git::Repository all = box.opened();
    REQUIRE(git::restore(all, {.ref = ref_of("1"), .rescue = {}}));
    CHECK(all.progress->files > 50);
    CHECK(box.read("a") == "1");
}

TEST_CASE("Restore: with a rescue, files of a journal that is the same in both checkpoints are not changed.") {
    const Sandbox box;
    box.write("kept", "1");
    box.write("x.db-wal", "an old file of that name");
    captured(box, "1"); // before the journal exists
    box.remove("x.db-wal");
    captured(box, "rescue");
    std::string journal = "SQLite format 3" + std::string(4096 - 15, '\0');
    box.write("x.db", journal.replace(68, 4, "Evnf"));
    box.write("x.db-wal", "log");
    restored(box, "1", "rescue");
    CHECK(box.read("x.db-wal") == "log");
    box.remove("x.db"); // negative control
    box.remove("x.db-wal");
    restored(box, "1", "rescue");
    CHECK(box.read("x.db-wal") == "an old file of that name");
}

TEST_CASE("Restore: a preview lists what a restore writes and removes, and changes nothing.") {
    const Sandbox box;
    box.write("a", "1");
    box.write("b", "1");
    box.git({"add", "."});
    captured(box, "1");
    box.write("a", "2");
    box.remove("b");
    box.write("tracked", "2");
    box.git({"add", "."});
    box.write("untracked", "2");
    const Files before = box.files();
    const auto preview = git::preview_restore(box.opened(), ref_of("1"));
    REQUIRE(preview);
    CHECK(preview->written == std::vector<std::string>{"a", "b"});
    CHECK(preview->removed == std::vector<std::string>{"tracked", "untracked"});
    CHECK(preview->untracked == std::vector<std::string>{"untracked"});
    CHECK(box.files() == before);
}

TEST_CASE("Restore: stopped between two files, it says how many were restored, and a retry restores the rest.") {
    const Sandbox box;
    for (int file = 0; file < 20; ++file) box.write("f" + std::to_string(file), "1");
    captured(box, "1");
    for (int file = 0; file < 20; ++file) box.write("f" + std::to_string(file), "2");
    captured(box, "rescue");
    std::stop_source stop;
    auto repository = git::open(box.root(), {}, stop.get_token());
    REQUIRE(repository);
    std::jthread watcher([&, progress = repository->progress](const std::stop_token& enough) {
        while (progress->changed < 3 && !enough.stop_requested()) {}
        stop.request_stop();
    });
    const git::RestoreOptions wanted{.ref = ref_of("1"), .rescue = ref_of("rescue")};
    const auto stopped = git::restore(*repository, wanted);
    watcher.request_stop();
    if (!stopped) {
        CHECK(stopped.error().kind == FailureKind::stopped);
        CHECK(stopped.error().what.find("of 20 files") != std::string::npos);
    }
    restored(box, "1", "rescue");
    for (int file = 0; file < 20; ++file) CHECK(box.read("f" + std::to_string(file)) == "1");
}
