#include "evenfold/system/file_lock.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <fstream>
#include <future>
#include <optional>
#include <stop_token>

#include "evenfold/tests/journal/scratch_folder.hpp"

using namespace evenfold::system;
using std::chrono::steady_clock;

namespace {

constexpr std::chrono::milliseconds for_ever = std::chrono::minutes(10);

Descriptor opened(const std::filesystem::path& file) {
    std::ofstream(file, std::ios::app).flush();
    auto descriptor = open_to_lock(file);
    REQUIRE(descriptor);
    return std::move(*descriptor);
}

} // namespace

TEST_CASE("lock_file: waits until the lock is free, a stop is requested, or the time limit expires.") {
    const evenfold::journal::ScratchFolder folder;
    const auto path = folder / "missing" / "lock";
    std::optional<Descriptor> held = *lock_file(path, {}, for_ever);
    const auto late = lock_file(path, {}, std::chrono::milliseconds(0));
    REQUIRE_FALSE(late);
    CHECK(late.error().kind == FailureKind::busy);
    CHECK(late.error().what.find("another evenfold") != std::string::npos);
    std::stop_source stop;
    auto waiting = std::async(std::launch::async, [&] { return lock_file(path, stop.get_token(), for_ever); });
    stop.request_stop();
    const auto stopped = waiting.get();
    REQUIRE_FALSE(stopped);
    CHECK(stopped.error().kind == FailureKind::stopped);
    auto patient = std::async(std::launch::async, [&] { return lock_file(path, {}, for_ever); });
    held.reset();
    CHECK(patient.get());
}

TEST_CASE("try_lock_byte: locks one byte for one open file, and no other byte.") {
    const evenfold::journal::ScratchFolder folder;
    const Descriptor one = opened(folder / "file");
    const Descriptor other = opened(folder / "file");
    constexpr std::int64_t byte = std::int64_t{1} << 40U; // far beyond the end
    CHECK(try_lock_byte(one.number(), byte) == 0);
    CHECK(is_held_elsewhere(try_lock_byte(other.number(), byte)));
    CHECK(is_held_elsewhere(lock_byte_until(other.number(), byte, steady_clock::now())));
    CHECK(is_byte_locked_elsewhere(other.number(), byte));
    CHECK_FALSE(is_byte_locked_elsewhere(one.number(), byte)); // its own lock
    CHECK_FALSE(is_byte_locked_elsewhere(other.number(), byte + 1));
    auto waiting = std::async(std::launch::async,
                              [&] { return lock_byte_until(other.number(), byte, steady_clock::now() + for_ever); });
    unlock_byte(one.number(), byte);
    CHECK(waiting.get() == 0);
    CHECK(is_byte_locked_elsewhere(one.number(), byte));
}

TEST_CASE("try_lock_byte: an invalid file is an error, not a lock of another holder.") {
    CHECK_FALSE(is_held_elsewhere(try_lock_byte(-1, 0)));
    CHECK(try_lock_byte(-1, 0) != 0);
    CHECK_FALSE(open_to_lock("no/such/file"));
}

TEST_CASE("FileLock: a range is locked elsewhere when any byte of it is, also when it is only shared") {
    const evenfold::journal::ScratchFolder folder;
    const Descriptor one = opened(folder / "file");
    const Descriptor other = opened(folder / "file");
    constexpr std::int64_t byte = std::int64_t{1} << 40U;
    CHECK(try_share_byte(one.number(), byte) == 0);
    CHECK(try_share_byte(other.number(), byte) == 0);
    CHECK(is_held_elsewhere(try_lock_byte(other.number(), byte)));
    CHECK(is_range_locked_elsewhere(one.number(), 0, byte + 1));
    CHECK_FALSE(is_range_locked_elsewhere(one.number(), 0, byte));
    unlock_byte(other.number(), byte);
    CHECK_FALSE(is_range_locked_elsewhere(one.number(), 0, byte + 1)); // its own lock
}

TEST_CASE("FileLock: the process that holds a byte is recognised, and no other is taken for it") {
    const evenfold::journal::ScratchFolder folder;
    const Descriptor one = opened(folder / "file");
    const Descriptor other = opened(folder / "file");
    CHECK_FALSE(is_lock_held_by(process_id(), other.number(), 0));
    REQUIRE(try_lock_byte(one.number(), 0) == 0);
    CHECK(is_lock_held_by(process_id(), other.number(), 0));
    CHECK_FALSE(is_lock_held_by(process_id(), other.number(), 1));
    CHECK_FALSE(is_lock_held_by(1, other.number(), 0));
    CHECK_FALSE(is_lock_held_by(0, other.number(), 0));
    CHECK_FALSE(is_lock_held_by(-1, other.number(), 0));
}
