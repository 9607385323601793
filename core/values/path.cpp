#include "evenfold/core/values/path.hpp"

#include <vector>

namespace evenfold {

std::string normalised_path(std::string_view path) {
    const bool absolute = path.starts_with('/');
    std::vector<std::string_view> parts;
    while (!path.empty()) {
        const std::size_t length = path.find('/');
        const std::string_view part = path.substr(0, length);
        path.remove_prefix(length == std::string_view::npos ? path.size() : length + 1);
        if (part.empty() || part == ".") continue;
        if (part == ".." && !parts.empty() && parts.back() != "..")
            parts.pop_back();
        else if (part != ".." || !absolute)
            parts.push_back(part);
    }
    std::string normalised = absolute ? "/" : "";
    for (const std::string_view part : parts) {
        if (!normalised.empty() && normalised.back() != '/') normalised += '/';
        normalised += part;
    }
    return normalised.empty() ? "." : normalised;
}

bool is_within(std::string_view path, std::string_view folder) {
    return path.starts_with(folder) &&
           (path.size() == folder.size() || folder.ends_with('/') || path[folder.size()] == '/');
}

} // namespace evenfold
