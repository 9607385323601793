/// The signature of an export's end: a note with the origin, the number of lines and their digest.
/// Shapes: functions for `ExportOptions::sign_end` and `ExportReaderOptions::read_end`. The signature is that of the
/// journal's Ed25519 key, of type 01 (docs/export.md).
/// Errors: a Failure if the origin is not the name of the key; a statement whose `distrust` has the line of the note.
///
///     using namespace journal::exchange;
///     const EndSigner signer = end_signer(key);
///     const auto note = signer({.origin = key.verifier().name(), .lines = 12, .digest = digest, .distrust = {}});
///     if (!note) return note.error().what;
///     const EndReader reader = end_reader({key.verifier()});
///     assert(reader(*note).lines == 12);
#pragma once

#include <vector>

#include "evenfold/journal/exchange/export_end.hpp"
#include "evenfold/journal/heads/keys.hpp"

namespace evenfold::journal::exchange {

/// The key must outlive the function.
[[nodiscard]] EndSigner end_signer(const heads::SigningKey& key);

[[nodiscard]] EndReader end_reader(std::vector<heads::VerifierKey> trusted);

} // namespace evenfold::journal::exchange
