#include "evenfold/storage/postgres/server_url.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace evenfold::storage::postgres {
namespace {

constexpr std::string_view secret = "s3cretword";

std::string option_of(const ServerUrl& url, std::string_view keyword) {
    for (const auto& [name, value] : url.options())
        if (name == keyword) return value;
    return {};
}

std::string message_of(std::string_view url) {
    const auto parsed = ServerUrl::parse(url, "journal");
    if (!parsed) {
        CHECK(parsed.error().kind == FailureKind::invalid);
        CHECK(!parsed.error().remedy.empty());
        return parsed.error().what;
    }
    return "accepted as " + parsed->shown();
}

} // namespace

TEST_CASE("ServerUrl: takes the caller's parameter out, whatever the position, and leaves the others to libpq.") {
    const auto url = ServerUrl::parse(
        "postgresql://ada:pw@db.example:5433/app?sslmode=require&journal=x&connect_timeout=3", "journal");
    REQUIRE(url);
    CHECK(url->own_value() == "x");
    CHECK(option_of(*url, "sslmode") == "require");
    CHECK(option_of(*url, "connect_timeout") == "3");
    CHECK(option_of(*url, "password") == "pw");
    CHECK(url->shown() == "postgresql://ada@db.example:5433/app?journal=x");
    CHECK(ServerUrl::parse("postgres://h/d?journal=x", "journal")->own_value() == "x");
    CHECK(!ServerUrl::parse("postgres://h/d?journals=x", "journal")); // libpq knows no such parameter
    CHECK(!ServerUrl::parse("postgres://h/d?journal=x", "other"));    // negative control of the line above
    CHECK(ServerUrl::parse("postgres://h/d", "journal")->own_value() == std::nullopt);
    CHECK(message_of("postgres://h/d?journal=x&journal=y").find("occurs twice") != std::string::npos);
}

TEST_CASE("ServerUrl: a password may contain the mark of a query before its user ends.") {
    const auto url = ServerUrl::parse("postgresql://ada:a?journal=b@h/d?journal=x", "journal");
    REQUIRE(url);
    CHECK(option_of(*url, "password") == "a?journal=b");
    CHECK(url->own_value() == "x");
}

TEST_CASE("ServerUrl: no message contains a password, also where special characters in it are not encoded.") {
    const std::string word(secret);
    const std::vector<std::string> urls = {"postgresql://ada:" + word + "@h/d",
                                           "postgresql://ada:x@" + word + "@h/d",
                                           "postgresql://ada:x/" + word + "@h/d",
                                           "postgresql://ada:" + word + "/1@h/d",
                                           "postgresql://ada:1/" + word + "@h/d",
                                           "postgresql://ada:x%" + word + "@h/d",
                                           "postgresql://ada:x#" + word + "@h/d",
                                           "postgresql://ada:x:" + word + "@h/d",
                                           "postgresql://h/d?password=" + word,
                                           "postgresql://h/d?password=" + word + "&sslmode",
                                           "postgresql://h/d?password=x%zz" + word,
                                           "postgresql://ada:x[" + word + "@h/d",
                                           "mysql://ada:" + word + "@h/d",
                                           "host=h password=" + word,
                                           "postgresql://ada:x?y=" + word + "@h/d?a=b",
                                           "postgresql://ada:x@y/" + word + "@h/d"};
    for (const std::string& url : urls) {
        CAPTURE(url);
        CHECK(message_of(url).find(secret) == std::string::npos);
    }
    // Negative control: the search finds a word that is shown.
    CHECK(message_of("postgresql://ada@" + word + "/d").find(secret) != std::string::npos);
}

TEST_CASE("ServerUrl: other text is refused, and the message says why.") {
    CHECK(message_of("").find("begins with neither") != std::string::npos);
    CHECK(message_of("journal.db").find("begins with neither") != std::string::npos);
    CHECK(message_of("postgresql://h:x/d").find("the port is not a number") != std::string::npos);
    CHECK(message_of(std::string("postgresql://h/d\0", 17)).find("NUL") != std::string::npos);
    CHECK(message_of("postgresql://h:1,h:2/d").starts_with("accepted"));
}

TEST_CASE("SQLSTATE: each error of a server has the kind that its remedy needs.") {
    CHECK(kind_of_state("55P03") == FailureKind::busy);
    CHECK(kind_of_state("25006") == FailureKind::read_only);
    CHECK(kind_of_state("28P01") == FailureKind::denied);
    CHECK(kind_of_state("42501") == FailureKind::denied);
    CHECK(kind_of_state("42P01") == FailureKind::damaged);
    CHECK(kind_of_state("53100") == FailureKind::full);
    CHECK(kind_of_state("57P01") == FailureKind::disconnected);
    CHECK(kind_of_state("57P03") == FailureKind::unreachable);
    CHECK(kind_of_state("23505") == FailureKind::damaged);
    CHECK(kind_of_state("ZZZZZ") == FailureKind::input_output);
    CHECK(ends_connection("57P01"));
    CHECK(!ends_connection("55P03"));
    const Failure failure = failure_of("postgresql://h/d", "append", {.state = "53100", .message = "no space\n"});
    CHECK(failure.what == "postgresql://h/d: append: no space (SQLSTATE 53100)");
    CHECK(one_line("a\nLOCATION:  f, g.c:1\nb\n") == "a; b");
}

} // namespace evenfold::storage::postgres
