/// The paths to which a scan is limited, so that it does not look at every file of a large folder.
/// Shape: paths relative to the project's folder. Cost: O(log(paths)) per name and folder above it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace evenfold::git {

class PathScope {
public:
    PathScope() = default; // all paths
    explicit PathScope(std::vector<std::string> paths);

    [[nodiscard]] bool is_limited() const { return limited_; }

    /// Returns whether `path` is one of the paths.
    [[nodiscard]] bool names(std::string_view path) const;

    /// Returns whether a scan must look at `path`: it is one of the paths, or above or below one, or the journal to
    /// which one of them would belong.
    [[nodiscard]] bool reaches(std::string_view path) const;

private:
    bool limited_ = false;
    std::vector<std::string> paths_;    // sorted
    std::vector<std::string> journals_; // sorted
};

} // namespace evenfold::git
