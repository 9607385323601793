/// A compacted copy of a signed journal: a new file with the same chain, tree and heads, in which some payloads are empty
/// or replaced, under signed notes.
/// Shapes: the copy is an SQLite file, whatever the journal is. It is built in the folder `INTO-unfinished`, which a
/// failure leaves and the next attempt removes, and gets its name when it is whole.
/// Errors: `exists` if there is a file of that name; a journal that is not as it was signed; those of both journals.
#pragma once

#include <expected>
#include <filesystem>

#include "evenfold/cli/signing/removal_plan.hpp"
#include "evenfold/journal/chain/verify.hpp"
#include "evenfold/kernel/engine/compaction_plan.hpp"

namespace evenfold::cli {

/// Creates the file `into` from `journal`, which must be as it was when `plan` was made. `key` signs the notes.
[[nodiscard]] std::expected<void, journal::Failure>
create_compacted_copy(const ProgramDomain& domain, journal::Journal& journal, const kernel::CompactionPlan& plan,
                      const journal::heads::SigningKey& key, const RemovalAuthor& author,
                      const std::filesystem::path& into);

} // namespace evenfold::cli
