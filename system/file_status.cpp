#include "evenfold/system/file_status.hpp"

#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

namespace evenfold::system {

namespace {

FileType type_of(std::uint32_t mode) {
    if (S_ISREG(mode)) return FileType::regular;
    if (S_ISDIR(mode)) return FileType::folder;
    return S_ISLNK(mode) ? FileType::link : FileType::other;
}

std::int64_t nanoseconds_of(const struct statx_timestamp& time) {
    return time.tv_sec * 1'000'000'000 + time.tv_nsec;
}

std::expected<FileStatus, int> status_at(int folder, const char* path, int flags) {
    struct statx found{};
    if (::statx(folder, path, flags | AT_STATX_SYNC_AS_STAT, STATX_BASIC_STATS, &found) != 0)
        return std::unexpected(errno);
    return FileStatus{.id = {.device = ::makedev(found.stx_dev_major, found.stx_dev_minor), .inode = found.stx_ino},
                      .type = type_of(found.stx_mode),
                      .is_mount = (found.stx_attributes & STATX_ATTR_MOUNT_ROOT) != 0,
                      .links = found.stx_nlink,
                      .owner = found.stx_uid,
                      .group = found.stx_gid,
                      .mode = found.stx_mode & 0777U,
                      .bytes = found.stx_size,
                      .modified_ns = nanoseconds_of(found.stx_mtime),
                      .changed_ns = nanoseconds_of(found.stx_ctime)};
}

} // namespace

std::expected<FileStatus, int> status_of(const std::filesystem::path& path, Links links) {
    return status_at(AT_FDCWD, path.c_str(), links == Links::keep ? AT_SYMLINK_NOFOLLOW : 0);
}

std::expected<FileStatus, int> status_of(int file) {
    return status_at(file, "", AT_EMPTY_PATH);
}

std::uint32_t user_id() {
    return ::geteuid();
}

} // namespace evenfold::system
