#include <doctest/doctest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "evenfold/tests/cli/git/git_project.hpp"

namespace evenfold::cli_test {

TEST_CASE("revert: restores files and turns, and a revert to the rescue checkpoint restores the later files.") {
    const GitProject project;
    const std::string first = project.checkpoint("first");
    REQUIRE(project.run({"ingest"}, claude_turn("done")).exit == 0);
    project.box().write("start.txt", "changed\n");
    project.box().write("sub/new.txt", "new\n");
    const Files before = project.files();
    const Json reverted = project.json({"revert", first.substr(0, 13)});
    CHECK(reverted["removed_turns"] == 1);
    CHECK(project.box().read("start.txt") == "as it was\n");
    CHECK_FALSE(project.box().has("sub"));
    CHECK(project.json({"threads"})[0]["turns"] == 0);
    const std::string rescue = reverted["rescue"].get<std::string>();
    const ProgramResult back = project.run({"revert", rescue});
    CHECK_MESSAGE(back.exit == 0, back.err);
    CHECK(back.out.find("removed 0 turns") != std::string::npos);
    CHECK(project.files() == before);
    CHECK(project.run({"replay"}).exit == 0);
    CHECK(project.box().is_healthy());
}

TEST_CASE("revert: does not touch journals, neither one named by a link nor another journal.") {
    const GitProject project;
    std::filesystem::create_symlink("data/real.db", project.box().root() / "link.db");
    std::filesystem::create_directories(project.box().root() / "data");
    const auto mine = [&](Arguments arguments) {
        arguments.insert(arguments.end(), {"--db", "link.db"});
        return project.json(arguments);
    };
    const std::string first = mine({"checkpoint"})[0]["checkpoint"].get<std::string>();
    project.box().write("new.txt", "new\n");
    RunningProgram writer(project.box().root(), {"ingest", "--acks", "--db", "other.db"});
    REQUIRE(writer.write(claude_turn("done")));
    REQUIRE(writer.line()); // all events of the other journal are still in its write-ahead log
    const Json second = mine({"checkpoint"})[0];
    CHECK(project.box().git({"ls-tree", "-r", "--name-only", second["ref"].get<std::string>()}) ==
          "new.txt\nstart.txt\n");
    CHECK(writer.finish().exit == 0);
    CHECK(mine({"revert", first})["removed_turns"] == 0);
    CHECK_FALSE(project.box().has("new.txt"));
    CHECK(mine({"checkpoints"}).size() == 3); // both checkpoints, and the rescue of the previous files
    CHECK(project.run({"replay", "--db", "link.db"}).exit == 0);
    CHECK(project.run({"replay", "--db", "other.db"}).exit == 0);
    CHECK(project.json({"threads", "--db", "other.db"})[0]["turns"] == 1);
}

TEST_CASE("revert: an unknown, ambiguous or failed checkpoint is refused.") {
    const GitProject project;
    const std::string first = project.checkpoint("first");
    CHECK(project.run({"revert", "abc"}).err.find("expected at least 6 characters") != std::string::npos);
    CHECK(project.run({"revert", "ffffffff"}).err.find("is not in this journal") != std::string::npos);
    project.box().git({"update-ref", "-d", "refs/evenfold/checkpoints/" + first});
    project.box().write("start.txt", "changed\n");
    const ProgramResult gone = project.run({"revert", first});
    CHECK(gone.exit == 1);
    CHECK(gone.err.find(first) != std::string::npos);
    CHECK(project.box().read("start.txt") == "changed\n");
}

TEST_CASE("revert: a second revert keeps the rescue checkpoint of the first.") {
    const GitProject project;
    const std::string first = project.checkpoint("first");
    project.box().write("work.txt", "unsaved\n");
    REQUIRE(project.run({"revert", first}).exit == 0);
    REQUIRE(project.run({"revert", first}).exit == 0);
    CHECK(project.is_rescued("work.txt", "unsaved\n"));
}

TEST_CASE("revert: a thread that another process is writing is refused.") {
    const GitProject project;
    const std::string first = project.checkpoint("first");
    RunningProgram writer(project.box().root(), {"ingest", "--acks"});
    REQUIRE(writer.write(claude_turn("done")));
    REQUIRE(writer.line()); // the writer has claimed the thread
    const ProgramResult refused = project.run({"revert", first});
    CHECK(refused.exit == 1);
    CHECK(refused.err.find("is in use by another evenfold process") != std::string::npos);
    CHECK(writer.finish().exit == 0);
    CHECK(project.run({"revert", first}).exit == 0);
}

TEST_CASE("revert: checkpoints behind the target stay, also those of removed turns, until a prune releases them.") {
    const GitProject project;
    const auto listed = [&](const std::string& kind) {
        std::vector<std::string> ids;
        for (const Json& one : project.json({"checkpoints"}))
            if (one["kind"] == kind && one["state"] == "taken") ids.push_back(one["checkpoint"]);
        return ids;
    };
    REQUIRE(project.run({"run", "--", "touch", "made.txt"}).exit == 1); // it says nothing, but its turn has ended
    const std::string baseline = listed("baseline").at(0);
    const auto ends = listed("turn_end");
    (void)project.checkpoint("kept");
    project.box().write("made.txt", "changed\n");
    const ProgramResult reverted = project.run({"revert", baseline});
    REQUIRE(reverted.exit == 0);
    CHECK(reverted.err.find("removes 1 turn and changes 1 file") != std::string::npos);
    CHECK(reverted.err.find("1 file to be removed: made.txt") != std::string::npos);
    CHECK(reverted.err.find("1 file of these that git does not track: made.txt") != std::string::npos);
    CHECK(listed("turn_end") == ends);
    REQUIRE(project.run({"revert", "kept"}).exit == 0);
    CHECK(project.box().read("made.txt").empty());

    const Json released = project.json({"checkpoints", "--prune", "--keep", "1"});
    CHECK(released.size() == ends.size() + 1); // and the older of two rescues
    CHECK(listed("turn_end").empty());
    CHECK(listed("rescue").size() == 1);
    CHECK(listed("manual").size() == 1);
    for (const Json& id : released)
        CHECK(project.box().git({"for-each-ref", "refs/evenfold/checkpoints/" + id.get<std::string>()}).empty());
    CHECK(project.run({"revert", baseline}).exit == 0);
    CHECK(project.run({"replay"}).exit == 0);
    CHECK(project.json({"checkpoints", "--prune"}).empty());
}

TEST_CASE("revert: refused while another thread is at work in the directory, and names the threads that share it.") {
    const GitProject project;
    const std::string first = project.checkpoint("first");
    project.box().write("start.txt", "changed\n");
    RunningProgram writer(project.box().root(), {"ingest", "--thread", "other", "--acks"});
    REQUIRE(writer.write(claude_turn("done")));
    REQUIRE(writer.line()); // the writer has claimed its thread
    const ProgramResult refused = project.run({"revert", first});
    CHECK(refused.exit == 1);
    CHECK(refused.err.find("thread 'other' is at work in the same directory") != std::string::npos);
    CHECK(project.box().read("start.txt") == "changed\n");
    CHECK(writer.finish().exit == 0);
    const ProgramResult done = project.run({"revert", first});
    CHECK(done.exit == 0);
    CHECK(done.err.find("also changes the files of: other") != std::string::npos);
}

} // namespace evenfold::cli_test
