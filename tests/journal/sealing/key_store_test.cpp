#include "evenfold/journal/sealing/key_store.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <fmt/format.h>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>
#include <thread>

#include "evenfold/core/values/hex.hpp"
#include "evenfold/tests/journal/sealing/sealing_folder.hpp"
#include "evenfold/tests/support/build_paths.hpp"
#include "evenfold/tests/support/process/memory.hpp"

namespace evenfold::journal::sealing {
namespace {

using system::FailureKind;

std::expected<void, system::Failure> fixed_nonce(std::span<char> bytes) {
    std::ranges::fill(bytes, '\x07');
    return {};
}

unsigned mode_of(const std::filesystem::path& path) {
    return static_cast<unsigned>(std::filesystem::status(path).permissions());
}

/// Returns the JSON of `value`, as an event stores it.
std::string json_of(const codec::SealedValue& value) {
    return fmt::format(R"({{"subject":"{}","nonce":"{}","box":"{}"}})", value.subject, value.nonce, value.box);
}

/// Writes a store whose secret and whose key of the subject "7" are fixed.
void write_fixed_store(const SealingFolder& folder) {
    const auto store = folder.create();
    write_private_file(folder.store() / "secret", std::string(64, 'a') + "\n");
    write_private_file(folder.key_file(folder.open()->name_of("7")), std::string(64, '5') + "\n");
}

} // namespace

TEST_CASE("KeyStore: what it has sealed, it opens, also after it was opened again.") {
    const SealingFolder folder;
    const auto store = folder.create();
    for (const std::string& text :
         {std::string(), std::string("\"Ada\""), std::string(1000, 'x'), std::string("a\x80\0\0", 4)}) {
        const auto sealed = store->seal(name_field, "7", text);
        REQUIRE(sealed);
        CHECK(store->unseal(name_field, *sealed).value() == text);
        CHECK(folder.open()->unseal(name_field, *sealed).value() == text);
    }
}

TEST_CASE("KeyStore: a value has the bytes that docs/personal-data.md specifies.") {
    const SealingFolder folder;
    write_fixed_store(folder);
    const auto store = KeyStore::open(folder.store(), {.random = &fixed_nonce}).value();
    const auto sealed = store->seal(name_field, "7", "\"Ada\"");
    REQUIRE(sealed);
    CHECK(
        json_of(*sealed) ==
        R"({"subject":"d8b3ea50e20632709e401b85238a6872","nonce":"070707070707070707070707",)"
        R"("box":"068fdaea1dc5bdc78921ebd7ec3df9ce56ebc2eb89fa9467e516fd939030559b03b24dccada848e4d24736ab2c191cfc"})");
    CHECK(store->keyed_hash(name_field, "7", "\"Ada\"") ==
          "71fb5685a17d12f3e763e3b458ed181463c061acace997812f307356bb40815e");
}

TEST_CASE("KeyStore: a value has the bytes of the vector of the format.") {
    std::ifstream file(tests::source_tree() + "/tests/journal/chain/vectors.json");
    const auto vector = nlohmann::json::parse(file)["erasure"]["sealed"];
    const auto text = [&](const char* name) { return vector[name].get<std::string>(); };
    const SealingFolder folder;
    const auto created = folder.create();
    write_private_file(folder.store() / "secret", text("secret") + "\n");
    write_private_file(folder.key_file(text("subject")), text("key") + "\n");
    const auto store = KeyStore::open(folder.store(), {.random = &fixed_nonce}).value();
    const std::string type = text("type");
    const std::string path = text("path");
    const auto sealed = store->seal({.type = type, .path = path}, text("subject_text"), text("value"));
    REQUIRE(sealed);
    CHECK(sealed->subject == text("subject"));
    CHECK(sealed->nonce == text("nonce"));
    CHECK(sealed->box == text("box"));
    CHECK(store->unseal({.type = type, .path = path}, *sealed).value() == text("value"));
}

TEST_CASE("KeyStore: a program of another language opens its values.") {
    if (std::system("python3 -c 1 > /dev/null 2>&1") != 0) { // NOLINT(*-env33-c,*-mt-unsafe): fixed words
        std::puts("skipped: python3 is not installed");
        return;
    }
    const SealingFolder folder;
    const auto store = folder.create();
    const std::string text = R"("a name of more than sixteen bytes, and of more than thirty-two")";
    const auto sealed = store->seal(name_field, "7", text);
    REQUIRE(sealed);
    const auto opened = [&](const std::string& subject, const std::string& path) {
        write_private_file(folder.path() / "value", json_of(*sealed));
        const std::string command =
            fmt::format("python3 -B {}/tests/journal/sealing/open_box.py {} {} Joined {} < {} > {} 2>&1",
                        tests::source_tree(), folder.store().string(), subject, path,
                        (folder.path() / "value").string(), (folder.path() / "text").string());
        (void)std::system(command.c_str()); // NOLINT(*-env33-c,*-mt-unsafe): words of this test
        return bytes_of_file(folder.path() / "text");
    };
    CHECK(opened("7", "/name") == text);
    CHECK(opened("7", "/mail") == "the key does not open the value\n");
    CHECK(opened("8", "/name") == "the value is about another subject\n");
}

TEST_CASE("KeyStore: a value opens only at its field, and each change of it is damage.") {
    const SealingFolder folder;
    const auto store = folder.create();
    const codec::SealedValue sealed = store->seal(name_field, "7", "\"Ada\"").value();
    const codec::SealedValue other = store->seal(name_field, "8", "\"Bo\"").value();
    const auto damage_of = [&](const codec::FieldPath& field, const codec::SealedValue& value) {
        const auto opened = store->unseal(field, value);
        REQUIRE_FALSE(opened);
        CHECK(opened.error().kind == FailureKind::damaged);
        return opened.error().what;
    };
    const std::string unopened = fmt::format("a sealed value that its key {} does not open", sealed.subject);
    CHECK(damage_of({.type = "Joined", .path = "/mail"}, sealed) == "Joined/mail: " + unopened);
    CHECK(damage_of({.type = "Left", .path = "/name"}, sealed) == "Left/name: " + unopened);
    CHECK(damage_of(name_field, {sealed.subject, other.nonce, sealed.box}) == "Joined/name: " + unopened);
    CHECK(damage_of(name_field, {sealed.subject, other.nonce, other.box}) == "Joined/name: " + unopened);
    for (const char* name : {"", "7", "../../secret", "0123456789ABCDEF0123456789ABCDEF"})
        CHECK(damage_of(name_field, {name, sealed.nonce, sealed.box}) ==
              "Joined/name: a sealed value whose key has no valid name");
    for (const std::string& box : {std::string(), std::string("x"), sealed.box.substr(2), sealed.box + "00"})
        static_cast<void>(damage_of(name_field, {sealed.subject, sealed.nonce, box}));
}

TEST_CASE("KeyStore: an erasure destroys the key of one subject for ever.") {
    const SealingFolder folder;
    const auto store = folder.create();
    const codec::SealedValue ada = store->seal(name_field, "7", "\"Ada\"").value();
    const codec::SealedValue bo = store->seal(name_field, "8", "\"Bo\"").value();
    const std::string key = bytes_of_file(folder.key_file(ada.subject));
    CHECK(key.size() == 65);
    CHECK(store->erasures() == 0);
    CHECK(store->erase("7").value());
    CHECK(store->erasures() == 1);
    CHECK_FALSE(store->erase("7").value());
    CHECK_FALSE(store->erase("never stored").value());
    CHECK(store->erasures() == 1);
    for (KeyStore* one : {store.get(), folder.open().release()}) {
        CHECK(one->unseal(name_field, ada).value() == std::nullopt);
        CHECK(one->unseal(name_field, bo).value() == "\"Bo\"");
        const auto again = one->seal(name_field, "7", "\"Ada\"");
        REQUIRE_FALSE(again);
        CHECK(again.error().kind == FailureKind::erased);
        CHECK(again.error().what.find("Ada") == std::string::npos);
        if (one != store.get()) delete one;
    }
    CHECK_FALSE(std::filesystem::exists(folder.key_file(ada.subject)));
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder.path())) {
        if (entry.is_regular_file()) CHECK(bytes_of_file(entry.path()).find(key.substr(0, 64)) == std::string::npos);
    }
}

