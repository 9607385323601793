/// A removal of payloads from the program: its effect on the model, and the signed note under which it is made.
/// Shapes: a plan names events that have payloads still. Errors have been printed.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "evenfold/cli/domains/program_domain.hpp"
#include "evenfold/cli/exit_code.hpp"
#include "evenfold/journal/heads/keys.hpp"
#include "evenfold/journal/heads/removal.hpp"
#include "evenfold/journal/journal.hpp"
#include "evenfold/journal/signatures.hpp"

namespace evenfold::cli {

/// The effect of a removal on the model.
struct RemovalPlan {
    std::vector<journal::chain::SequenceRange> ranges; // ascending, with a gap between any two
    std::uint64_t count = 0;
    journal::heads::DigestChange digests; // of the model of all events

    [[nodiscard]] bool changes_model() const { return digests.before != digests.after; }
};

/// Returns the effect of a removal of these events. Replays the journal twice.
[[nodiscard]] std::expected<RemovalPlan, ExitCode>
plan_removal(const ProgramDomain& domain, journal::Journal& journal, std::vector<journal::chain::SequenceRange> ranges);

/// The author of a removal, and the reason.
struct RemovalAuthor {
    std::string by;
    std::string reason;
};

/// Signs `removal` with the leaves of its events, and makes it. `replacing` are the new payloads of a compaction.
[[nodiscard]] std::expected<void, journal::Failure>
sign_and_remove(journal::Journal& journal, const journal::heads::SigningKey& key, journal::heads::SignedRemoval removal,
                std::vector<journal::NewPayload> replacing = {});

/// The kind of a removal: the note of an erasure has the digests of the model.
enum class RemovalKind : std::uint8_t { retention, erasure };

/// Signs the removal of `plan` and makes it. Returns its number. A retention of more ranges than one note can have is
/// made in several removals; then the number is that of the last one.
[[nodiscard]] std::expected<std::uint64_t, ExitCode>
remove_payloads(journal::Journal& journal, const journal::heads::SigningKey& key, const RemovalPlan& plan,
                const RemovalAuthor& author, RemovalKind kind);

/// Prints where a server may keep removed payloads still; nothing for a journal in a file.
void print_other_copies(std::string_view database);

/// Returns the signing key in `folder`, which must be that of the journal `origin`.
[[nodiscard]] std::expected<journal::heads::SigningKey, ExitCode>
load_journal_signer(const std::string& origin, const std::string& folder);

/// Returns the origin of the journal, or nothing if it is not signed.
[[nodiscard]] std::expected<std::optional<std::string>, ExitCode> signed_origin(journal::Journal& journal);

} // namespace evenfold::cli
