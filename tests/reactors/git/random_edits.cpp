#include "evenfold/tests/reactors/git/random_edits.hpp"

#include <array>
#include <vector>

namespace evenfold::git_test {

namespace {

constexpr std::array<std::string_view, 10> names{"a",    "b",          "a.txt", "b-", "c d",
                                                 "\xe4", "line\nfeed", "\"q\"", "z",  "caf\xc3\xa9"};

std::string any_path(Dice& dice) {
    std::string path;
    for (std::size_t depth = roll(dice, 4); depth > 0; --depth) path += std::string(names[roll(dice, 4)]) + "/";
    return path + std::string(names[roll(dice, names.size())]);
}

std::string any_bytes(Dice& dice) {
    if (roll(dice, 8) == 0) return {};
    std::string bytes(roll(dice, roll(dice, 10) == 0 ? 20'000 : 40), '\0');
    for (char& letter : bytes) letter = "ab\n\r\0z"[roll(dice, 6)];
    return bytes;
}

/// Removes any entry at `path`, and any file in the place of one of its parent directories.
void clear_way(const Sandbox& box, const std::string& path) {
    for (std::size_t end = path.find('/'); end != std::string::npos; end = path.find('/', end + 1)) {
        const auto folder = box.root() / path.substr(0, end);
        if (std::filesystem::is_symlink(folder) || !std::filesystem::is_directory(folder))
            std::filesystem::remove_all(folder);
    }
    box.remove(path);
}

std::string any_file(const Sandbox& box, Dice& dice) {
    // Keeps .gitignore, because without its rules all files would be captured.
    const Files files =
        box.files([](const std::string& path) { return is_ignored_there(path) || path == ".gitignore"; });
    if (files.empty()) return any_path(dice);
    return std::next(files.begin(), static_cast<std::ptrdiff_t>(roll(dice, files.size())))->first;
}

void edit_once(const Sandbox& box, Dice& dice) {
    const std::string there = any_file(box, dice);
    const std::string path = any_path(dice);
    switch (roll(dice, 8)) {
    case 0: box.remove(there); return;
    case 1: // the same size, so that only the bytes and the times differ
        if (!std::filesystem::is_symlink(box.root() / there) && box.has(there))
            box.write(there, std::string(box.read(there).size(), "xyz"[roll(dice, 3)]));
        return;
    case 2:
        clear_way(box, path);
        box.link(path, roll(dice, 2) == 0 ? "a" : "nowhere/at all");
        return;
    case 3:
        if (box.has(there) && !std::filesystem::is_symlink(box.root() / there))
            box.write(there, box.read(there), roll(dice, 2) == 0);
        return;
    case 4: {
        if (!box.has(there) || path.starts_with(there) || there.starts_with(path)) return;
        clear_way(box, path);
        if (!box.has(there)) return;
        std::filesystem::create_directories((box.root() / path).parent_path());
        std::filesystem::rename(box.root() / there, box.root() / path);
        return;
    }
    case 5: box.write("ignored/" + std::to_string(roll(dice, 5)), any_bytes(dice)); return;
    default:
        clear_way(box, path);
        box.write(path, any_bytes(dice), roll(dice, 4) == 0);
        return;
    }
}

} // namespace

std::size_t roll(Dice& dice, std::size_t end) {
    return static_cast<std::size_t>(dice() % end);
}

void edit(const Sandbox& box, Dice& dice) {
    for (std::size_t count = 1 + roll(dice, 8); count > 0; --count) edit_once(box, dice);
}

bool is_ignored_there(const std::string& path) {
    return path == "ignored" || path.starts_with("ignored/");
}

} // namespace evenfold::git_test
