#include "evenfold/reactors/git/store/tree.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <fmt/format.h>

namespace evenfold::git {

namespace {

constexpr unsigned folder_mode = 040000;

void append_entry(std::string& tree, unsigned mode, std::string_view name, const ObjectId& id) {
    fmt::format_to(std::back_inserter(tree), "{:o} ", mode);
    tree += name;
    tree += '\0';
    tree.append(reinterpret_cast<const char*>(id.bytes.data()), id.bytes.size());
}

/// Writes the tree of `entries`, whose paths share their first `depth` bytes.
std::expected<ObjectId, Failure> write_folder(std::span<const TreeEntry> entries, std::size_t depth, Objects& objects) {
    std::string tree;
    while (!entries.empty()) {
        const std::string_view path = std::string_view(entries.front().path).substr(depth);
        const std::size_t slash = path.find('/');
        if (slash == std::string_view::npos) {
            append_entry(tree, static_cast<unsigned>(entries.front().mode), path, entries.front().id);
            entries = entries.subspan(1);
            continue;
        }
        const std::string_view prefix = std::string_view(entries.front().path).substr(0, depth + slash + 1);
        const auto inside = below(entries, prefix);
        const auto id = write_folder(inside, prefix.size(), objects);
        if (!id) return id;
        append_entry(tree, folder_mode, path.substr(0, slash), *id);
        entries = entries.subspan(inside.size());
    }
    return objects.add(ObjectKind::tree, tree);
}

struct RawTreeEntry {
    unsigned mode = 0;
    std::string_view name;
    ObjectId id;
};

/// Removes the next entry from the front of `rest`. Returns false if there is no complete, valid entry.
bool take_entry(std::string_view& rest, RawTreeEntry& raw) {
    const std::size_t end = rest.find('\0');
    if (end == std::string_view::npos || rest.size() < end + 1 + raw.id.bytes.size()) return false;
    // NOLINTNEXTLINE(bugprone-suspicious-stringview-data-usage): it gets the end, too
    const auto [stop, error] = std::from_chars(rest.data(), rest.data() + end, raw.mode, 8);
    if (error != std::errc{} || *stop != ' ') return false;
    raw.name = rest.substr(0, end).substr(static_cast<std::size_t>(stop - rest.data()) + 1);
    std::memcpy(raw.id.bytes.data(), rest.data() + end + 1, raw.id.bytes.size());
    rest.remove_prefix(end + 1 + raw.id.bytes.size());
    return !raw.name.empty() && raw.name != "." && raw.name != ".." && raw.name.find('/') == std::string_view::npos &&
           !is_reserved(raw.name);
}

std::expected<void, Failure>
read_folder(const ObjectId& id, const std::string& prefix, const Objects& objects, std::vector<TreeEntry>& entries) {
    const auto tree = objects.read(ObjectKind::tree, id);
    if (!tree) return std::unexpected(tree.error());
    RawTreeEntry raw;
    for (std::string_view rest = *tree; !rest.empty();) {
        if (!take_entry(rest, raw))
            return std::unexpected(failure_of(FailureKind::damaged, to_text(id) + ": not a tree that can be restored"));
        const std::string path = prefix + std::string(raw.name);
        if (raw.mode == folder_mode) {
            if (auto read = read_folder(raw.id, path + "/", objects, entries); !read) return read;
            continue;
        }
        const bool executable = (raw.mode & 0100U) != 0;
        const FileMode mode = raw.mode == static_cast<unsigned>(FileMode::link)         ? FileMode::link
                              : raw.mode == static_cast<unsigned>(FileMode::repository) ? FileMode::repository
                              : executable                                              ? FileMode::executable
                                                                                        : FileMode::file;
        entries.push_back({.path = path, .mode = mode, .id = raw.id});
    }
    return {};
}

} // namespace

std::expected<ObjectId, Failure> write_trees(std::span<const TreeEntry> entries, Objects& objects) {
    return write_folder(entries, 0, objects);
}

std::expected<std::vector<TreeEntry>, Failure> read_trees(const ObjectId& root, const Objects& objects) {
    std::vector<TreeEntry> entries;
    if (auto read = read_folder(root, "", objects, entries); !read) return std::unexpected(read.error());
    if (!std::ranges::is_sorted(entries, std::ranges::less_equal{}, &TreeEntry::path))
        std::ranges::sort(entries, {}, &TreeEntry::path);
    return entries;
}

const TreeEntry* find(std::span<const TreeEntry> entries, std::string_view path) {
    const auto found = std::ranges::lower_bound(entries, path, {}, &TreeEntry::path);
    return found == entries.end() || found->path != path ? nullptr : &*found;
}

const TreeEntry* AscendingFinder::find(std::string_view path) {
    while (!left_.empty() && left_.front().path < path) left_ = left_.subspan(1);
    return left_.empty() || left_.front().path != path ? nullptr : &left_.front();
}

std::span<const TreeEntry> below(std::span<const TreeEntry> entries, std::string_view prefix) {
    const auto first = std::ranges::lower_bound(entries, prefix, {}, &TreeEntry::path);
    const auto last = std::partition_point(first, entries.end(),
                                           [&](const TreeEntry& entry) { return entry.path.starts_with(prefix); });
    return {first, last};
}

bool is_reserved(std::string_view name) {
    if (name.empty() || (name.front() != '.' && name.front() != 'g' && name.front() != 'G' && name.front() != '\xe2' &&
                         name.front() != '\xef'))
        return false;
    std::string read; // without characters that macOS ignores: gitignore's protectHFS lists the same code points
    for (std::size_t at = 0; at < name.size();) {
        const std::string_view three = name.substr(at, 3);
        const bool overlooked = (three >= "\xe2\x80\x8c" && three <= "\xe2\x80\x8f") ||
                                (three >= "\xe2\x80\xaa" && three <= "\xe2\x80\xae") ||
                                (three >= "\xe2\x81\xaa" && three <= "\xe2\x81\xaf") || three == "\xef\xbb\xbf";
        if (overlooked)
            at += 3;
        else
            read += static_cast<char>(std::tolower(static_cast<unsigned char>(name[at++])));
    }
    read.resize(std::min(read.find_first_of(":\\"), read.size()));
    while (!read.empty() && (read.back() == ' ' || read.back() == '.')) read.pop_back();
    return read == ".git" || read == "git~1";
}

} // namespace evenfold::git
