#include "evenfold/journal/heads/witness_policy.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "evenfold/core/text/visible.hpp"
#include "evenfold/journal/heads/policy_parser.hpp"
#include "evenfold/journal/heads/text_forms.hpp"

namespace evenfold::journal::heads {
namespace {

/// Fails unless one of the logs whose name is the origin has signed the note.
std::expected<void, NoteError> check_log(const SignedNote& note, const std::vector<PolicyMember>& logs) {
    if (logs.empty()) return {};
    std::string_view text = note.text;
    const std::string_view origin = take_line(text).value_or("");
    std::vector<VerifierKey> keys;
    for (const PolicyMember& log : logs) keys.push_back(log.key);
    if (auto signed_by = check_signatures(note, origin, keys); !signed_by) return std::unexpected(signed_by.error());
    return {};
}

/// Returns whether the witness has cosigned the note. Fails if its signature is wrong.
std::expected<bool, NoteError> has_cosigned(const SignedNote& note, const VerifierKey& key) {
    const auto checked = check_signatures(note, key.name(), {&key, 1});
    if (checked) return checked->time.has_value();
    if (checked.error().kind == NoteErrorKind::unknown_signer) return false;
    return std::unexpected(checked.error());
}

std::string listed(const std::vector<std::string>& names) {
    std::string text;
    for (const std::string& name : names) text += (text.empty() ? "" : " ") + visible(name);
    return text.empty() ? "nobody" : text;
}

} // namespace

std::expected<WitnessPolicy, NoteError> WitnessPolicy::parse(std::string_view text) {
    return PolicyParser().parse(text);
}

std::vector<VerifierKey> WitnessPolicy::witness_keys() const {
    std::vector<VerifierKey> keys;
    for (const PolicyMember& witness : witnesses_) keys.push_back(witness.key);
    return keys;
}

std::expected<std::vector<std::string>, NoteError> WitnessPolicy::check(std::string_view note) const {
    const auto parsed = parse_note(note);
    if (!parsed) return std::unexpected(parsed.error());
    if (auto checked = check_log(*parsed, logs_); !checked) return std::unexpected(std::move(checked.error()));
    std::vector<std::string> cosigned;
    for (const PolicyMember& witness : witnesses_) {
        const auto has = has_cosigned(*parsed, witness.key);
        if (!has) return std::unexpected(has.error());
        if (*has) cosigned.push_back(witness.name);
    }
    if (!has_quorum_ || is_met(quorum_, cosigned)) return cosigned;
    return std::unexpected(
        NoteError{.kind = NoteErrorKind::too_few_witnesses,
                  .line = 0,
                  .what = fmt::format("the quorum '{}' is not met: {}; cosigned by {}", visible(groups_[quorum_].name),
                                      shortfall(quorum_, cosigned), listed(cosigned))});
}

bool WitnessPolicy::is_met(std::size_t group, const std::vector<std::string>& cosigned) const {
    const WitnessGroup& of = groups_[group];
    if (of.is_witness) return std::ranges::count(cosigned, of.name) > 0;
    const auto met = std::ranges::count_if(of.members, [&](std::size_t member) { return is_met(member, cosigned); });
    return static_cast<std::size_t>(met) >= of.threshold;
}

/// Describes how far the group is from its threshold.
std::string WitnessPolicy::shortfall(std::size_t group, const std::vector<std::string>& cosigned) const {
    const WitnessGroup& of = groups_[group];
    if (of.is_witness) return "it is a witness that has not cosigned";
    const auto met = std::ranges::count_if(of.members, [&](std::size_t member) { return is_met(member, cosigned); });
    return fmt::format("it needs {} of its {} members and has {}", of.threshold, of.members.size(), met);
}

} // namespace evenfold::journal::heads
