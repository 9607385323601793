/// An anchor that is a file, best on another machine's disk: heads are appended to it durably.
/// Shapes: per head, its note and an empty line. The file is locked while a head is appended or read. A head that a
/// crash has cut is removed by the next `publish`; other bytes at the end are refused, because the file is another one.
/// Errors: see anchor.hpp; FailureKind::not_found if the folder of the file does not exist.
///
///     using namespace reactors::anchors;
///     const auto heads = open_file_anchor("heads")->heads();
///     if (!heads) return heads.error().what;
///     assert(heads->empty());
#pragma once

#include <filesystem>
#include <memory>

#include "evenfold/reactors/anchors/anchor.hpp"

namespace evenfold::reactors::anchors {

/// Returns the anchor `file:PATH`. `publish` creates the file; until then, there are no heads.
[[nodiscard]] std::unique_ptr<Anchor> open_file_anchor(const std::filesystem::path& path);

} // namespace evenfold::reactors::anchors
