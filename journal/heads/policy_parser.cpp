#include "evenfold/journal/heads/policy_parser.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "evenfold/core/text/visible.hpp"
#include "evenfold/journal/heads/text_forms.hpp"

namespace evenfold::journal::heads {
namespace {

constexpr std::size_t policy_bytes_max = 1'000'000;
constexpr std::size_t names_max = 1'000; // of witnesses and groups, and of logs
constexpr std::string_view white = " \t";
constexpr std::string_view no_witness = "none";

bool is_allowed(char byte) {
    const auto octet = static_cast<unsigned char>(byte);
    return octet == '\t' || (octet >= 0x20U && octet != 0x7FU);
}

std::vector<std::string_view> words_in(std::string_view line) {
    std::vector<std::string_view> words;
    for (std::size_t at = line.find_first_not_of(white); at != std::string_view::npos;) {
        const std::size_t end = std::min(line.find_first_of(white, at), line.size());
        words.push_back(line.substr(at, end - at));
        at = line.find_first_not_of(white, end);
    }
    return words;
}

/// Returns the number of members that the group needs, or nullopt if `text` states none.
std::optional<std::size_t> threshold_of(std::string_view text, std::size_t members) {
    if (text == "any") return 1;
    if (text == "all") return members;
    const auto number = number_from(text);
    if (!number || *number < 1 || *number > members) return std::nullopt;
    return static_cast<std::size_t>(*number);
}

} // namespace

std::expected<WitnessPolicy, NoteError> PolicyParser::parse(std::string_view text) {
    if (text.size() > policy_bytes_max)
        return malformed(0,
                         fmt::format("a policy has at most {} bytes: this one has {}", policy_bytes_max, text.size()));
    while (!text.empty()) {
        ++line_;
        const auto line = take_line(text);
        if (!line) return wrong("the last line has no line break");
        if (auto parsed = parse_line(*line); !parsed) return std::unexpected(std::move(parsed.error()));
    }
    if (!has_quorum_line_) return malformed(0, "the policy has no line `quorum NAME`");
    return std::move(policy_);
}

PolicyParser::LineResult PolicyParser::parse_line(std::string_view line) {
    if (!std::ranges::all_of(line, is_allowed)) return wrong("a control character other than a tab");
    const std::vector<std::string_view> words = words_in(line);
    if (words.empty() || words.front().starts_with('#')) return {};
    if (std::max(policy_.groups_.size(), policy_.logs_.size()) >= names_max)
        return wrong(fmt::format("a policy has at most {} logs, and {} witnesses and groups", names_max, names_max));
    const std::string_view kind = words.front();
    const LineWords rest = LineWords(words).subspan(1);
    if (kind == "log") return add_log(rest);
    if (kind == "witness") return add_witness(rest);
    if (kind == "group") return add_group(rest);
    if (kind == "quorum") return set_quorum(rest);
    return wrong(fmt::format("'{}' begins no line of a policy: expected log, witness, group or quorum", visible(kind)));
}

PolicyParser::LineResult PolicyParser::add_log(LineWords words) {
    if (words.empty() || words.size() > 2) return wrong("expected `log VKEY [URL]`");
    auto key = new_key(words[0], policy_.logs_, std::nullopt);
    if (!key) return std::unexpected(std::move(key.error()));
    policy_.logs_.push_back({.name = {}, .key = *std::move(key), .url = std::string(words.size() > 1 ? words[1] : "")});
    return {};
}

PolicyParser::LineResult PolicyParser::add_witness(LineWords words) {
    if (words.size() < 2 || words.size() > 3) return wrong("expected `witness NAME VKEY [URL]`");
    if (auto checked = check_new_name(words[0]); !checked) return checked;
    auto key = new_key(words[1], policy_.witnesses_, SignatureType::cosignature);
    if (!key) return std::unexpected(std::move(key.error()));
    const std::string name(words[0]);
    policy_.witnesses_.push_back(
        {.name = name, .key = *std::move(key), .url = std::string(words.size() > 2 ? words[2] : "")});
    policy_.groups_.push_back({.name = name, .threshold = 1, .members = {}, .is_witness = true});
    is_member_.push_back(false);
    return {};
}

PolicyParser::LineResult PolicyParser::add_group(LineWords words) {
    if (words.size() < 3) return wrong("expected `group NAME K|any|all MEMBER...`");
    if (auto checked = check_new_name(words[0]); !checked) return checked;
    const LineWords members = words.subspan(2);
    const auto threshold = threshold_of(words[1], members.size());
    if (!threshold)
        return wrong(fmt::format("'{}' is not a threshold: expected any, all or a number from 1 to {}",
                                 visible(words[1]), members.size()));
    WitnessPolicy::WitnessGroup group{
        .name = std::string(words[0]), .threshold = *threshold, .members = {}, .is_witness = false};
    for (const std::string_view member : members) {
        const auto found = find(member);
        if (!found) return wrong(fmt::format("'{}' is no witness or group of an earlier line", visible(member)));
        if (is_member_[*found]) return wrong(fmt::format("'{}' is already a member of a group", visible(member)));
        is_member_[*found] = true;
        group.members.push_back(*found);
    }
    policy_.groups_.push_back(std::move(group));
    is_member_.push_back(false);
    return {};
}

PolicyParser::LineResult PolicyParser::set_quorum(LineWords words) {
    if (words.size() != 1) return wrong("expected `quorum NAME` or `quorum none`");
    if (has_quorum_line_) return wrong("a second line `quorum`");
    has_quorum_line_ = true;
    if (words[0] == no_witness) return {};
    const auto found = find(words[0]);
    if (!found) return wrong(fmt::format("'{}' is no witness or group of an earlier line", visible(words[0])));
    policy_.has_quorum_ = true;
    policy_.quorum_ = *found;
    return {};
}

/// Returns the key in `text`, which must be none of the known ones, and must have the type if one is given.
std::expected<VerifierKey, NoteError> PolicyParser::new_key(std::string_view text, std::span<const PolicyMember> known,
                                                            std::optional<SignatureType> type) const {
    auto key = VerifierKey::parse(text);
    if (!key) return wrong(key.error().what);
    if (type && key->to_text(*type) != text)
        return wrong(fmt::format("the verifier key of a witness must have the type {:02x}, of cosignatures",
                                 static_cast<unsigned>(*type)));
    const auto is_same = [&](const PolicyMember& other) { return other.key.public_key() == key->public_key(); };
    if (std::ranges::any_of(known, is_same)) return wrong("this key is on an earlier line");
    return *std::move(key);
}

PolicyParser::LineResult PolicyParser::check_new_name(std::string_view name) const {
    if (name == no_witness) return wrong("no witness or group can have the name 'none'");
    if (find(name)) return wrong(fmt::format("'{}' is the name of an earlier line", visible(name)));
    return {};
}

std::optional<std::size_t> PolicyParser::find(std::string_view name) const {
    const auto found = std::ranges::find(policy_.groups_, name, &WitnessPolicy::WitnessGroup::name);
    if (found == policy_.groups_.end()) return std::nullopt;
    return static_cast<std::size_t>(found - policy_.groups_.begin());
}

std::unexpected<NoteError> PolicyParser::wrong(std::string what) const {
    return malformed(line_, std::move(what));
}

} // namespace evenfold::journal::heads