TEST_CASE("KeyStore: an erasure by another object counts at once, also for a key in memory.") {
    const SealingFolder folder;
    const auto store = folder.create();
    const auto other = folder.open();
    const codec::SealedValue sealed = store->seal(name_field, "7", "\"Ada\"").value();
    CHECK(store->unseal(name_field, sealed).value() == "\"Ada\""); // the key is in memory now
    CHECK(other->erase("7").value());
    CHECK(store->unseal(name_field, sealed).value() == std::nullopt);
    CHECK(store->erasures() == 1);
}

TEST_CASE("KeyStore: a key that is missing but was not erased is an error, not an erasure.") {
    const SealingFolder folder;
    const codec::SealedValue sealed = folder.create()->seal(name_field, "7", "\"Ada\"").value();
    const SealingFolder another;
    const auto wrong = another.create()->unseal(name_field, sealed);
    REQUIRE_FALSE(wrong);
    CHECK(wrong.error().kind == FailureKind::not_found);
    CHECK(wrong.error().what ==
          fmt::format("the key store has no key {}, and no record that it was destroyed", sealed.subject));
    write_private_file(folder.key_file(sealed.subject), std::string(64, '0').replace(9, 1, "x"));
    CHECK(
        folder.error_in(folder.open()->unseal(name_field, sealed)) ==
        fmt::format("DIR/keys/keys/{}: not a key of 64 hexadecimal digits | Restore the key store from its own backup.",
                    sealed.subject));
}

