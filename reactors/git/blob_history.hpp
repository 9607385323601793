/// A file whose versions are kept as commits under a ref of their own, in any repository: bare, or with a work tree,
/// which is not touched, as are HEAD, the index and all other refs.
/// Shapes: each commit has a tree with one blob, and the version before as its parent. The ref is moved by compare and
/// swap, so that no version is lost when two programs append at once, also if one of them is git itself.
/// Lifetime: nothing is kept open. Errors: Failure; an object whose bytes do not match its id is damaged.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "evenfold/reactors/git/failure.hpp"
#include "evenfold/reactors/git/store/object_id.hpp"
#include "evenfold/system/descriptor.hpp"

namespace evenfold::git {

struct BlobVersion {
    ObjectId commit;
    std::string bytes;
};

class BlobHistory {
public:
    /// `folder` is the repository itself: a bare one, or a folder with `.git`. `ref` is below refs/evenfold/.
    [[nodiscard]] static std::expected<BlobHistory, Failure>
    open(const std::filesystem::path& folder, std::string ref, std::string file_name);

    /// Makes other evenfold processes wait with their appends until the lock is released.
    [[nodiscard]] std::expected<system::Descriptor, Failure> lock() const;

    /// Returns the newest version; nothing if there is none.
    [[nodiscard]] std::expected<std::optional<BlobVersion>, Failure> newest() const;

    /// Returns all versions, the oldest first.
    [[nodiscard]] std::expected<std::vector<BlobVersion>, Failure> all() const;

    /// Appends a version after `last`, the newest one or nothing, durably. Returns the id of its commit, or nothing if
    /// the newest version is no longer `last`; then nothing was changed.
    [[nodiscard]] std::expected<std::optional<ObjectId>, Failure>
    append(const std::optional<ObjectId>& last, const std::string& bytes, const std::string& message,
           std::int64_t at_s) const;

private:
    BlobHistory(std::filesystem::path folder, std::filesystem::path common_dir, std::string ref, std::string file_name);

    std::filesystem::path folder_;
    std::filesystem::path common_dir_;
    std::string ref_;
    std::string file_name_;
};

} // namespace evenfold::git
