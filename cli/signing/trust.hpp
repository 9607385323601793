/// Options that say whom a verification trusts, and the trust that they make in a journal or an export.
/// Shapes: verifier keys as texts or files, heads from files and anchors, and a witness policy. Secrets come from the
/// invocation. Errors have been printed.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <vector>

#include "evenfold/cli/command_line/invocation.hpp"
#include "evenfold/cli/command_line/option_set.hpp"
#include "evenfold/journal/chain/verify.hpp"
#include "evenfold/journal/exchange/export_reader.hpp"
#include "evenfold/journal/heads/witness_policy.hpp"

namespace evenfold::cli {

struct TrustOptions {
    bool public_only = false;
    std::vector<std::string> signers; // verifier keys, or their files
    std::vector<std::string> anchors;
    std::vector<std::string> heads; // files
    std::string policy;             // a file
    std::string first_previous = "empty";
};

void declare_signers(OptionSet& set, std::vector<std::string>& signers);
void declare_trust(OptionSet& set, TrustOptions& options);

using VerifierKeys = std::vector<journal::heads::VerifierKey>;
[[nodiscard]] std::expected<VerifierKeys, ExitCode> verifier_keys(const std::vector<std::string>& signers);

[[nodiscard]] std::expected<journal::heads::WitnessPolicy, ExitCode> read_policy(const std::string& file);
[[nodiscard]] journal::chain::FirstPrevious first_previous_of(const TrustOptions& options);

/// Returns the trust in the journal that is named `origin`.
[[nodiscard]] std::expected<journal::chain::ChainTrust, ExitCode>
trust_of(const Invocation& invocation, const TrustOptions& options, const std::string& origin);

/// An export, and the trust in it.
struct TrustedExport {
    journal::chain::ChainStart start;
    std::optional<journal::chain::JournalPart> part; // absent: it has the whole journal
    journal::exchange::ExportReaderOptions reading;
    journal::chain::ChainTrust trust;
};

/// Which exports can be used.
enum class ExportScope : std::uint8_t { whole, whole_or_part };

/// Reads the export once. A part of a journal needs the key of its signer.
[[nodiscard]] std::expected<TrustedExport, ExitCode>
trust_in_export(const Invocation& invocation, const TrustOptions& options, const std::string& file, ExportScope scope);

} // namespace evenfold::cli
