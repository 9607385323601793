#include "evenfold/system/secrets/secret_source.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "evenfold/system/durable.hpp"
#include "evenfold/system/file_status.hpp"
#include "evenfold/system/own_file.hpp"

namespace evenfold::system {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t line_end_bytes_max = 2;

std::unexpected<Failure> refused(FailureKind kind, std::string what, std::string remedy) {
    return std::unexpected(Failure{.kind = kind, .what = std::move(what), .remedy = std::move(remedy)});
}

/// Returns the size of the secret in `bytes`, without its final line end.
std::size_t size_without_line_end(std::string_view bytes) {
    if (bytes.ends_with("\r\n")) return bytes.size() - 2;
    return bytes.ends_with('\n') ? bytes.size() - 1 : bytes.size();
}

std::unexpected<Failure> not_a_file(const fs::path& path) {
    return refused(FailureKind::unsafe, fmt::format("{}: not a regular file, where a secret belongs", path.string()),
                   "Remove it, or name a file that has one secret.");
}

/// Fails unless the open file is a regular file of this user alone.
std::expected<void, Failure> check_secret_file(const fs::path& path, const FileStatus& status) {
    if (status.type != FileType::regular) return not_a_file(path);
    if (status.owner != user_id())
        return refused(FailureKind::unsafe,
                       fmt::format("{}: the secret belongs to the user with id {}, and not to you (id {})",
                                   path.string(), status.owner, user_id()),
                       fmt::format("Create a secret of your own, or run `chown {} {}` if you trust it.", user_id(),
                                   path.string()));
    if (status.mode != 0600 && status.mode != 0400)
        return refused(
            FailureKind::unsafe,
            fmt::format("{}: the secret has the mode {:04o}: expected 0600 or 0400", path.string(), status.mode),
            fmt::format("Run `chmod 600 {}`. If others could read it, create another secret.", path.string()));
    return {};
}

/// Writes `bytes` to the new file `path`. Removes it if that fails.
std::expected<void, Failure> write_new_file(const fs::path& path, std::string_view bytes) {
    const Descriptor file(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
    if (!file.is_open() && errno == EEXIST)
        return refused(FailureKind::exists, fmt::format("{}: exists already", path.string()),
                       "Remove it if it was left by an interrupted command, then try again.");
    if (!file.is_open()) return std::unexpected(failure_of(path, "create", errno));
    int error = ::fchmod(file.number(), 0600) == 0 ? 0 : errno;
    if (error == 0) error = write_all(file.number(), bytes);
    if (error == 0 && ::fsync(file.number()) != 0) error = errno;
    if (error == 0) return {};
    ::unlink(path.c_str());
    return std::unexpected(failure_of(path, "write", error));
}

} // namespace

std::expected<SecretBytes, Failure> read_secret_file(const fs::path& path, std::size_t bytes_max) {
    const Descriptor file(::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
    if (!file.is_open() && errno == ELOOP)
        return refused(FailureKind::unsafe, fmt::format("{}: a symbolic link, where a secret belongs", path.string()),
                       "Remove it, or put the file itself there.");
    if (!file.is_open() && errno == ENXIO) return not_a_file(path); // a socket
    if (!file.is_open()) return std::unexpected(failure_of(path, "open the secret", errno));
    const auto status = status_of(file.number());
    if (!status) return std::unexpected(failure_of(path, "look up", status.error()));
    if (auto checked = check_secret_file(path, *status); !checked) return std::unexpected(checked.error());
    return read_secret(file, path.string(), bytes_max);
}

std::expected<SecretBytes, Failure>
read_secret(const Descriptor& descriptor, const std::string& shown, std::size_t bytes_max) {
    SecretBytes secret(bytes_max + line_end_bytes_max + 1);
    const std::span<char> buffer = secret.buffer();
    std::size_t size = 0;
    while (size < buffer.size()) {
        const ssize_t count = ::read(descriptor.number(), buffer.data() + size, buffer.size() - size);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) return std::unexpected(failure_of(shown, "read the secret", errno));
        if (count == 0) break;
        size += static_cast<std::size_t>(count);
    }
    const std::size_t length = size_without_line_end({buffer.data(), size});
    if (size == buffer.size() || length > bytes_max)
        return refused(FailureKind::invalid, fmt::format("{}: the secret has more than {} bytes", shown, bytes_max),
                       fmt::format("Name a file or a descriptor with at most {} bytes and a line end.", bytes_max));
    secret.shorten(length);
    return secret;
}

std::optional<SecretBytes> take_secret_variable(const std::string& name) {
    char* const value = std::getenv(name.c_str()); // NOLINT(concurrency-mt-unsafe): documented
    if (!value) return std::nullopt;
    const std::string_view bytes(value);
    SecretBytes secret(bytes.size());
    std::ranges::copy(bytes, secret.buffer().begin());
    wipe(value, bytes.size());
    ::unsetenv(name.c_str()); // NOLINT(concurrency-mt-unsafe): documented
    return secret;
}

// The bytes are written under another name and then linked, because a file of the final name must never be empty or
// full of zeros: whoever reads it would take that for the secret.
std::expected<void, Failure> create_secret_file(const fs::path& path, std::string_view bytes) {
    fs::path fresh = path;
    fresh += ".new";
    if (auto written = write_new_file(fresh, bytes); !written) return written;
    const int error = ::link(fresh.c_str(), path.c_str()) == 0 ? 0 : errno;
    ::unlink(fresh.c_str());
    if (error == EEXIST)
        return refused(FailureKind::exists, fmt::format("{}: exists already", path.string()),
                       "Name another file; an existing one is never overwritten.");
    if (error != 0) return std::unexpected(failure_of(path, "create", error));
    const fs::path folder = path.parent_path();
    return sync_path(folder.empty() ? fs::path(".") : folder);
}

std::expected<void, Failure> destroy_secret_file(const fs::path& path) {
    const fs::path folder = path.parent_path().empty() ? fs::path(".") : path.parent_path();
    constexpr int flags = O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC;
    const Descriptor named(::open(path.c_str(), O_RDONLY | flags));
    if (!named.is_open() && errno == ENOENT) return sync_path(folder);
    if (!named.is_open() || ::fchmod(named.number(), 0600) != 0) // a secret may be of mode 0400
        return std::unexpected(failure_of(path, "open to overwrite", errno));
    const Descriptor file(::open(path.c_str(), O_WRONLY | flags));
    if (!file.is_open()) return std::unexpected(failure_of(path, "open to overwrite", errno));
    const auto status = status_of(file.number());
    if (!status) return std::unexpected(failure_of(path, "look up", status.error()));
    int error = write_all(file.number(), std::string(status->bytes, '\0'));
    if (error == 0 && ::fsync(file.number()) != 0) error = errno;
    if (error != 0) return std::unexpected(failure_of(path, "overwrite", error));
    if (::unlink(path.c_str()) != 0 && errno != ENOENT) return std::unexpected(failure_of(path, "remove", errno));
    return sync_path(folder);
}

std::expected<void, Failure> check_secret_folder(const fs::path& folder) {
    const auto status = status_of(folder, Links::follow);
    if (!status) return std::unexpected(failure_of(folder, "open the folder of secrets", status.error()));
    if (status->type != FileType::folder)
        return refused(FailureKind::unsafe, fmt::format("{}: not a folder of secrets", folder.string()),
                       "Name the folder that has the files of the secrets.");
    if (!is_own(status->owner))
        return refused(FailureKind::unsafe,
                       fmt::format("{}: the folder belongs to the user with id {}, and not to you or the administrator",
                                   folder.string(), status->owner),
                       "Name a folder of your own.");
    if ((status->mode & 0022U) != 0)
        return refused(
            FailureKind::unsafe,
            fmt::format("{}: others may create files in the folder: its mode is {:04o}", folder.string(), status->mode),
            fmt::format("Run `chmod go-w {}`.", folder.string()));
    return {};
}

} // namespace evenfold::system
