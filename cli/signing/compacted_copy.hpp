/// A compacted copy of a signed journal: a new file with the same chain, tree and heads, in which some payloads are
/// empty or replaced, under signed notes.
/// Shapes: the copy is an SQLite file, whatever the journal is. It is built in the folder `INTO-unfinished`, which a
/// failure leaves and the next attempt removes, and gets its name when it is whole.
/// Errors: `exists` if there is a file of that name; a journal that is not as it was signed; those of both journals.
#pragma once

#include <expected>
#include <filesystem>

#include "evenfold/cli/command_line/invocation.hpp"
#include "evenfold/cli/signing/removal_plan.hpp"
#include "evenfold/kernel/engine/compaction_plan.hpp"

namespace evenfold::cli {

/// A compaction to be carried out. `journal` must be as it was when the plan was made. `key` signs the notes.
struct CopyOrder {
    const Invocation& invocation;
    const ProgramDomain& domain;
    journal::Journal& journal;
    const kernel::CompactionPlan& plan;
    const journal::heads::SigningKey& key;
    const RemovalAuthor& author;
};

/// Creates the file `into`.
[[nodiscard]] std::expected<void, journal::Failure>
create_compacted_copy(const CopyOrder& order, const std::filesystem::path& into);

} // namespace evenfold::cli
