#include "evenfold/reactors/anchors/open_anchor.hpp"

#include <utility>

#include "evenfold/reactors/anchors/anchor_spec.hpp"
#include "evenfold/reactors/anchors/command_anchor.hpp"
#include "evenfold/reactors/anchors/file_anchor.hpp"
#include "evenfold/reactors/anchors/git_anchor.hpp"

namespace evenfold::reactors::anchors {

std::expected<std::unique_ptr<Anchor>, Failure> open_anchor(std::string_view text, const AnchorOptions& options) {
    auto spec = parse_anchor(text);
    if (!spec) return std::unexpected(std::move(spec.error()));
    switch (spec->kind) {
    case AnchorKind::file: return open_file_anchor(spec->path);
    case AnchorKind::git: return open_git_anchor(spec->path, options.origin);
    case AnchorKind::command: break;
    }
    return open_command_anchor(
        {.command = std::move(spec->command), .is_witness = options.is_witness, .witnesses = options.witnesses});
}

} // namespace evenfold::reactors::anchors
