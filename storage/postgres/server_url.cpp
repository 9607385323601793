#include "evenfold/storage/postgres/server_url.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <libpq-fe.h>
#include <memory>

namespace evenfold::storage::postgres {

namespace {

struct FreeOptions {
    void operator()(PQconninfoOption* options) const { PQconninfoFree(options); }
};

Failure invalid_url(std::string_view reason) {
    return {.kind = FailureKind::invalid,
            .what = fmt::format("the URL of the PostgreSQL database is not valid: {}", reason),
            .remedy =
                "Write it as postgresql://user@host:port/database, and percent-encode the characters / ? # @ : in "
                "a name or a password."};
}

/// Returns where the parameters of `url` begin, after the user and the password; npos if there are none.
std::size_t query_of(std::string_view url) {
    const std::size_t authority = url.find("://") + 3;
    const std::size_t delimiter = url.find_first_of("@/", authority);
    const bool has_user = delimiter != std::string_view::npos && url[delimiter] == '@';
    return url.find('?', has_user ? delimiter : authority);
}

/// Moves the value of the parameter `name` from the query of `url` to `value`. Returns false if it occurs twice.
bool take_parameter(std::string& url, std::string_view name, std::optional<std::string>& value) {
    const std::size_t query = query_of(url);
    if (query == std::string::npos) return true;
    std::string kept;
    std::string_view left = std::string_view(url).substr(query + 1);
    while (!left.empty()) {
        const std::size_t end = std::min(left.find('&'), left.size());
        const std::string_view part = left.substr(0, end);
        left.remove_prefix(std::min(end + 1, left.size()));
        if (part.size() > name.size() && part.starts_with(name) && part[name.size()] == '=') {
            if (value) return false;
            value = part.substr(name.size() + 1);
        } else if (!part.empty()) {
            kept += kept.empty() ? "?" : "&";
            kept += part;
        }
    }
    url = url.substr(0, query) + kept;
    return true;
}

bool is_port(std::string_view text) {
    return text.find_first_not_of("0123456789,") == std::string_view::npos;
}

} // namespace

std::string ServerUrl::value_of(std::string_view keyword) const {
    const auto found = std::ranges::find(options_, keyword, &std::pair<std::string, std::string>::first);
    return found == options_.end() ? std::string() : found->second;
}

std::expected<void, Failure> ServerUrl::read_options(const std::string& url) {
    char* message = nullptr; // not shown, because it may quote a part of a password
    const std::unique_ptr<PQconninfoOption, FreeOptions> parsed(PQconninfoParse(url.c_str(), &message));
    PQfreemem(message);
    if (!parsed) return std::unexpected(invalid_url("libpq cannot read it"));
    for (const PQconninfoOption* option = parsed.get(); option->keyword != nullptr; ++option)
        if (option->val != nullptr) options_.emplace_back(option->keyword, option->val);
    if (!is_port(value_of("port"))) return std::unexpected(invalid_url("the port is not a number"));
    for (const std::string_view keyword : {"host", "dbname"}) {
        if (value_of(keyword).find('@') != std::string::npos)
            return std::unexpected(invalid_url("there is a second @ after the user"));
    }
    return {};
}

std::expected<ServerUrl, Failure> ServerUrl::parse(std::string_view url, std::string_view own_name) {
    if (!url.starts_with("postgresql://") && !url.starts_with("postgres://"))
        return std::unexpected(invalid_url("it begins with neither postgresql:// nor postgres://"));
    if (url.find('\0') != std::string_view::npos) return std::unexpected(invalid_url("it contains a NUL"));
    ServerUrl parsed;
    std::string rest(url);
    if (!take_parameter(rest, own_name, parsed.own_value_))
        return std::unexpected(invalid_url(fmt::format("the parameter {} occurs twice", own_name)));
    if (auto read = parsed.read_options(rest); !read) return std::unexpected(read.error());
    const std::string user = parsed.value_of("user");
    const std::string port = parsed.value_of("port");
    parsed.shown_ = fmt::format("postgresql://{}{}{}{}/{}", user, user.empty() ? "" : "@", parsed.value_of("host"),
                                port.empty() ? "" : ":" + port, parsed.value_of("dbname"));
    if (parsed.own_value_) parsed.shown_ += fmt::format("?{}={}", own_name, *parsed.own_value_);
    return parsed;
}

} // namespace evenfold::storage::postgres
