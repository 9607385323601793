#include "evenfold/reactors/git/files/blob_reader.hpp"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "evenfold/system/descriptor.hpp"

namespace evenfold::git {

namespace {

constexpr std::size_t memory_max = 8U << 20U; // larger files are read in pieces
constexpr std::size_t piece = 1U << 20U;
constexpr int tries_max = 5;

system::Descriptor open_file(int folder, const std::string& name) {
    return system::Descriptor(::openat(folder, name.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
}

/// Reads up to `size` bytes, fewer only at the end of the file. Returns -1 and sets errno on failure.
ssize_t read_up_to(int file, char* bytes, std::size_t size) {
    std::size_t at = 0;
    while (at < size) {
        const ssize_t got = ::read(file, bytes + at, size - at);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return -1;
        if (got == 0) break;
        at += static_cast<std::size_t>(got);
    }
    return static_cast<ssize_t>(at);
}

Failure unreadable(const std::filesystem::path& shown, int error) {
    Failure failure = failure_of(shown, "read the file", error);
    if (error != EACCES && error != EPERM) return failure;
    return failure_of(FailureKind::unreadable, failure.what);
}

/// Returns the id of the file as a blob, by reading all of it.
std::expected<ObjectId, Failure>
hash_large(int file, std::size_t size, const std::filesystem::path& shown, std::string& buffer) {
    Sha1 sha;
    sha.update(object_header(ObjectKind::blob, size));
    for (std::size_t left = size; left > 0;) {
        const ssize_t got = read_up_to(file, buffer.data(), std::min(left, buffer.size()));
        if (got < 0) return std::unexpected(unreadable(shown, errno));
        if (got == 0) return std::unexpected(failure_of(FailureKind::busy, shown.string() + ": became shorter"));
        sha.update({buffer.data(), static_cast<std::size_t>(got)});
        left -= static_cast<std::size_t>(got);
    }
    return sha.finish();
}

std::expected<ObjectId, Failure>
add_large(int file, std::size_t size, const std::filesystem::path& shown, Objects& objects) {
    std::string buffer(piece, '\0');
    const auto hashed = hash_large(file, size, shown, buffer);
    if (!hashed || objects.has(*hashed)) return hashed;
    if (::lseek(file, 0, SEEK_SET) != 0) return std::unexpected(unreadable(shown, errno));
    return objects.add_blob(size, [&]() -> std::expected<std::string_view, Failure> {
        const ssize_t got = read_up_to(file, buffer.data(), buffer.size());
        if (got < 0) return std::unexpected(unreadable(shown, errno));
        return std::string_view(buffer.data(), static_cast<std::size_t>(got));
    });
}

std::expected<ObjectId, Failure>
add_small(int file, std::size_t size, const std::filesystem::path& shown, Objects& objects) {
    thread_local std::string buffer;
    if (buffer.size() < size) buffer.resize(size);
    const ssize_t got = read_up_to(file, buffer.data(), size);
    if (got < 0) return std::unexpected(unreadable(shown, errno));
    return objects.add(ObjectKind::blob, {buffer.data(), static_cast<std::size_t>(got)});
}

std::expected<std::string, int> target_of(int folder, const std::string& name) {
    std::string target(65536, '\0');
    const ssize_t size = ::readlinkat(folder, name.c_str(), target.data(), target.size());
    if (size < 0) return std::unexpected(errno);
    target.resize(static_cast<std::size_t>(size));
    return target;
}

std::expected<std::optional<ReadBlob>, Failure>
read_link(int folder, const std::string& name, const std::filesystem::path& shown, Objects& objects) {
    struct stat status{};
    const auto target = target_of(folder, name);
    if (!target && (target.error() == ENOENT || target.error() == EINVAL)) return std::nullopt;
    if (!target) return std::unexpected(unreadable(shown, target.error()));
    if (::fstatat(folder, name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0)
        return std::unexpected(unreadable(shown, errno));
    const auto id = objects.add(ObjectKind::blob, *target);
    if (!id) return std::unexpected(id.error());
    return ReadBlob{.id = *id, .status = file_status_of(status)};
}

} // namespace

std::expected<std::optional<ReadBlob>, Failure>
read_blob(int folder, const std::string& name, const std::filesystem::path& shown, Objects& objects) {
    for (int tries = 1;; ++tries) {
        const system::Descriptor file = open_file(folder, name);
        if (!file.is_open()) {
            if (errno == ELOOP) return read_link(folder, name, shown, objects);
            if (errno == ENOENT || errno == ENOTDIR || errno == ENXIO) return std::nullopt;
            return std::unexpected(unreadable(shown, errno));
        }
        struct stat before{};
        struct stat after{};
        if (::fstat(file.number(), &before) != 0) return std::unexpected(unreadable(shown, errno));
        if (!S_ISREG(before.st_mode)) return std::nullopt;
        const auto size = static_cast<std::size_t>(before.st_size);
        const auto id = size > memory_max ? add_large(file.number(), size, shown, objects)
                                          : add_small(file.number(), size, shown, objects);
        if (!id && (id.error().kind != FailureKind::busy || tries >= tries_max)) return std::unexpected(id.error());
        if (!id) continue;
        if (::fstat(file.number(), &after) != 0) return std::unexpected(unreadable(shown, errno));
        if (file_status_of(before) == file_status_of(after) || tries >= tries_max)
            return ReadBlob{.id = *id, .status = file_status_of(before)};
    }
}

std::expected<ObjectId, Failure> hash_file(int folder, const std::string& name, const std::filesystem::path& shown) {
    const system::Descriptor file = open_file(folder, name);
    if (!file.is_open() && errno == ELOOP) {
        const auto target = target_of(folder, name);
        if (!target) return std::unexpected(unreadable(shown, target.error()));
        return id_of(ObjectKind::blob, *target);
    }
    struct stat status{};
    if (!file.is_open() || ::fstat(file.number(), &status) != 0) return std::unexpected(unreadable(shown, errno));
    std::string buffer(piece, '\0');
    return hash_large(file.number(), static_cast<std::size_t>(status.st_size), shown, buffer);
}

std::expected<std::string, int> read_small_file(int folder, const std::string& name) {
    const system::Descriptor file = open_file(folder, name);
    struct stat status{};
    if (!file.is_open() || ::fstat(file.number(), &status) != 0) return std::unexpected(errno);
    if (!S_ISREG(status.st_mode)) return std::unexpected(EISDIR);
    std::string bytes(std::min(static_cast<std::size_t>(status.st_size), memory_max), '\0');
    const ssize_t got = read_up_to(file.number(), bytes.data(), bytes.size());
    if (got < 0) return std::unexpected(errno);
    bytes.resize(static_cast<std::size_t>(got));
    return bytes;
}

} // namespace evenfold::git
