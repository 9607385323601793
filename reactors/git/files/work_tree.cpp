#include "evenfold/reactors/git/files/work_tree.hpp"

#include <array>
#include <cerrno>
#include <dirent.h>
#include <fcntl.h>
#include <memory>
#include <unistd.h>
#include <vector>

#include "evenfold/reactors/git/files/blob_reader.hpp"
#include "evenfold/reactors/git/files/path_text.hpp"
#include "evenfold/reactors/git/files/scan.hpp"
#include "evenfold/system/descriptor.hpp"

namespace evenfold::git {

namespace {

using Failing = std::function<std::unexpected<Failure>(int error)>;

constexpr std::size_t link_max = 65536;
constexpr int folder_flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;

std::string name_in(const std::string& path) {
    return path.substr(path.rfind('/') + 1);
}

std::string parent_path_of(const std::string& path) {
    const std::size_t slash = path.rfind('/');
    return slash == std::string::npos ? std::string() : path.substr(0, slash);
}

bool is_gone(int error) {
    return error == ENOENT || error == ENOTDIR || error == ELOOP;
}

mode_t permissions(mode_t before, bool executable) {
    return executable ? before | (before & 0444U) >> 2U : before & ~mode_t{0111};
}

/// Creates the link that `source` holds under the reserved name.
std::expected<void, Failure> link_beside(int folder, const ByteSource& source, const Failing& failed) {
    std::string target;
    const auto read = source([&](std::string_view bytes) -> std::expected<void, Failure> {
        target += bytes;
        return target.size() <= link_max ? std::expected<void, Failure>() : failed(ENAMETOOLONG);
    });
    if (!read) return read;
    if (target.empty() || target.find('\0') != std::string::npos) return failed(EINVAL);
    const std::string name(restoring_name);
    return ::symlinkat(target.c_str(), folder, name.c_str()) == 0 ? std::expected<void, Failure>() : failed(errno);
}

/// Writes a new file of the reserved name. `before` is the status of the file that it replaces, if there is one.
std::expected<void, Failure> write_beside(int folder, const ByteSource& source, const TreeEntry& entry,
                                          const struct stat* before, std::optional<unsigned> wanted,
                                          const Failing& failed) {
    const bool executable = entry.mode == FileMode::executable;
    const std::string name(restoring_name);
    const system::Descriptor file(::openat(folder, name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
                                           wanted       ? static_cast<mode_t>(*wanted)
                                           : executable ? 0777
                                                        : 0666));
    if (!file.is_open()) return failed(errno);
    const auto written = source([&](std::string_view bytes) -> std::expected<void, Failure> {
        const int error = system::write_all(file.number(), bytes);
        return error == 0 ? std::expected<void, Failure>() : failed(error);
    });
    if (!written) return written;
    if (wanted && ::fchmod(file.number(), static_cast<mode_t>(*wanted)) != 0) return failed(errno);
    if (!wanted && before && ::fchmod(file.number(), permissions(before->st_mode & 0777U, executable)) != 0)
        return failed(errno);
    return {};
}

/// Removes the folders in `folder`, depth first. Returns false if there is anything else.
bool remove_empty_folders(int folder) {
    const std::unique_ptr<DIR, int (*)(DIR*)> stream(::fdopendir(::fcntl(folder, F_DUPFD_CLOEXEC, 0)), ::closedir);
    if (!stream) return false;
    std::vector<std::string> names;
    // NOLINTNEXTLINE(concurrency-mt-unsafe): safe on a stream of its own
    while (const dirent* listed = ::readdir(stream.get())) names.emplace_back(static_cast<const char*>(listed->d_name));
    for (const std::string& name : names) {
        if (name == "." || name == "..") continue;
        const system::Descriptor inside(::openat(folder, name.c_str(), folder_flags));
        if (!inside.is_open() || !remove_empty_folders(inside.number())) return false;
        if (::unlinkat(folder, name.c_str(), AT_REMOVEDIR) != 0) return false;
    }
    return true;
}

} // namespace

std::expected<WorkTree, Failure> WorkTree::open(const std::filesystem::path& folder) {
    system::Descriptor root(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!root.is_open()) return std::unexpected(failure_of(folder, "open the folder", errno));
    return WorkTree(folder, std::move(root));
}

std::unexpected<Failure>
WorkTree::operation_failure(const std::string& path, std::string_view operation, int error) const {
    return std::unexpected(failure_of(folder_ / path_text(path), operation, error));
}

std::expected<int, int> WorkTree::parent_of(const std::string& path, bool make) {
    const std::string wanted = parent_path_of(path);
    if (wanted.empty()) return root_.number();
    if (last_folder_.is_open() && last_ == wanted) return last_folder_.number();
    system::Descriptor at;
    for (std::size_t begin = 0; begin < wanted.size();) {
        const std::size_t end = std::min(wanted.find('/', begin), wanted.size());
        const std::string name = wanted.substr(begin, end - begin);
        const int from = at.is_open() ? at.number() : root_.number();
        if (make && ::mkdirat(from, name.c_str(), 0777) != 0 && errno != EEXIST) return std::unexpected(errno);
        system::Descriptor next(::openat(from, name.c_str(), folder_flags));
        if (!next.is_open()) return std::unexpected(errno);
        at = std::move(next);
        begin = end + 1;
    }
    last_ = wanted;
    last_folder_ = std::move(at);
    return last_folder_.number();
}

std::expected<unsigned, Failure> WorkTree::kind_at(const std::string& path) {
    const auto parent = parent_of(path, false);
    struct stat status{};
    if (!parent && is_gone(parent.error())) return 0U;
    if (!parent) return operation_failure(path, "look at", parent.error());
    if (::fstatat(*parent, name_in(path).c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0) return status.st_mode;
    if (is_gone(errno)) return 0U;
    return operation_failure(path, "look at", errno);
}

std::expected<bool, Failure> WorkTree::has_content(const TreeEntry& entry) {
    const auto kind = kind_at(entry.path);
    if (!kind) return std::unexpected(kind.error());
    const bool is_same_kind = entry.mode == FileMode::link
                                  ? S_ISLNK(*kind)
                                  : S_ISREG(*kind) && ((*kind & S_IXUSR) != 0) == (entry.mode == FileMode::executable);
    if (!is_same_kind) return false;
    const auto parent = parent_of(entry.path, false);
    if (!parent) return operation_failure(entry.path, "look at", parent.error());
    const auto id = hash_file(*parent, name_in(entry.path), folder_ / path_text(entry.path));
    if (!id && id.error().kind != FailureKind::unreadable) return std::unexpected(id.error());
    return id && *id == entry.id;
}

std::expected<void, Failure>
WorkTree::replace_file(const TreeEntry& entry, const ByteSource& source, std::optional<unsigned> mode) {
    const auto parent = parent_of(entry.path, true);
    if (!parent) return operation_failure(entry.path, "make its folder", parent.error());
    const auto failed = [&](int error) { return operation_failure(entry.path, "write the file", error); };
    const std::string name = name_in(entry.path);
    const std::string beside(restoring_name);
    struct stat before{};
    const bool known = ::fstatat(*parent, name.c_str(), &before, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(before.st_mode);
    if (::unlinkat(*parent, beside.c_str(), 0) != 0 && errno != ENOENT) return failed(errno);
    auto written = entry.mode == FileMode::link
                       ? link_beside(*parent, source, failed)
                       : write_beside(*parent, source, entry, known ? &before : nullptr, mode, failed);
    if (written && ::renameat(*parent, beside.c_str(), *parent, name.c_str()) != 0) written = failed(errno);
    if (!written) ::unlinkat(*parent, beside.c_str(), 0);
    return written;
}

std::expected<void, Failure> WorkTree::make_folder(const std::string& path) {
    const auto there = kind_at(path);
    if (there && S_ISDIR(*there)) return {}; // it need not be readable
    const auto made = parent_of(path + "/x", true);
    if (!made) return operation_failure(path, "make the folder", made.error());
    return {};
}

std::expected<bool, Failure> WorkTree::remove(const std::string& path) {
    const auto parent = parent_of(path, false);
    if (!parent && is_gone(parent.error())) return false;
    if (!parent) return operation_failure(path, "open its folder", parent.error());
    const bool there = ::unlinkat(*parent, name_in(path).c_str(), 0) == 0;
    if (!there && !is_gone(errno)) return operation_failure(path, "remove the file", errno);
    return there;
}

void WorkTree::remove_empty_above(const std::string& path) {
    for (std::string folder = parent_path_of(path); !folder.empty(); folder = parent_path_of(folder)) {
        const auto parent = parent_of(folder, false);
        if (!parent && is_gone(parent.error())) continue;
        if (!parent || (::unlinkat(*parent, name_in(folder).c_str(), AT_REMOVEDIR) != 0 && errno != ENOENT)) return;
        last_folder_ = system::Descriptor(); // it may be the removed folder
    }
}

std::expected<void, Failure> WorkTree::remove_empty(const std::string& path) {
    const auto parent = parent_of(path, false);
    if (!parent) return operation_failure(path, "open its folder", parent.error());
    const std::string name = name_in(path);
    const system::Descriptor folder(::openat(*parent, name.c_str(), folder_flags));
    if (!folder.is_open()) return operation_failure(path, "open the folder", errno);
    if (remove_empty_folders(folder.number()) && ::unlinkat(*parent, name.c_str(), AT_REMOVEDIR) == 0) return {};
    return std::unexpected(
        failure_of(FailureKind::in_the_way, (folder_ / path_text(path)).string() + ": a folder that contains files"));
}

std::expected<void, Failure> WorkTree::sync() const {
    if (::syncfs(root_.number()) != 0) return operation_failure("", "flush the file system", errno);
    return {};
}

} // namespace evenfold::git
