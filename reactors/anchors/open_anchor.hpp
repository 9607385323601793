/// Opens any kind of anchor from its text.
/// Shapes: as anchor_spec.hpp and the headers of the kinds describe.
/// Errors: those of `parse_anchor` and of opening the anchor.
///
///     using namespace reactors::anchors;
///     const auto anchor = open_anchor("git:backup.git", {.origin = "journal.example/plans"});
///     if (!anchor) return anchor.error().what;
///     assert((*anchor)->name() == "git:backup.git");
#pragma once

#include <expected>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "evenfold/journal/heads/keys.hpp"
#include "evenfold/reactors/anchors/anchor.hpp"

namespace evenfold::reactors::anchors {

struct AnchorOptions {
    std::string origin;      // the name of the journal
    bool is_witness = false; // of a command
    /// See CommandAnchorOptions.
    std::vector<journal::heads::VerifierKey>
        witnesses{}; // NOLINT(readability-redundant-member-init): may be left unnamed
};

[[nodiscard]] std::expected<std::unique_ptr<Anchor>, Failure>
open_anchor(std::string_view text, const AnchorOptions& options);

} // namespace evenfold::reactors::anchors
