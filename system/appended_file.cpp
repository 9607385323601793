#include "evenfold/system/appended_file.hpp"

#include <cerrno>
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include "evenfold/system/durable.hpp"
#include "evenfold/system/file_lock.hpp"
#include "evenfold/system/file_status.hpp"

namespace evenfold::system {

namespace {

namespace fs = std::filesystem;

/// Returns the size of the regular file, which the caller has locked.
std::expected<std::uint64_t, Failure> size_of_locked(const Descriptor& file, LockKind kind, const fs::path& path) {
    if (auto locked = lock_open_file(file, kind, path, {}, AppendedFile::lock_wait); !locked)
        return std::unexpected(std::move(locked.error()));
    const auto status = status_of(file.number());
    if (!status) return std::unexpected(failure_of(path, "look up", status.error()));
    if (status->type == FileType::regular) return status->bytes;
    return std::unexpected(Failure{.kind = FailureKind::unsafe,
                                   .what = fmt::format("{}: not a regular file", path.string()),
                                   .remedy = "Name a file to which records can be appended."});
}

} // namespace

std::expected<AppendedFile, Failure> AppendedFile::open_to_append(const fs::path& path) {
    Descriptor file(::open(path.c_str(), O_RDWR | O_CREAT | O_NONBLOCK | O_CLOEXEC, 0666));
    if (!file.is_open()) return std::unexpected(failure_of(path, "open to append", errno));
    const auto size = size_of_locked(file, LockKind::exclusive, path);
    if (!size) return std::unexpected(size.error());
    const fs::path folder = path.parent_path();
    if (*size == 0) { // it may be new
        if (auto synced = sync_path(folder.empty() ? fs::path(".") : folder); !synced)
            return std::unexpected(std::move(synced.error()));
    }
    return AppendedFile(path, std::move(file), *size);
}

std::expected<AppendedFile, Failure> AppendedFile::open_to_read(const fs::path& path) {
    Descriptor file(::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
    if (!file.is_open()) return std::unexpected(failure_of(path, "open", errno));
    const auto size = size_of_locked(file, LockKind::shared, path);
    if (!size) return std::unexpected(size.error());
    return AppendedFile(path, std::move(file), *size);
}

std::expected<std::string, Failure> AppendedFile::read_from(std::uint64_t from) const {
    std::string bytes(from < size_ ? size_ - from : 0, '\0');
    for (std::size_t at = 0; at < bytes.size();) {
        const ssize_t count =
            ::pread(file_.number(), bytes.data() + at, bytes.size() - at, static_cast<off_t>(from + at));
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) return std::unexpected(failure_of(path_, "read", errno));
        if (count == 0) bytes.resize(at); // another program has cut the file
        at += static_cast<std::size_t>(count);
    }
    return bytes;
}

std::expected<void, Failure> AppendedFile::append(std::uint64_t kept, std::string_view bytes) {
    const auto end = static_cast<off_t>(kept);
    if (size_ != kept && ::ftruncate(file_.number(), end) != 0)
        return std::unexpected(failure_of(path_, "cut off the end", errno));
    size_ = kept;
    int error = ::lseek(file_.number(), end, SEEK_SET) == end ? 0 : errno;
    if (error == 0) error = write_all(file_.number(), bytes);
    if (error == 0 && ::fsync(file_.number()) != 0) error = errno;
    if (error != 0) {
        if (::ftruncate(file_.number(), end) != 0) size_ = kept + bytes.size(); // the next append cuts it off
        return std::unexpected(failure_of(path_, "append", error));
    }
    size_ = kept + bytes.size();
    return {};
}

} // namespace evenfold::system
