#include "evenfold/reactors/git/store/safe_directory.hpp"

#include <charconv>
#include <cstdlib>
#include <fmt/format.h>
#include <string>
#include <string_view>
#include <sys/stat.h>
#include <system_error>

#include "evenfold/core/values/path.hpp"
#include "evenfold/reactors/git/store/handle.hpp"

namespace evenfold::git {

namespace {

namespace fs = std::filesystem;

constexpr const char* safe_key = "safe.directory";

std::optional<std::string> variable(const std::string& name) {
    const char* found = std::getenv(name.c_str()); // NOLINT(concurrency-mt-unsafe): git reads the same
    return found ? std::optional<std::string>(found) : std::nullopt;
}

/// The decision so far, of values in the order in which git reads them.
struct SafeDecision {
    fs::path work_tree;
    bool is_safe = false;

    void add(std::string_view value);
};

void SafeDecision::add(std::string_view value) {
    if (value.empty() || value == "*") {
        is_safe = !value.empty();
        return;
    }
    const bool is_pattern = value.ends_with("/*");
    if (is_pattern) value.remove_suffix(2);
    Buffer expanded; // of `~/`
    if (git_config_parse_path(expanded, std::string(value).c_str()) != 0) return;
    const fs::path named(expanded.bytes());
    if (!named.is_absolute() && !(is_pattern && value.empty())) return;
    std::error_code error;
    const fs::path folder = value.empty() ? fs::path("/") : fs::canonical(named, error);
    if (error) return;
    const bool is_same = folder == work_tree;
    is_safe = is_safe || (is_pattern ? !is_same && is_within(work_tree.string(), folder.string()) : is_same);
}

int add_entry(const git_config_entry* entry, void* decision) {
    static_cast<SafeDecision*>(decision)->add(entry->value ? entry->value : "");
    return 0;
}

void add_file(const std::string& path, SafeDecision& decision) {
    ConfigHandle config;
    if (!path.empty() && git_config_open_ondisk(out(config), path.c_str()) == 0)
        (void)git_config_get_multivar_foreach(config.get(), safe_key, nullptr, &add_entry, &decision);
}

/// Adds the file that `find` locates.
void add_found(int (*find)(git_buf*), SafeDecision& decision) {
    Buffer path;
    if (find(path) == 0) add_file(std::string(path.bytes()), decision);
}

bool has_no_system_settings() {
    const auto named = variable("GIT_CONFIG_NOSYSTEM");
    int is_true = 0;
    return named && git_config_parse_bool(&is_true, named->c_str()) == 0 && is_true != 0;
}

/// Adds the pairs GIT_CONFIG_KEY_0, GIT_CONFIG_VALUE_0 and so on.
void add_environment(SafeDecision& decision) {
    const std::string text = variable("GIT_CONFIG_COUNT").value_or("");
    unsigned count = 0;
    if (std::from_chars(text.data(), text.data() + text.size(), count).ec != std::errc{}) return;
    for (unsigned i = 0; i < count; ++i) {
        const auto key = variable(fmt::format("GIT_CONFIG_KEY_{}", i));
        if (!key) return;
        if (*key == safe_key) decision.add(variable(fmt::format("GIT_CONFIG_VALUE_{}", i)).value_or(""));
    }
}

} // namespace

std::optional<fs::path> find_work_tree(const fs::path& folder) {
    for (fs::path at = folder;; at = at.parent_path()) {
        std::error_code error;
        if (fs::exists(at / ".git", error)) return at;
        if (at == at.parent_path()) return std::nullopt;
    }
}

bool is_safe_directory(const fs::path& work_tree) {
    std::error_code error;
    SafeDecision decision{.work_tree = fs::canonical(work_tree, error)};
    if (error) return false;
    if (const auto system = variable("GIT_CONFIG_SYSTEM"))
        add_file(*system, decision);
    else if (!has_no_system_settings())
        add_found(&git_config_find_system, decision);
    if (const auto global = variable("GIT_CONFIG_GLOBAL")) {
        add_file(*global, decision);
    } else {
        add_found(&git_config_find_xdg, decision);
        add_found(&git_config_find_global, decision);
    }
    add_environment(decision);
    return decision.is_safe;
}

} // namespace evenfold::git
