/// The text with which a user names an anchor: `file:PATH`, `git:DIR` or `command:PROGRAM ARGUMENT...`.
/// Shapes: the words of a command are separated by spaces. As in a shell, '...' and "..." quote, and a backslash makes
/// the next character ordinary, except within '...'. Nothing is expanded, and no shell runs the command.
/// Errors: FailureKind::invalid with the text and the expected form.
///
///     using namespace reactors::anchors;
///     const auto spec = parse_anchor("command:curl -sS --data-binary @- 'https://witness.example/add head'");
///     if (!spec) return spec.error().what;
///     assert(spec->kind == AnchorKind::command);
///     assert(spec->command.back() == "https://witness.example/add head");
#pragma once

#include <cstdint>
#include <expected>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "evenfold/system/failure.hpp"

namespace evenfold::reactors::anchors {

enum class AnchorKind : std::uint8_t { file, git, command };

struct AnchorSpec {
    AnchorKind kind = AnchorKind::file;
    std::filesystem::path path;       // of a file or a repository
    std::vector<std::string> command; // the program and its arguments
    friend bool operator==(const AnchorSpec&, const AnchorSpec&) = default;
};

/// Returns a text from which `parse_anchor` returns the same anchor.
[[nodiscard]] std::string to_text(const AnchorSpec& spec);

[[nodiscard]] std::expected<AnchorSpec, system::Failure> parse_anchor(std::string_view text);

} // namespace evenfold::reactors::anchors
