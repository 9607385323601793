/// The policy file of the verb retain: `[{"stream_prefix", "types", "older_than_days", "keep_last"}]`.
/// Shapes: `stream_prefix` is required, and at least one of `older_than_days` and `keep_last`. `types` is absent
/// for all types. Nothing else is accepted, because a rule that was misread would remove payloads for ever.
/// Errors: a Failure with the file, the rule and the member.
#pragma once

#include <expected>
#include <filesystem>
#include <string_view>
#include <vector>

#include "evenfold/journal/retention.hpp"

namespace evenfold::cli {

[[nodiscard]] std::expected<std::vector<journal::RetentionRule>, journal::Failure>
read_retention_policy(const std::filesystem::path& file);

} // namespace evenfold::cli
