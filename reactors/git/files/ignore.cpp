#include "evenfold/reactors/git/files/ignore.hpp"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <git2.h>
#include <iterator>
#include <ranges>

#include "evenfold/reactors/git/store/handle.hpp"

namespace evenfold::git {

namespace {

/// Returns the bytes of a file; empty if it cannot be read, because git ignores such rule files.
std::string text_of(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

std::string user_ignore_file(git_config* config) {
    Buffer named;
    if (git_config_get_path(named, config, "core.excludesfile") == 0) return std::string(named.bytes());
    // NOLINTBEGIN(concurrency-mt-unsafe): git reads the same two
    if (const char* folder = std::getenv("XDG_CONFIG_HOME"); folder && *folder != '\0')
        return std::string(folder) + "/git/ignore";
    const char* home = std::getenv("HOME");
    // NOLINTEND(concurrency-mt-unsafe)
    return home ? std::string(home) + "/.config/git/ignore" : std::string();
}

} // namespace

void IgnoreRules::push(std::string folder, std::string_view text) {
    IgnoreFile file{.folder = std::move(folder), .patterns = {}};
    if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        if (auto pattern = pattern_of(text.substr(0, end))) file.patterns.push_back(std::move(*pattern));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    files_.push_back(std::move(file));
}

bool IgnoreRules::ignores(std::string_view path, bool is_folder) const {
    const std::string_view name = path.substr(path.rfind('/') + 1);
    for (const IgnoreFile& file : std::views::reverse(files_)) {
        if (!path.starts_with(file.folder)) continue;
        for (const Pattern& pattern : std::views::reverse(file.patterns)) {
            if (pattern.folders_only && !is_folder) continue;
            const std::string_view text = pattern.anchored ? path.substr(file.folder.size()) : name;
            if (matches_pattern(pattern.text, text, pattern.anchored, any_case_)) return !pattern.negated;
        }
    }
    return false;
}

bool IgnoreRules::ignores_path_or_parent(std::string_view path) const {
    for (std::size_t end = path.find('/'); end != std::string_view::npos; end = path.find('/', end + 1))
        if (ignores(path.substr(0, end), true)) return true;
    return ignores(path, false);
}

std::expected<IgnoreRules, Failure> rules_of(git_repository* repository) {
    ConfigHandle config;
    if (const int code = git_repository_config_snapshot(out(config), repository))
        return std::unexpected(library_failure(git_repository_path(repository), "read the configuration", code));
    int any_case = 0;
    (void)git_config_get_bool(&any_case, config.get(), "core.ignorecase");
    IgnoreRules rules(any_case != 0);
    rules.push("", text_of(user_ignore_file(config.get())));
    rules.push("", text_of(std::string(git_repository_commondir(repository)) + "info/exclude"));
    return rules;
}

} // namespace evenfold::git
