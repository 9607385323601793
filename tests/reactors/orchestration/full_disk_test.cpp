#include <doctest/doctest.h>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <random>
#include <ranges>
#include <sched.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <unistd.h>

#include "evenfold/core/events/orchestration.hpp"
#include "evenfold/tests/journal/child_process.hpp"
#include "evenfold/tests/reactors/orchestration/scene.hpp"

namespace evenfold::orchestration::tests {
namespace {

using git_test::Files;

/// Returns bytes that cannot be compressed.
std::string noise(std::size_t size) {
    std::mt19937 random(4711);
    std::string bytes(size, ' ');
    for (char& byte : bytes) byte = static_cast<char>(random());
    return bytes;
}

constexpr std::size_t file_bytes_max = 512U << 10U;

/// Limits the size of files while it exists, so that a write of a larger one fails as on a full disk.
class SmallFiles {
public:
    SmallFiles() : handler_(std::signal(SIGXFSZ, SIG_IGN)) {
        REQUIRE(::getrlimit(RLIMIT_FSIZE, &before_) == 0);
        const rlimit limit{file_bytes_max, before_.rlim_max};
        REQUIRE(::setrlimit(RLIMIT_FSIZE, &limit) == 0);
    }
    SmallFiles(const SmallFiles&) = delete;
    SmallFiles& operator=(const SmallFiles&) = delete;
    ~SmallFiles() {
        (void)::setrlimit(RLIMIT_FSIZE, &before_);
        (void)std::signal(SIGXFSZ, handler_);
    }

private:
    void (*handler_)(int);
    rlimit before_{};
};

/// Returns the reason of the revert that failed last; empty if none failed.
std::string failure_reason(Scene& scene) {
    for (const Event& event : std::views::reverse(scene.log()))
        if (const auto* failed = std::get_if<RevertFailed>(&event)) return std::string(failed->reason);
    return "";
}

/// Makes a checkpoint with a large file `b` between small ones, and changes all of them. The revert then stops at `b`.
void prepare(Scene& scene, const std::string& a_now) {
    scene.box().write("a2", "only then");
    scene.box().write("c", "then");
    scene.box().write("b", noise(2 * file_bytes_max));
    scene.turn(first_turn, "a", "then");
    scene.box().remove("a2");
    scene.box().write("b", "now");
    scene.box().write("c", "now");
    scene.turn(second_turn, "a", a_now);
}

void request_revert(Scene& scene, const RevertId& revert, const CheckpointId& checkpoint) {
    scene.submit(RevertToCheckpoint{.revert = revert, .thread = the_thread, .checkpoint = checkpoint});
    scene.run_until_idle();
}

bool has_leftovers(const Scene& scene) {
    return std::ranges::any_of(scene.box().files(),
                               [](const auto& file) { return file.first.find(".evenfold") != std::string::npos; });
}

} // namespace

TEST_CASE("Git reactors: a restore that cannot finish is undone, and leaves nothing in the work tree.") {
    Scene scene;
    prepare(scene, "now");
    const Files before = scene.box().files();
    {
        const SmallFiles limit;
        request_revert(scene, the_revert, end_of(first_turn));
    }
    const std::string reason = failure_reason(scene);
    CHECK_MESSAGE(reason.find("/b: write the file: File too large") != std::string::npos, reason);
    CHECK_MESSAGE(reason.ends_with("The files are as before the revert."), reason);
    CHECK(scene.box().files() == before);
    CHECK_FALSE(has_leftovers(scene));
    CHECK(scene.model()->index.find(the_thread)->turns.in_order() == std::vector<TurnId>{first_turn, second_turn});
    request_revert(scene, id<RevertId>(2), end_of(first_turn)); // negative control: nothing else stops it
    CHECK(scene.box().read("b").size() == 2 * file_bytes_max);
    CHECK(scene.box().read("a") == "then");
}

TEST_CASE("Git reactors: a restore that can neither finish nor be undone names the files that are not as before.") {
    Scene scene;
    prepare(scene, noise(2 * file_bytes_max)); // the limit also stops the way back
    const Files before = scene.box().files();
    {
        const SmallFiles limit;
        request_revert(scene, the_revert, end_of(first_turn));
    }
    const std::string reason = failure_reason(scene);
    const std::string rescue = "refs/evenfold/checkpoints/" + to_text(rescue_of(the_revert));
    CHECK_MESSAGE(reason.find("Undoing it failed, too: ") != std::string::npos, reason);
    CHECK_MESSAGE(reason.ends_with("The files from before the revert are in " + rescue + ". Not as before: a."),
                  reason);
    Files expected = before; // negative control: the files are half-way, so that the reason has a file to name
    expected["a"].bytes = "then";
    CHECK(scene.box().files() == expected);
    CHECK_FALSE(has_leftovers(scene));
    request_revert(scene, id<RevertId>(2), rescue_of(the_revert));
    CHECK(scene.box().files() == before);
}

TEST_CASE("Git reactors: the reason of a revert that cannot be undone counts the files that it does not name.") {
    constexpr int files = 300;
    Scene scene;
    const auto write_all = [&](const std::string& bytes) {
        for (int file = 0; file < files; ++file) scene.box().write("aa/" + std::to_string(1000 + file), bytes);
    };
    write_all("then");
    prepare(scene, noise(2 * file_bytes_max));
    write_all("now");
    scene.turn(id<TurnId>(3), "c", "later");
    {
        const SmallFiles limit;
        request_revert(scene, the_revert, end_of(first_turn));
    }
    const std::string reason = failure_reason(scene);
    CHECK(reason.size() < label_bytes_max);
    CHECK_MESSAGE(reason.find("Not as before: a, aa/1000, ") != std::string::npos, reason);
    CHECK_MESSAGE(reason.ends_with(" more."), reason);
}

TEST_CASE("Git reactors: a revert that fills the disk is undone.") {
    const journal::ScratchFolder disk;
    journal::ChildProcess child([&] {
        if (::unshare(CLONE_NEWNS) != 0 || ::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0 ||
            ::mount("tmpfs", disk.path().c_str(), "tmpfs", 0, "size=16m") != 0 ||
            ::setenv("TMPDIR", disk.path().c_str(), 1) != 0)
            return journal::not_permitted;
        Scene scene;
        const std::string large = noise(200'000);
        const auto write_all = [&](const std::string& bytes) {
            for (int file = 10; file < 30; ++file) scene.box().write("f" + std::to_string(file), bytes);
        };
        write_all(large);
        scene.turn(first_turn, "f10", large);
        write_all("small");
        scene.turn(second_turn, "f10", "small");
        const Files before = scene.box().files();
        const std::uintmax_t left = std::filesystem::space(disk.path()).available;
        const std::filesystem::path filling = disk / "filling";
        const int file = ::open(filling.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
        if (::posix_fallocate(file, 0, static_cast<off_t>(left - 10 * large.size())) != 0) return 1;
        ::close(file);
        request_revert(scene, the_revert, end_of(first_turn));
        const std::string reason = failure_reason(scene);
        if (reason.find("No space left on device") == std::string::npos) return 2;
        if (!reason.ends_with("The files are as before the revert.")) return 3;
        if (scene.box().files() != before || has_leftovers(scene)) return 4;
        std::filesystem::remove(filling);
        request_revert(scene, id<RevertId>(2), end_of(first_turn)); // negative control: with space, it succeeds
        return scene.box().read("f29") == large ? 0 : 5;
    });
    const int exit = child.end();
    if (exit == journal::not_permitted)
        MESSAGE("skipped: a full disk needs the right to mount one");
    else
        CHECK(exit == 0);
}

} // namespace evenfold::orchestration::tests
