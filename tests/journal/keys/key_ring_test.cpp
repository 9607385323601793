#include "evenfold/journal/keys/key_ring.hpp"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cstdlib>

#include "evenfold/tests/journal/keys/secret_folder.hpp"
#include "evenfold/tests/support/process/memory.hpp"

namespace evenfold::tests::keys {
namespace {

using namespace journal::keys;

// NOLINTBEGIN(concurrency-mt-unsafe): these tests have one thread

/// Sets variables for a test, and removes them at its end.
class Variables {
public:
    Variables() { clear(); }
    Variables(const Variables&) = delete;
    Variables& operator=(const Variables&) = delete;
    ~Variables() { clear(); }

    static void set(const char* name, const std::string& value) { ::setenv(name, value.c_str(), 1); }

private:
    static void clear() {
        ::unsetenv(secret_variable);
        ::unsetenv(folder_variable);
    }
};

/// Returns a descriptor from which `bytes` can be read.
int pipe_with(std::string_view bytes) {
    std::array<int, 2> ends{};
    REQUIRE(::pipe2(ends.data(), O_CLOEXEC) == 0);
    REQUIRE(::write(ends[1], bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()));
    ::close(ends[1]);
    return ends[0];
}

std::string error_of(const KeySources& sources) {
    return error_in(sources.folder.value_or("-"), read_key_ring(sources));
}

} // namespace

TEST_CASE("Key ring: without sources it is empty, and nothing writes.") {
    const Variables variables;
    const auto ring = read_key_ring({});
    REQUIRE(ring);
    CHECK(ring->keys().empty());
    CHECK(ring->writing() == nullptr);
    CHECK(ring->secrets().empty());
    CHECK_FALSE(ring->has_development_key());
}

TEST_CASE("Key ring: the variable's secret writes, and the variable is gone afterwards.") {
    const Variables variables;
    Variables::set(secret_variable, std::string(first_secret));
    const auto ring = read_key_ring({});
    REQUIRE(ring);
    REQUIRE(ring->writing());
    CHECK(ring->writing()->key.id() == first_id);
    CHECK(ring->writing()->source == "EVENFOLD_HMAC_SECRET");
    CHECK(std::getenv(secret_variable) == nullptr);
    CHECK(read_key_ring({})->writing() == nullptr);
}

TEST_CASE("Key ring: a variable with a secret of another length is refused with its length, and removed.") {
    const Variables variables;
    const std::string remedy = " | Create a secret of 32 random bytes: `evenfold keys new FILE`.";
    for (const std::size_t size : {0U, 31U, 1025U}) {
        Variables::set(secret_variable, std::string(size, 'a'));
        CHECK(error_of({}) ==
              "EVENFOLD_HMAC_SECRET: a secret has 32 to 1024 bytes: this one has " + std::to_string(size) + remedy);
        CHECK(std::getenv(secret_variable) == nullptr);
    }
}

TEST_CASE("Key ring: the folder is that of the option, or that of the variable.") {
    const Variables variables;
    const SecretFolder named;
    const SecretFolder other;
    named.write("key", first_secret);
    other.write("key", second_secret);
    other.link("current", "key");
    Variables::set(folder_variable, other.path().string());
    CHECK(read_key_ring({})->writing()->source == other / "key");
    const auto ring = read_key_ring({.folder = named.path()});
    REQUIRE(ring);
    CHECK(ring->writing() == nullptr);
    CHECK(ring->keys().front().key.id() == first_id);
    Variables::set(folder_variable, "");
    CHECK(read_key_ring({})->keys().empty());
}

TEST_CASE("Key ring: a descriptor's secret writes, and the descriptor is closed.") {
    const Variables variables;
    const int number = pipe_with(std::string(first_secret) + "\n");
    const auto ring = read_key_ring({.descriptor = number});
    REQUIRE(ring);
    CHECK(ring->writing()->key.id() == first_id);
    CHECK(ring->writing()->source == "descriptor " + std::to_string(number));
    CHECK(::fcntl(number, F_GETFD) == -1);
    CHECK(error_of({.descriptor = 987}) ==
          "descriptor 987: read the secret: Bad file descriptor | Check the disk and the system log, then try again.");
    const int tiny = pipe_with("tiny");
    CHECK(
        error_of({.descriptor = tiny})
            .starts_with("descriptor " + std::to_string(tiny) + ": a secret has 32 to 1024 bytes: this one has 4 | "));
}

TEST_CASE("Key ring: the development key exists only by name, and is reported.") {
    const Variables variables;
    const auto ring = read_key_ring({.development_key = true});
    REQUIRE(ring);
    CHECK(ring->has_development_key());
    CHECK(ring->writing()->source == "the development key");
    Variables::set(secret_variable, std::string(journal::chain::development_secret));
    CHECK(read_key_ring({})->has_development_key()); // also from another source
}

TEST_CASE("Key ring: several sources verify, one writes, and the same secret counts once.") {
    const Variables variables;
    const SecretFolder folder;
    folder.write("one", first_secret);
    folder.write("two", second_secret);
    folder.write("two again", second_secret);
    Variables::set(secret_variable, std::string(second_secret));
    auto ring = read_key_ring({.folder = folder.path()});
    REQUIRE(ring);
    CHECK(ring->keys().size() == 2);
    CHECK(ring->secrets().size() == 2);
    CHECK(ring->writing()->source == "EVENFOLD_HMAC_SECRET");
    folder.link("current", "one");
    Variables::set(secret_variable, std::string(second_secret));
    const std::string id = journal::chain::JournalKey::from_secret(second_secret)->id();
    CHECK(error_of({.folder = folder.path()}) ==
          "two secrets would write: " + id +
              " from EVENFOLD_HMAC_SECRET, and bb0f877a81fb14b9 from DIR/one | Name one "
              "secret that writes; a folder without 'current' only verifies.");
    Variables::set(secret_variable, std::string(first_secret));
    CHECK(error_of({.folder = folder.path()}) == "no error");
}

TEST_CASE("Key ring: no error has a part of a secret.") {
    const Variables variables;
    const std::string mark = "MARKED";
    const SecretFolder folder;
    const auto check = [&](const std::string& error) {
        CHECK(error != "no error");
        CHECK_MESSAGE(error.find(mark) == std::string::npos, error);
    };
    Variables::set(secret_variable, mark);
    check(error_of({}));
    check(error_of({.descriptor = pipe_with(mark)}));
    folder.write("key", mark);
    check(error_of({.folder = folder.path()}));
    std::string large = mark;
    for (int i = 0; i < 8; ++i) large += large;
    folder.write("key", large);
    check(error_of({.folder = folder.path()}));
    folder.write("key", large.substr(0, 500), 0644);
    check(error_of({.folder = folder.path()}));
}

TEST_CASE("Key ring: no copy of the variable's secret is left in memory.") {
    if (!measures_memory) return; // a sanitizer maps more memory than can be searched
    const Variables variables;
    std::string inverted(48, '\0');
    for (std::size_t i = 0; i < inverted.size(); ++i) inverted[i] = static_cast<char>(~('0' + (i * 7 + i / 5) % 75));
    std::string value = inverted;
    for (char& byte : value) byte = static_cast<char>(~byte);
    ::setenv(secret_variable, value.c_str(), 1);
    system::wipe(value.data(), value.size());
    CHECK(copies_in_memory(inverted) > 0); // the control: the search finds the variable
    const auto ring = read_key_ring({});
    REQUIRE(ring);
    CHECK(ring->writing() != nullptr);
    CHECK(copies_in_memory(inverted) == 0);
}

// NOLINTEND(concurrency-mt-unsafe)

} // namespace evenfold::tests::keys
