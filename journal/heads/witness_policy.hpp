/// Witness policies: which logs are accepted, and how many witnesses, and which, must have cosigned a head.
/// Shapes: the text of C2SP tlog-policy: lines `log VKEY [URL]`, `witness NAME VKEY [URL]`, `group NAME K|any|all
/// MEMBER...` and exactly one `quorum NAME|none`. A group counts as a witness if K of its members do.
/// Bounds: a policy has at most 1,000,000 bytes, 1,000 logs, and 1,000 witnesses and groups. Its names are bytes;
/// messages show them with escapes.
/// Errors: a NoteError with the line of a policy that is not valid, or for a head that does not fulfil it.
/// Source: C2SP tlog-policy, tlog-cosignature.
///
///     using namespace journal::heads;
///     const auto policy = WitnessPolicy::parse(text);
///     if (!policy) return to_text(policy.error());
///     const auto witnesses = policy->check(head);
///     if (!witnesses) return to_text(witnesses.error()); // "the quorum 'all-of-us' is not met: ..."
#pragma once

#include <cstddef>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "evenfold/journal/heads/keys.hpp"
#include "evenfold/journal/heads/note.hpp"

namespace evenfold::journal::heads {

/// A line `log` or `witness`.
struct PolicyMember {
    std::string name; // of a witness within the policy; empty for a log
    VerifierKey key;
    std::string url; // empty: none
};

class WitnessPolicy {
public:
    [[nodiscard]] static std::expected<WitnessPolicy, NoteError> parse(std::string_view text);

    [[nodiscard]] const std::vector<PolicyMember>& logs() const { return logs_; }
    [[nodiscard]] const std::vector<PolicyMember>& witnesses() const { return witnesses_; }
    /// Returns the keys of all witnesses.
    [[nodiscard]] std::vector<VerifierKey> witness_keys() const;

    /// Checks a signed head: one of the logs has signed it, unless the policy lists none, and the quorum has cosigned.
    /// Returns the names of the witnesses that have cosigned it. Fails if a signature of a listed key is wrong.
    [[nodiscard]] std::expected<std::vector<std::string>, NoteError> check(std::string_view note) const;

private:
    friend class PolicyParser;
    /// A witness is a group of one that has no members of its own.
    struct WitnessGroup {
        std::string name;
        std::size_t threshold = 1;
        std::vector<std::size_t> members; // indexes of earlier groups
        bool is_witness = false;
    };

    [[nodiscard]] std::string shortfall(std::size_t group, const std::vector<std::string>& cosigned) const;
    [[nodiscard]] bool is_met(std::size_t group, const std::vector<std::string>& cosigned) const;

    std::vector<PolicyMember> logs_;
    std::vector<PolicyMember> witnesses_;
    std::vector<WitnessGroup> groups_; // and witnesses, in the order of their lines
    std::size_t quorum_ = 0;
    bool has_quorum_ = false; // false: `quorum none`
};

} // namespace evenfold::journal::heads
