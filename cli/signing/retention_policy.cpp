#include "evenfold/cli/signing/retention_policy.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <array>
#include <set>
#include <string>
#include <utility>

#include "evenfold/cli/output/report.hpp"
#include "evenfold/codec/text.hpp"
#include "evenfold/system/whole_file.hpp"

namespace evenfold::cli {
namespace {

using Json = nlohmann::json;
using journal::Failure;
using journal::RetentionRule;

constexpr std::size_t policy_bytes_max = 1'000'000;
constexpr std::uint64_t number_max = 1'000'000'000;
constexpr std::array<std::string_view, 4> members{"stream_prefix", "types", "older_than_days", "keep_last"};

struct PolicyError {
    std::string what;
};

/// Returns the number in the member `name`, or 0 if there is none.
std::expected<std::uint64_t, PolicyError> number_in(const Json& rule, std::string_view name) {
    const auto found = rule.find(name);
    if (found == rule.end()) return 0;
    if (!found->is_number_unsigned() || found->get<std::uint64_t>() > number_max)
        return std::unexpected(PolicyError{fmt::format("'{}' is not an integer from 0 to {}", name, number_max)});
    return found->get<std::uint64_t>();
}

std::expected<std::vector<std::string>, PolicyError> types_in(const Json& rule) {
    std::vector<std::string> types;
    const auto found = rule.find("types");
    if (found == rule.end()) return types;
    const PolicyError wrong{"'types' is not an array of one or more names"};
    if (!found->is_array() || found->empty()) return std::unexpected(wrong);
    for (const Json& type : *found) {
        if (!type.is_string() || type.get_ref<const std::string&>().empty()) return std::unexpected(wrong);
        types.push_back(type.get<std::string>());
    }
    return types;
}

std::expected<RetentionRule, PolicyError> rule_from(const Json& json) {
    if (!json.is_object()) return std::unexpected(PolicyError{"it is not an object"});
    for (const auto& [name, value] : json.items()) {
        if (std::ranges::find(members, name) == members.end())
            return std::unexpected(PolicyError{fmt::format("it has an unknown member '{}'", one_line(name))});
    }
    const auto prefix = json.find("stream_prefix");
    if (prefix == json.end() || !prefix->is_string())
        return std::unexpected(PolicyError{"'stream_prefix' is missing, or not a text"});
    auto types = types_in(json);
    if (!types) return std::unexpected(std::move(types.error()));
    const auto days = number_in(json, "older_than_days");
    if (!days) return std::unexpected(days.error());
    const auto last = number_in(json, "keep_last");
    if (!last) return std::unexpected(last.error());
    if (!json.contains("older_than_days") && !json.contains("keep_last"))
        return std::unexpected(PolicyError{"it has neither 'older_than_days' nor 'keep_last'"});
    return RetentionRule{.stream_prefix = prefix->get<std::string>(),
                         .types = std::move(*types),
                         .older_than_days = *days,
                         .keep_last = *last};
}

/// Parses `text`. Refuses a member that occurs twice, of which the parser would keep the last.
std::expected<Json, PolicyError> parsed(const std::string& text) {
    const PolicyError invalid{"it is not JSON"};
    if (!codec::is_shallow(text)) return std::unexpected(invalid);
    std::vector<std::set<std::string>> names;
    std::string repeated;
    const auto note_names = [&](int, Json::parse_event_t event, Json& value) {
        if (event == Json::parse_event_t::object_start) names.emplace_back();
        if (event == Json::parse_event_t::object_end) names.pop_back();
        if (event == Json::parse_event_t::key && !names.back().insert(value.get<std::string>()).second)
            repeated = value.get<std::string>();
        return true;
    };
    Json json = Json::parse(text, note_names, false);
    if (json.is_discarded()) return std::unexpected(invalid);
    if (!repeated.empty())
        return std::unexpected(PolicyError{fmt::format("the member '{}' occurs twice", one_line(repeated))});
    if (!json.is_array() || json.empty())
        return std::unexpected(PolicyError{"it is not an array of one or more rules"});
    return json;
}

} // namespace

std::expected<std::vector<RetentionRule>, Failure> read_retention_policy(const std::filesystem::path& file) {
    const auto refused = [&](const std::string& what) {
        return std::unexpected(
            Failure{.kind = journal::FailureKind::invalid,
                    .what = fmt::format("{} is not a retention policy: {}", file.string(), what),
                    .remedy = R"(expected [{"stream_prefix": "session-", "types": ["Noted"], "older_than_days": 90, )"
                              R"("keep_last": 10}]; nothing was removed)"});
    };
    const auto text = system::read_whole_file(file, policy_bytes_max);
    if (!text) return std::unexpected(text.error());
    const auto json = parsed(*text);
    if (!json) return refused(json.error().what);
    std::vector<RetentionRule> rules;
    for (const Json& one : *json) {
        auto rule = rule_from(one);
        if (!rule) return refused(fmt::format("rule {}: {}", rules.size() + 1, rule.error().what));
        rules.push_back(std::move(*rule));
    }
    return rules;
}

} // namespace evenfold::cli
