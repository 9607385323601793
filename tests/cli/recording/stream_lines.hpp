/// Lines of a Claude Code stream of session `s-1`, and the parts of a transcript that do not differ between recordings.
/// For the tests of recordings.
#pragma once

#include <cstdint>
#include <string>

#include "evenfold/tests/cli/program.hpp"

namespace evenfold::cli_test {

/// Returns the turns of the transcript without what differs between two recordings of one stream: ids and times.
[[nodiscard]] Json comparable_turns(const CliFixture& fixture);

/// Returns the turns without their blocks, because the end of a piece of a recording ends a block.
[[nodiscard]] Json turns_without_blocks(const CliFixture& fixture);

[[nodiscard]] std::string line_of(const Json& json);

/// Returns the lines of a message that streams `words` and does not end.
[[nodiscard]] std::string streamed(const std::string& id, const std::string& words);

[[nodiscard]] std::string snapshot(const std::string& id, const Json& block, const std::string& parent = "");

[[nodiscard]] std::string said(const std::string& id, const std::string& words, const std::string& parent = "");

[[nodiscard]] std::string called(const std::string& id, const std::string& call);

extern const std::string init;

[[nodiscard]] std::string done(double cost = 0.01);

[[nodiscard]] std::string typed(const std::string& words);

[[nodiscard]] std::string returned(const std::string& call, const std::string& output);

[[nodiscard]] std::uint64_t cost_of(const CliFixture& fixture);

/// A recording with two turns, everything that is compared when it is read again, and a log line.
[[nodiscard]] std::string rich_stream();

} // namespace evenfold::cli_test
