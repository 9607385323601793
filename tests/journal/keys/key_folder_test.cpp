#include "evenfold/journal/keys/key_folder.hpp"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cstdio>
#include <thread>

#include "evenfold/tests/journal/keys/secret_folder.hpp"
#include "evenfold/tests/support/process/memory.hpp"

namespace evenfold::tests::keys {
namespace {

using namespace journal::keys;

std::string folder_error(const SecretFolder& folder) {
    return error_in(folder.path(), read_key_folder(folder.path()));
}

/// Reads 64 digits from the file into memory that keeps them inverted only.
std::string inverted_digits(const std::filesystem::path& file) {
    std::string digits(64, '\0');
    const int descriptor = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
    CHECK(::read(descriptor, digits.data(), digits.size()) == 64);
    ::close(descriptor);
    for (char& digit : digits) digit = static_cast<char>(~digit);
    return digits;
}

} // namespace

TEST_CASE("Key folder: every file is a key, and the link `current` names the one that writes.") {
    const SecretFolder folder;
    folder.write("2025", std::string(first_secret) + "\n");
    folder.write("2026", std::string(second_secret) + "\r\n", 0400);
    folder.link("current", "2026");
    folder.link("current.new", "2025"); // left by an interrupted rotation
    const auto keys = read_key_folder(folder.path());
    REQUIRE(keys);
    REQUIRE(keys->size() == 2);
    CHECK(keys->front().key.id() == first_id);
    CHECK(keys->front().source == folder / "2025");
    CHECK_FALSE(keys->front().writes);
    CHECK(keys->back().writes);
    CHECK(keys->back().key.id() == journal::chain::JournalKey::from_secret(second_secret)->id());
}

TEST_CASE("Key folder: one line end is not part of the secret; other bytes are.") {
    const SecretFolder folder;
    const auto id_of = [&](const std::string& bytes) {
        folder.write("key", bytes);
        return read_key_folder(folder.path()).value().front().key.id();
    };
    const std::string secret(first_secret);
    CHECK(id_of(secret) == first_id);
    CHECK(id_of(secret + "\n") == first_id);
    CHECK(id_of(secret + "\r\n") == first_id);
    CHECK(id_of(secret + "\n\n") == journal::chain::JournalKey::from_secret(secret + "\n")->id());
    CHECK(id_of(secret + " ") != first_id);
    CHECK(id_of(std::string(1024, 'a') + "\r\n") ==
          journal::chain::JournalKey::from_secret(std::string(1024, 'a'))->id());
}

TEST_CASE("Key folder: a secret of another length is refused with its length.") {
    const SecretFolder folder;
    const std::string remedy = " | Create a secret of 32 random bytes: `evenfold keys new FILE`.";
    folder.write("key", std::string(31, 'a') + "\n");
    CHECK(folder_error(folder) == "DIR/key: a secret has 32 to 1024 bytes: this one has 31" + remedy);
    folder.write("key", "");
    CHECK(folder_error(folder) == "DIR/key: a secret has 32 to 1024 bytes: this one has 0" + remedy);
    for (const std::size_t size : {1025U, 1026U, 1027U, 100'000U}) {
        folder.write("key", std::string(size, 'a'));
        CHECK(folder_error(folder) ==
              "DIR/key: the secret has more than 1024 bytes | Name a file or a descriptor with at "
              "most 1024 bytes and a line end.");
    }
}

TEST_CASE("Key folder: a file that others can read is refused with its mode and the remedy.") {
    const SecretFolder folder;
    for (const unsigned mode : {0644U, 0640U, 0604U, 0700U, 0200U, 0000U}) {
        if (mode == 0200 || mode == 0000) {
            if (::geteuid() != 0) continue; // only the administrator can open them
        }
        folder.write("key", first_secret, mode);
        std::array<char, 8> digits{};
        REQUIRE(std::snprintf(digits.data(), digits.size(), "%04o", mode) == 4);
        CHECK(folder_error(folder) == std::string("DIR/key: the secret has the mode ") + digits.data() +
                                          ": expected 0600 or 0400 | Run `chmod 600 DIR/key`. If others could read it, "
                                          "create another secret.");
        std::filesystem::remove(folder / "key");
    }
}

TEST_CASE("Key folder: another user's file or folder is refused.") {
    if (::geteuid() != 0) {
        MESSAGE("not checked: only the administrator can give files away");
        return;
    }
    const SecretFolder folder;
    folder.write("key", first_secret);
    REQUIRE(::chown((folder / "key").c_str(), 65534, 65534) == 0);
    CHECK(folder_error(folder) == "DIR/key: the secret belongs to the user with id 65534, and not to you (id 0) | "
                                  "Create a secret of your own, or run `chown 0 DIR/key` if you trust it.");
    REQUIRE(::chown(folder.path().c_str(), 65534, 65534) == 0);
    CHECK(folder_error(folder) == "DIR: the folder belongs to the user with id 65534, and not to you or the "
                                  "administrator | Name a folder of your own.");
}

TEST_CASE("Key folder: a folder that others can change, a missing one and an empty one are refused.") {
    const SecretFolder folder;
    CHECK(folder_error(folder) == "DIR: no secret is in the folder | Create one: `evenfold keys new DIR/FILE`.");
    CHECK(error_in(folder.path(), read_key_folder(folder / "gone")) ==
          "DIR/gone: open the folder of secrets: No such file or directory | Check the path; the file may have been "
          "moved "
          "or removed.");
    folder.write("key", first_secret);
    CHECK(error_in(folder.path(), read_key_folder(folder / "key")) ==
          "DIR/key: not a folder of secrets | Name the folder that has the files of the secrets.");
    for (const char* mode : {"0770", "0702"}) {
        std::filesystem::permissions(folder.path(), static_cast<std::filesystem::perms>(std::stoul(mode, nullptr, 8)));
        CHECK(folder_error(folder) == std::string("DIR: others may create files in the folder: its mode is ") + mode +
                                          " | Run `chmod go-w DIR`.");
    }
}

TEST_CASE("Key folder: everything that is no secret is refused with its name.") {
    const SecretFolder folder;
    folder.write("key", first_secret);
    const std::string no_file = ": not a regular file, where a secret belongs | Remove it, or name a file that has one "
                                "secret.";
    std::filesystem::create_directory(folder / "a folder");
    CHECK(folder_error(folder) == "DIR/a folder" + no_file);
    std::filesystem::remove(folder / "a folder");
    REQUIRE(::mkfifo((folder / "pipe").c_str(), 0600) == 0);
    CHECK(folder_error(folder) == "DIR/pipe" + no_file);
    std::filesystem::remove(folder / "pipe");
    folder.link("link", "key");
    CHECK(folder_error(folder) ==
          "DIR/link: a symbolic link, where a secret belongs | Remove it, or put the file itself there.");
    std::filesystem::remove(folder / "link");
    folder.write("current.new", "short"); // a file, and no link of an interrupted rotation
    CHECK(folder_error(folder).starts_with("DIR/current.new: a secret has 32 to 1024 bytes: this one has 5"));
    std::filesystem::remove(folder / "current.new");
    CHECK(folder_error(folder) == "no error");
}

TEST_CASE("Key folder: a link `current` that names no secret of the folder is refused.") {
    const SecretFolder folder;
    folder.write("key", first_secret);
    folder.write("current", second_secret);
    CHECK(folder_error(folder) ==
          "DIR/current: not a symbolic link | Rename the file, then run `ln -s FILE DIR/current`.");
    for (const std::string target : {"gone", "./key", "/etc/hostname", "current", ".", ""}) {
        std::filesystem::remove(folder / "current");
        if (target.empty()) continue;
        folder.link("current", target);
        CHECK(folder_error(folder) == "DIR/current: names '" + target +
                                          "', which is no secret of the folder | Let it name a file of the folder: "
                                          "`ln -sfn FILE DIR/current`.");
    }
}

TEST_CASE("New secrets: 32 random bytes as hexadecimal digits, readable by the user alone, and never overwritten.") {
    const SecretFolder folder;
    const auto id = new_secret_file(folder / "one");
    REQUIRE(id);
    REQUIRE(new_secret_file(folder / "two"));
    struct stat status{};
    REQUIRE(::stat((folder / "one").c_str(), &status) == 0);
    CHECK((status.st_mode & 07777U) == 0600);
    CHECK(status.st_size == 65);
    CHECK(status.st_nlink == 1);
    const auto keys = read_key_folder(folder.path());
    REQUIRE(keys);
    REQUIRE(keys->size() == 2);
    CHECK(keys->front().key.id() == *id);
    CHECK(keys->back().key.id() != *id);
    std::ifstream file(folder / "one");
    std::string text;
    std::getline(file, text);
    CHECK(text.find_first_not_of("0123456789abcdef") == std::string::npos);
    CHECK(error_in(folder.path(), new_secret_file(folder / "one")) ==
          "DIR/one: exists already | Name another file; an existing one is never overwritten.");
    CHECK(read_key_folder(folder.path())->front().key.id() == *id);
    folder.write("three.new", first_secret);
    CHECK(error_in(folder.path(), new_secret_file(folder / "three")) ==
          "DIR/three.new: exists already | Remove it if it was left by an interrupted command, then try again.");
    CHECK(error_in(folder.path(), new_secret_file(folder / "gone/one")) ==
          "DIR/gone/one.new: create: No such file or directory | Check the path; the file may have been moved or "
          "removed.");
}

TEST_CASE("Rotation: `make_current` replaces the link, and refuses a file without a valid secret.") {
    const SecretFolder folder;
    folder.write("one", first_secret);
    folder.write("two", second_secret);
    folder.write("short", "short");
    REQUIRE(make_current(folder.path(), "one"));
    CHECK(std::filesystem::read_symlink(folder / "current") == "one");
    folder.link("current.new", "short"); // left by an interrupted rotation
    REQUIRE(make_current(folder.path(), "two"));
    CHECK(std::filesystem::read_symlink(folder / "current") == "two");
    CHECK_FALSE(std::filesystem::is_symlink(folder / "current.new"));
    const auto refused = [&](const std::string& file) {
        return error_in(folder.path(), make_current(folder.path(), file));
    };
    CHECK(refused("short").starts_with("DIR/short: a secret has 32 to 1024 bytes: this one has 5"));
    CHECK(refused("gone").starts_with("DIR/gone: open the secret: No such file or directory"));
    for (const std::string name : {"", "../one", "current", "current.new"})
        CHECK(refused(name) == "'" + name +
                                   "' cannot be the secret of DIR/current | Name a file of the folder, without "
                                   "its path.");
    CHECK(std::filesystem::read_symlink(folder / "current") == "two");
    std::filesystem::remove(folder / "current");
    folder.write("current", first_secret);
    CHECK(refused("one") == "DIR/current: not a symbolic link | Rename the file, then run `ln -s FILE DIR/current`.");
}

TEST_CASE("Rotation: a reader sees the old key or the new one as the one that writes, at any time.") {
    const SecretFolder folder;
    folder.write("one", first_secret);
    folder.write("two", second_secret);
    REQUIRE(make_current(folder.path(), "one"));
    std::atomic<bool> done = false;
    std::thread rotating([&] {
        for (int turn = 0; turn < 200; ++turn) CHECK(make_current(folder.path(), turn % 2 == 0 ? "two" : "one"));
        done = true;
    });
    std::string error = "no error";
    while (!done && error == "no error") {
        const auto keys = read_key_folder(folder.path());
        error = error_in(folder.path(), keys);
        if (keys && !keys->front().writes && !keys->back().writes) error = "no key writes";
    }
    rotating.join();
    CHECK(error == "no error");
}

TEST_CASE("Key folder: no copy of a secret is left in memory after it was read or created.") {
    if (!measures_memory) return; // a sanitizer maps more memory than can be searched
    const SecretFolder folder;
    REQUIRE(new_secret_file(folder / "key"));
    const std::string inverted = inverted_digits(folder / "key");
    CHECK(copies_in_memory(inverted) == 0);
    const auto keys = read_key_folder(folder.path());
    REQUIRE(keys);
    CHECK(copies_in_memory(inverted) == 0);
    std::string kept = inverted; // the control: the search finds a secret that is not wiped
    for (char& digit : kept) digit = static_cast<char>(~digit);
    CHECK(copies_in_memory(inverted) > 0);
    system::wipe(kept.data(), kept.size());
    CHECK(copies_in_memory(inverted) == 0);
}

} // namespace evenfold::tests::keys
