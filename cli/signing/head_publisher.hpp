/// `HeadPublisher`: gives the signed heads of a journal to anchors, and stores their responses.
/// Shapes: anchors in the order in which they are asked; cosignatures of witnesses are part of the head that later
/// anchors get. A failure of one anchor does not keep the head from the others.
/// Threads: one thread uses it.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "evenfold/journal/heads/head_signing.hpp"
#include "evenfold/journal/heads/witness_policy.hpp"
#include "evenfold/journal/signatures.hpp"
#include "evenfold/reactors/anchors/anchor.hpp"
#include "evenfold/reactors/anchors/anchor_schedule.hpp"

namespace evenfold::cli {

struct PublisherOptions {
    std::optional<journal::heads::SigningKey> key;    // none: heads that others have signed are published
    std::vector<journal::heads::VerifierKey> trusted; // that of the key, and those of other signers
    std::optional<journal::heads::WitnessPolicy> policy;
};

class HeadPublisher {
public:
    /// The journal must outlive it.
    HeadPublisher(journal::JournalSignatures& signatures, PublisherOptions options,
                  std::vector<std::unique_ptr<reactors::anchors::Anchor>> anchors);

    /// Reads which heads the anchors have taken already.
    [[nodiscard]] std::expected<void, journal::Failure> load();

    /// Signs a head, unless the newest one is that of the journal, or reads the newest one. Returns its size.
    [[nodiscard]] std::expected<std::uint64_t, journal::Failure> renew(Instant now);

    /// Gives the newest head to all anchors that are due. Prints a line for each, and an error if
    /// the policy is not met by a head that was given. Returns whether all have taken it, and the policy is met.
    bool publish(Instant now, bool even_if_not_due);

    [[nodiscard]] const journal::heads::LastSigned& last() const { return last_; }

private:
    struct Target {
        std::unique_ptr<reactors::anchors::Anchor> anchor;
        reactors::anchors::AnchorStatus status;
        std::uint64_t published = 0; // the size of the head that it took from this publisher
        std::optional<Instant> waiting_since;
        bool is_late = false;
    };

    /// Returns whether the last attempt of an anchor has failed.
    [[nodiscard]] bool has_failed() const;
    /// Returns whether the anchor has taken the head.
    bool publish_to(Target& target, Instant now);
    void note_waiting(Target& target, Instant now) const;
    [[nodiscard]] bool meets_policy() const;

    journal::JournalSignatures* signatures_;
    PublisherOptions options_;
    std::vector<Target> targets_;
    journal::heads::LastSigned last_;
    std::string note_; // the newest head, with the cosignatures so far
};

} // namespace evenfold::cli
