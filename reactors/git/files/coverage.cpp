#include "evenfold/reactors/git/files/coverage.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <fmt/format.h>

#include "evenfold/reactors/git/files/path_text.hpp"
#include "evenfold/reactors/git/store/checkpoint_ref.hpp"

namespace evenfold::git {

namespace {

constexpr std::array<std::string_view, 6> gap_names{"sparse",     "repository", "submodule",
                                                    "unreadable", "too_large",  "special"};
constexpr std::string_view gap_key = "Lacks: ";
constexpr std::string_view mode_key = "Mode: ";

void read_line(std::string_view line, Coverage& coverage) {
    const bool is_gap = line.starts_with(gap_key);
    if (!is_gap && !line.starts_with(mode_key)) return;
    line.remove_prefix(is_gap ? gap_key.size() : mode_key.size());
    const std::size_t space = std::min(line.find(' '), line.size());
    const std::string_view word = line.substr(0, space);
    std::string path = path_of_text(line.substr(std::min(space + 1, line.size())));
    if (path.empty()) return;
    if (!is_gap) {
        unsigned mode = 0;
        const auto [end, error] = std::from_chars(word.begin(), word.end(), mode, 8);
        if (error == std::errc{} && end == word.end()) coverage.modes.emplace(std::move(path), mode & 0777U);
        return;
    }
    const auto name = std::ranges::find(gap_names, word);
    if (name == gap_names.end()) return;
    coverage.gaps.push_back({.kind = static_cast<GapKind>(name - gap_names.begin()), .path = std::move(path)});
}

} // namespace

std::string_view name_of(GapKind kind) {
    return gap_names.at(static_cast<std::size_t>(kind));
}

bool Coverage::lacks(std::string_view path) const {
    return std::ranges::any_of(gaps, [&](const CheckpointGap& gap) {
        if (gap.kind == GapKind::submodule) return false; // the checkpoint has its commit
        return gap.path.ends_with('/') ? path.starts_with(gap.path) : path == gap.path;
    });
}

std::optional<unsigned> Coverage::mode_of(std::string_view path) const {
    const auto found = modes.find(path);
    return found == modes.end() ? std::nullopt : std::optional(found->second);
}

std::string coverage_text(const Coverage& coverage) {
    std::string text;
    for (const CheckpointGap& gap : coverage.gaps)
        text += fmt::format("{}{} {}\n", gap_key, name_of(gap.kind), path_text(gap.path));
    for (const auto& [path, mode] : coverage.modes)
        text += fmt::format("{}{:04o} {}\n", mode_key, mode, path_text(path));
    return text;
}

Coverage coverage_of(const git_commit* commit) {
    const char* text = git_commit_message_raw(commit);
    std::string_view message = text ? text : "";
    Coverage coverage;
    while (!message.empty()) {
        const std::size_t end = std::min(message.find('\n'), message.size());
        read_line(message.substr(0, end), coverage);
        message.remove_prefix(std::min(end + 1, message.size()));
    }
    return coverage;
}

std::expected<CheckpointFiles, Failure> read_checkpoint_files(const std::string& ref, const Objects& objects) {
    if (auto fit = check_ref(ref); !fit) return std::unexpected(fit.error());
    const auto commit = commit_of(objects.handle(), ref);
    if (!commit) return std::unexpected(commit.error());
    auto entries = read_trees(from_oid(*git_commit_tree_id(commit->get())), objects);
    if (!entries) return std::unexpected(entries.error());
    return CheckpointFiles{.entries = std::move(*entries), .coverage = coverage_of(commit->get())};
}

std::expected<Coverage, Failure> read_coverage(git_repository* repository, const std::string& ref) {
    const auto commit = commit_of(repository, ref);
    if (!commit) return std::unexpected(commit.error());
    return coverage_of(commit->get());
}

} // namespace evenfold::git
