#include "evenfold/reactors/process/launch.hpp"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <filesystem>
#include <fstream>

#include "evenfold/tests/journal/child_process.hpp"
#include "evenfold/tests/reactors/process/stand_in.hpp"

using namespace evenfold::reactors::process;
using namespace evenfold::reactors::process::tests;

namespace {

LaunchOptions program(std::vector<std::string> command, std::string folder = {}) {
    return {.command = std::move(command),
            .folder = std::move(folder),
            .environment = std::nullopt,
            .errors = ErrorOutput::kept};
}

Failure failure_of(const LaunchOptions& options) {
    const std::size_t descriptors = open_descriptors();
    const bool had_children = has_children();
    const auto child = Child::start(options);
    REQUIRE_FALSE(child.has_value());
    CHECK(open_descriptors() == descriptors);
    CHECK(has_children() == had_children);
    CHECK(child.error().kind == FailureKind::not_started);
    CHECK_FALSE(child.error().remedy.empty());
    return child.error();
}

bool is_because(const Failure& failure, int error) {
    return failure.what.ends_with(": " + evenfold::system::message_of_errno(error));
}

void write(const std::filesystem::path& file, const std::string& text, mode_t mode) {
    std::ofstream(file) << text;
    REQUIRE(::chmod(file.c_str(), mode) == 0);
}

} // namespace

TEST_CASE("Launch: the failure for a missing program names it, with the system's message.") {
    const Failure in_path = failure_of(program({"evenfold-no-such-agent"}));
    CHECK(in_path.what == "evenfold-no-such-agent cannot be started: No such file or directory");
    CHECK(is_because(failure_of(program({"/no/such/agent"})), ENOENT));
    CHECK(failure_of(program({})).what == "no program was given");
    CHECK(failure_of(program({""})).what == "no program was given");
    const std::string zero_byte = failure_of(program({"/bin/sh", std::string("a\0b", 3)})).what;
    CHECK(zero_byte == "/bin/sh cannot be started, because an argument contains a zero byte");
}

TEST_CASE("Launch: a file that cannot be executed fails with the reason.") {
    const evenfold::journal::ScratchFolder folder;
    write(folder / "plain", "#!/bin/sh\n", 0644);
    write(folder / "nonsense", "this is no program\n", 0755);
    write(folder / "orphan", "#!/no/such/interpreter\n", 0755);
    CHECK(is_because(failure_of(program({(folder / "plain").string()})), EACCES));
    CHECK(is_because(failure_of(program({folder.path().string()})), EACCES));
    CHECK(is_because(failure_of(program({(folder / "nonsense").string()})), ENOEXEC));
    CHECK(is_because(failure_of(program({(folder / "orphan").string()})), ENOENT));
    CHECK(is_because(failure_of(program({"/bin/sh", std::string(8U << 20, 'a')})), E2BIG));
}

TEST_CASE("Launch: a folder that cannot be entered is reported.") {
    const Failure failure = failure_of(program({"/bin/sh"}, "/no/such/folder"));
    CHECK(failure.what == "/bin/sh cannot be started in /no/such/folder: No such file or directory");
}

TEST_CASE("Launch: the program gets its folder, its arguments and its environment.") {
    const evenfold::journal::ScratchFolder folder;
    LaunchOptions options =
        program({"/bin/sh", "-c", "pwd -P; echo \"$1|$2\"; echo $WORD; env | wc -l", "sh", "a b", ""},
                std::filesystem::canonical(folder.path()).string());
    options.environment = {{"WORD=here", "PATH=/usr/bin:/bin"}};
    const std::string output = output_of(*started(options));
    CHECK(output.starts_with(options.folder + "\na b|\nhere\n"));
}

TEST_CASE("Launch: a name is searched in the program's PATH, and files that cannot be executed are skipped.") {
    const evenfold::journal::ScratchFolder folder;
    std::filesystem::create_directories(folder / "first");
    std::filesystem::create_directories(folder / "second");
    write(folder / "first/agent", "#!/bin/sh\necho first\n", 0644);
    write(folder / "second/agent", "#!/bin/sh\necho second\n", 0755);
    LaunchOptions options = program({"agent"});
    options.environment = {{"PATH=/nowhere:" + (folder / "first").string() + ":" + (folder / "second").string()}};
    CHECK(output_of(*started(options)) == "second\n");
    options.environment = {{"PATH=" + (folder / "first").string()}};
    CHECK(is_because(failure_of(options), EACCES));
}

TEST_CASE("Launch: a path is relative to our folder, not to the program's.") {
    const evenfold::journal::ScratchFolder folder;
    write(folder / "agent", "#!/bin/sh\necho found\n", 0755);
    const auto path = std::filesystem::relative(folder / "agent", std::filesystem::current_path());
    CHECK(output_of(*started(program({"./" + path.string()}, "/"))) == "found\n");
}

TEST_CASE("Launch: the program inherits none of our descriptors.") {
    if (!has_proc()) {
        MESSAGE("not checked: /proc is not mounted");
        return;
    }
    const int open = ::open("/dev/null", O_RDONLY); // without O_CLOEXEC
    REQUIRE(open >= 0);
    const std::string shown = output_of(*started(shell("ls /proc/self/fd")));
    ::close(open);
    // Descriptor 3 is the directory that ls itself opens.
    CHECK(shown == "0\n1\n2\n3\n");
}

TEST_CASE("Launch: the program has default signal handlers, and no blocked signals.") {
    if (!has_proc()) {
        MESSAGE("not checked: /proc is not mounted");
        return;
    }
    struct sigaction ignored{};
    struct sigaction before{};
    ignored.sa_handler = SIG_IGN;
    REQUIRE(::sigaction(SIGPIPE, &ignored, &before) == 0);
    sigset_t terminate;
    ::sigemptyset(&terminate);
    ::sigaddset(&terminate, SIGTERM);
    sigset_t mask;
    REQUIRE(::pthread_sigmask(SIG_BLOCK, &terminate, &mask) == 0);
    const std::string shown = output_of(*started(shell("grep -E '^Sig(Blk|Ign)' /proc/self/status")));
    ::pthread_sigmask(SIG_SETMASK, &mask, nullptr);
    ::sigaction(SIGPIPE, &before, nullptr);
    CHECK(shown == "SigBlk:\t0000000000000000\nSigIgn:\t0000000000000000\n");
}

TEST_CASE("Launch: the program has its own process group.") {
    const auto child = started(shell("echo ready; cat"));
    CHECK(lines_of(*child, 1) == "ready\n");
    CHECK(::getpgid(child->pid()) == child->pid());
    CHECK(::getpgid(child->pid()) != ::getpgrp());
}

TEST_CASE("Launch: the program has standard descriptors even if this process has none.") {
    evenfold::journal::ChildProcess bare([] {
        for (const int number : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) ::close(number);
        auto child = Child::start(shell("cat"));
        if (!child || !(*child)->write("through") || !(*child)->takes_input()) return 1;
        (*child)->close_input();
        const ReadResult heard = (*child)->read(patience());
        return heard.output == "through" && (*child)->wait(patience())->is_success() ? 0 : 2;
    });
    CHECK(bare.end() == 0);
}
