/// The URL of a PostgreSQL database, as libpq reads it, with one more parameter that belongs to the caller.
/// Shape: `postgresql://user:password@host:port/database?journal=NAME&sslmode=require`; also `postgres://`.
/// Errors: FailureKind::invalid. No message contains the password or the whole URL, because a part of a password that
/// is not percent-encoded can look like a host, a port or a name.
#pragma once

#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "evenfold/storage/postgres/failure.hpp"

namespace evenfold::storage::postgres {

class ServerUrl {
public:
    /// Parses `url`. The query parameter `own_name` is the caller's, and is not passed to libpq.
    [[nodiscard]] static std::expected<ServerUrl, Failure> parse(std::string_view url, std::string_view own_name);

    /// Returns the value of the caller's parameter, if there was one.
    [[nodiscard]] const std::optional<std::string>& own_value() const { return own_value_; }

    /// Returns the URL for messages: user, host, port, database and the caller's parameter.
    [[nodiscard]] const std::string& shown() const { return shown_; }

    /// Returns libpq's keywords and their values, with the password.
    [[nodiscard]] const std::vector<std::pair<std::string, std::string>>& options() const { return options_; }

private:
    ServerUrl() = default;

    [[nodiscard]] std::expected<void, Failure> read_options(const std::string& url);
    [[nodiscard]] std::string value_of(std::string_view keyword) const;

    std::vector<std::pair<std::string, std::string>> options_;
    std::optional<std::string> own_value_;
    std::string shown_;
};

} // namespace evenfold::storage::postgres
