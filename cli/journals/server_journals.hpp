/// The journals that --db names by a URL, as `Program` needs them. In a build without libpq each function fails, and
/// names the remedy.
/// Errors: no message contains a password.
#pragma once

#include <expected>
#include <memory>
#include <optional>
#include <string>

#include "evenfold/cli/program.hpp"

namespace evenfold::cli {

[[nodiscard]] std::expected<std::unique_ptr<journal::Journal>, journal::Failure>
open_server_journal(const JournalOpening& opening);

[[nodiscard]] std::expected<std::unique_ptr<journal::chain::ChainSource>, journal::Failure>
open_server_chain(const std::string& url);

[[nodiscard]] std::expected<std::shared_ptr<journal::ProgramLocks>, journal::Failure>
open_server_locks(const std::string& url);

[[nodiscard]] std::optional<std::string> domain_on_server(const std::string& url);

[[nodiscard]] std::string shown_server_journal(const std::string& url);

} // namespace evenfold::cli
