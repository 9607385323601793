#include <doctest/doctest.h>

#include <csignal>
#include <cstdio>
#include <fmt/format.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/resource.h>

#include "evenfold/tests/journal/child_process.hpp"
#include "evenfold/tests/journal/sealing/sealing_folder.hpp"
#include "evenfold/tests/support/process/fault_rounds.hpp"

namespace evenfold::journal::sealing {
namespace {

using system::FailureKind;

/// Returns the first fault of the store: a key beside the record of its erasure, or a file that is no key. Opens the
/// store first, which completes interrupted erasures.
std::string fault_in(const SealingFolder& folder) {
    const auto store = KeyStore::open(folder.store());
    if (!store) return store.error().what;
    for (const std::string& name : names_in_folder(folder.store() / "keys")) {
        if (name.ends_with(".new")) continue; // it never was a key
        if (std::filesystem::exists(folder.record_file(name))) return name + " is both";
        if (bytes_of_file(folder.key_file(name)).size() != 65) return name + " is not whole";
    }
    return {};
}

} // namespace

TEST_CASE("KeyStore: two processes that need a key of one subject at once create one.") {
    const SealingFolder folder;
    static_cast<void>(folder.create());
    Pipe start;
    const auto seal_all = [&] {
        const auto store = folder.open();
        static_cast<void>(start.read());
        for (int number = 0; number < 50; ++number)
            if (!store->seal(name_field, std::to_string(number), "x")) return 1;
        return 0;
    };
    ChildProcess first(seal_all);
    ChildProcess second(seal_all);
    start.write(1);
    start.write(2);
    CHECK(first.end() == 0);
    CHECK(second.end() == 0);
    CHECK(names_in_folder(folder.store() / "keys").size() == 50);
    CHECK(fault_in(folder).empty());
}

TEST_CASE("KeyStore: both processes open what either has sealed.") {
    const SealingFolder folder;
    const auto store = folder.create();
    Pipe done;
    ChildProcess other([&] {
        const auto mine = folder.open();
        for (int number = 0; number < 50; ++number) {
            const auto sealed = mine->seal(name_field, std::to_string(number), "x");
            if (!sealed || mine->unseal(name_field, *sealed).value() != "x") return 1;
        }
        return 0;
    });
    std::vector<codec::SealedValue> values;
    for (int number = 0; number < 50; ++number)
        values.push_back(store->seal(name_field, std::to_string(number), "x").value());
    CHECK(other.end() == 0);
    for (const codec::SealedValue& value : values) CHECK(store->unseal(name_field, value).value() == "x");
}

TEST_CASE("KeyStore: a process that is killed while it erases leaves each key whole or destroyed.") {
    std::size_t erased = 0;
    for (std::size_t round = 0; round < static_cast<std::size_t>(tests::fault_rounds(10)); ++round) {
        const SealingFolder folder;
        std::vector<codec::SealedValue> values;
        {
            const auto store = folder.create();
            for (int number = 0; number < 24; ++number)
                values.push_back(store->seal(name_field, std::to_string(number), "x").value());
        }
        Pipe progress;
        ChildProcess eraser([&] {
            const auto store = folder.open();
            for (std::uint64_t number = 0; number < 24; ++number) {
                if (!store->erase(std::to_string(number))) return 1;
                progress.write(number);
            }
            return 0;
        });
        progress.close_write();
        for (std::size_t seen = 0; seen <= round % 20; ++seen) CHECK(progress.read());
        eraser.signal(SIGKILL);
        static_cast<void>(eraser.end());
        std::size_t reported = round % 20 + 1;
        while (progress.read()) ++reported;
        CHECK(fault_in(folder) == "");
        const auto store = folder.open();
        for (std::size_t number = 0; number < values.size(); ++number) {
            const auto opened = store->unseal(name_field, values[number]);
            REQUIRE(opened);
            if (number < reported) CHECK(!*opened); // an erasure that was reported holds
            if (number > reported) CHECK(*opened);
            erased += *opened ? 0 : 1;
        }
        CHECK(store->erasures() >= reported);
    }
    CHECK(erased > 0);
}

TEST_CASE("KeyStore: an erasure that was interrupted at any step is completed.") {
    for (const std::string& key :
         {std::string(64, '1') + "\n", std::string(65, '\0'), std::string(20, '\0'), std::string()}) {
        const SealingFolder folder;
        const auto store = folder.create();
        const codec::SealedValue sealed = store->seal(name_field, "7", "x").value();
        write_private_file(folder.key_file(sealed.subject), key);
        write_private_file(folder.record_file(sealed.subject), {});
        const auto opened = KeyStore::open(folder.store()).value();
        CHECK(opened->unseal(name_field, sealed).value() == std::nullopt);
        CHECK(opened->erasures() == 1); // the other object forgets the key
        CHECK(store->unseal(name_field, sealed).value() == std::nullopt);
        CHECK_FALSE(std::filesystem::exists(folder.key_file(sealed.subject)));
    }
}

TEST_CASE("KeyStore: negative control: an overwritten key without the record of its erasure is reported.") {
    const SealingFolder folder;
    const codec::SealedValue sealed = folder.create()->seal(name_field, "7", "x").value();
    write_private_file(folder.key_file(sealed.subject), std::string(65, '\0'));
    CHECK_FALSE(folder.open()->unseal(name_field, sealed));
    write_private_file(folder.record_file(sealed.subject), {});
    CHECK(fault_in(folder).empty());
    write_private_file(folder.key_file("00112233445566778899aabbccddeeff"), "half");
    CHECK(fault_in(folder) == "00112233445566778899aabbccddeeff is not whole");
}

TEST_CASE("KeyStore: files that an interrupted creation has left do not prevent the next one.") {
    const SealingFolder folder;
    const auto store = folder.create();
    write_private_file(folder.key_file(store->name_of("7") + ".new"), "half");
    CHECK(store->seal(name_field, "7", "x"));
    CHECK(names_in_folder(folder.store() / "keys").size() == 1);
    const SealingFolder unfinished;
    std::filesystem::create_directory(unfinished.store());
    std::filesystem::permissions(unfinished.store(), static_cast<std::filesystem::perms>(0700));
    std::filesystem::create_directory(unfinished.store() / "keys");
    CHECK(unfinished.error_in(KeyStore::create(unfinished.store())).starts_with("DIR/keys: has 'keys' already"));
    write_private_file(unfinished.store() / "erasures", {});
    write_private_file(unfinished.store() / "secret.new", "half");
    CHECK(unfinished.create()->seal(name_field, "7", "x"));
}

TEST_CASE("KeyStore: a limit of the file size leaves no half key, and the same value is sealed later.") {
    const SealingFolder folder;
    static_cast<void>(folder.create());
    ChildProcess limited([&] {
        const auto store = folder.open();
        std::signal(SIGXFSZ, SIG_IGN);
        const rlimit none{.rlim_cur = 8, .rlim_max = RLIM_INFINITY};
        if (setrlimit(RLIMIT_FSIZE, &none) != 0) return 1;
        const auto refused = store->seal(name_field, "7", "x");
        if (refused) return 2;
        if (!names_in_folder(folder.store() / "keys").empty()) return 3;
        const rlimit wide{.rlim_cur = RLIM_INFINITY, .rlim_max = RLIM_INFINITY};
        if (setrlimit(RLIMIT_FSIZE, &wide) != 0) return 4;
        return store->seal(name_field, "7", "x") ? 0 : 5;
    });
    CHECK(limited.end() == 0);
    CHECK(fault_in(folder).empty());
}

TEST_CASE("KeyStore: a full disk leaves no half key, and an erasure can be repeated.") {
    const ScratchFolder mounted;
    ChildProcess writer([&] {
        if (unshare(CLONE_NEWNS) != 0 || mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0 ||
            mount("tmpfs", mounted.path().c_str(), "tmpfs", 0, "size=256k,mode=0700") != 0)
            return not_permitted;
        const auto store = KeyStore::create(mounted / "store").value();
        std::uint64_t sealed = 0;
        while (store->seal(name_field, std::to_string(sealed), "x")) ++sealed;
        const auto refused = store->seal(name_field, std::to_string(sealed), "x");
        if (refused || refused.error().kind != FailureKind::full) return 1;
        for (const std::string& name : names_in_folder(mounted / "store/keys"))
            if (std::filesystem::file_size(mounted / "store/keys" / name) != 65) return 2;
        if (names_in_folder(mounted / "store/keys").size() != sealed) return 3;
        static_cast<void>(store->erase("0")); // may fail: its record needs space, too
        if (mount("tmpfs", mounted.path().c_str(), "tmpfs", MS_REMOUNT, "size=4m") != 0) return 4;
        if (!store->erase("0") || !store->seal(name_field, std::to_string(sealed), "x")) return 5;
        return names_in_folder(mounted / "store/keys").size() == sealed ? 0 : 6;
    });
    const int exit_code = writer.end();
    if (exit_code == not_permitted) {
        std::puts("skipped: a full disk needs the right to mount one");
        return;
    }
    CHECK(exit_code == 0);
}

} // namespace evenfold::journal::sealing
