/// The second verifier, docs/verify.py, run over many exports at once.
/// Shapes: texts and a trust in; for each text, the JSON of both verifiers. They are compared without the details,
/// which are for people.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "evenfold/journal/heads/keys.hpp"
#include "evenfold/tests/journal/exchange/exports.hpp"

namespace evenfold::tests::exchange {

/// Returns the reason for which the program cannot run here; empty if it can.
[[nodiscard]] std::string missing_program();

/// The trust that both verifiers get.
struct SharedTrust {
    std::uint64_t secrets = 0; // the number of the tests' secrets
    bool is_public = false;
    bool has_signer = true;
    journal::chain::FirstPrevious first_previous = journal::chain::FirstPrevious::empty;
    std::vector<std::string> heads; // notes from outside
};

/// The key that signs the notes of these tests.
[[nodiscard]] const journal::heads::SigningKey& note_key();

/// Signs the heads and the removals of `stored` with `note_key`, in place of the macs of the tests.
void sign_notes(StoredJournal& stored);

struct ReportPair {
    nlohmann::json own; // of this library
    nlohmann::json other;
    [[nodiscard]] bool agree() const;
};

/// A change of the program, for negative controls.
struct ProgramEdit {
    std::string old;
    std::string by;
};

/// Verifies all texts with both verifiers.
[[nodiscard]] std::vector<ReportPair>
by_both(const std::vector<std::string>& texts, const SharedTrust& trust, const ProgramEdit& edit = {});

/// Verifies all texts with both verifiers. Checks that they agree on each, and returns the reports as JSON.
std::vector<nlohmann::json> compared(const std::vector<std::string>& texts, const SharedTrust& trust);

} // namespace evenfold::tests::exchange