TEST_CASE("KeyStore: has one private file per subject, with names that do not identify it.") {
    const SealingFolder folder;
    const auto store = folder.create();
    for (const char* subject : {"ada@example.org", "bo@example.org"})
        for (int time = 0; time < 3; ++time) REQUIRE(store->seal(name_field, subject, "x"));
    CHECK(mode_of(folder.store()) == 0700);
    const auto names = names_in_folder(folder.store() / "keys");
    CHECK(names.size() == 2);
    for (const std::string& name : names) {
        CHECK(mode_of(folder.key_file(name)) == 0600);
        CHECK(name.size() == 32);
    }
    CHECK(store->name_of("ada@example.org") != folder.open()->name_of("bo@example.org"));
    const SealingFolder other;
    CHECK(other.create()->name_of("ada@example.org") != store->name_of("ada@example.org"));
}

TEST_CASE("KeyStore: equal values are sealed with other nonces, and boxes hide short lengths.") {
    const SealingFolder folder;
    const auto store = folder.create();
    std::set<std::string> nonces;
    for (int time = 0; time < 100; ++time) nonces.insert(store->seal(name_field, "7", "\"Ada\"").value().nonce);
    CHECK(nonces.size() == 100);
    const auto box_size = [&](std::size_t length) {
        return store->seal(name_field, "7", std::string(length, 'x'))->box.size();
    };
    CHECK(box_size(0) == box_size(31));
    CHECK(box_size(32) > box_size(31));
}

TEST_CASE("KeyStore: a keyed hash depends on the store, the field, the subject and the text.") {
    const SealingFolder folder;
    const auto store = folder.create();
    const SealingFolder other;
    const std::string hash = store->keyed_hash(name_field, "7", "x");
    CHECK(folder.open()->keyed_hash(name_field, "7", "x") == hash);
    CHECK(store->keyed_hash({.type = "Joined", .path = "/mail"}, "7", "x") != hash);
    CHECK(store->keyed_hash(name_field, "8", "x") != hash);
    CHECK(store->keyed_hash(name_field, "7", "y") != hash);
    CHECK(other.create()->keyed_hash(name_field, "7", "x") != hash);
    CHECK(names_in_folder(folder.store() / "keys").empty()); // a command that is refused leaves no key
}

TEST_CASE("KeyStore: refuses a folder that is no store, is open to others or is the journal's.") {
    const SealingFolder folder;
    CHECK(folder.error_in(KeyStore::open(folder.store()))
              .starts_with("DIR/keys: there is no key store | Name the folder"));
    const auto store = folder.create();
    CHECK(folder.error_in(KeyStore::create(folder.store())).starts_with("DIR/keys: has '"));
    CHECK(folder.error_in(KeyStore::create(folder.path())).starts_with("DIR: has 'keys' already"));
    const std::string inside =
        "DIR/keys: the key store is in the folder of the journal DIR/j.db | Name a folder elsewhere";
    CHECK(folder.error_in(KeyStore::open(folder.store(), {.journal = folder.path() / "j.db"})).starts_with(inside));
    std::filesystem::create_directory(folder.path() / "journal");
    CHECK(KeyStore::open(folder.store(), {.journal = folder.path() / "journal" / "j.db"}));
    std::filesystem::permissions(folder.store(), static_cast<std::filesystem::perms>(0750));
    CHECK(folder.error_in(KeyStore::open(folder.store())).starts_with("DIR/keys: others may read the folder"));
    std::filesystem::permissions(folder.store(), static_cast<std::filesystem::perms>(0700));
    const std::string name = store->seal(name_field, "7", "x").value().subject;
    std::filesystem::permissions(folder.key_file(name), static_cast<std::filesystem::perms>(0644));
    CHECK(folder.error_in(folder.open()->seal(name_field, "7", "x")).find("the mode 0644") != std::string::npos);
}

TEST_CASE("KeyStore: many threads create, use and erase keys.") {
    const SealingFolder folder;
    const auto store = folder.create();
    std::vector<std::thread> threads;
    for (int thread = 0; thread < 4; ++thread) {
        threads.emplace_back([&, thread] {
            for (int number = 0; number < 20; ++number) {
                const std::string subject = std::to_string(number);
                const auto sealed = store->seal(name_field, subject, subject);
                if (!sealed) {
                    CHECK(sealed.error().kind == FailureKind::erased);
                    continue;
                }
                if (thread == 0 && number % 2 == 0) CHECK(store->erase(subject));
                const auto opened = store->unseal(name_field, *sealed);
                REQUIRE(opened);
                CHECK((!*opened || **opened == subject));
            }
        });
    }
    for (std::thread& thread : threads) thread.join();
    CHECK(store->erasures() == 10);
    CHECK(names_in_folder(folder.store() / "keys").size() == 10);
}

TEST_CASE("KeyStore: a key is nowhere in memory after its erasure.") {
    if (!tests::measures_memory) return;
    const SealingFolder folder;
    const auto store = folder.create();
    const std::string name = store->seal(name_field, "7", "x").value().subject;
    std::string inverted = hex::decode(bytes_of_file(folder.key_file(name)).substr(0, 64)).value();
    for (char& byte : inverted) byte = static_cast<char>(~byte);
    static_cast<void>(store->seal(name_field, "7", "x"));
    CHECK(tests::copies_in_memory(inverted) >= 1); // the search finds the key that is in use
    CHECK(store->erase("7").value());
    CHECK(tests::copies_in_memory(inverted) == 0);
}

} // namespace evenfold::journal::sealing
