#include "evenfold/system/durable.hpp"

#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "evenfold/system/descriptor.hpp"

namespace evenfold::system {

namespace {

namespace fs = std::filesystem;

std::unexpected<Failure> failed(const fs::path& path, std::string_view operation) {
    return std::unexpected(failure_of(path, operation, errno));
}

} // namespace

std::expected<void, Failure> sync_path(const fs::path& path) {
    const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!file.is_open()) return failed(path, "open to flush");
    if (::fsync(file.number()) != 0) return failed(path, "flush");
    return {};
}

void start_flush(int file) {
    (void)::sync_file_range(file, 0, 0, SYNC_FILE_RANGE_WRITE);
}

std::expected<void, Failure> sync_files(std::initializer_list<int> files, const fs::path& shown) {
    for (const int file : files) start_flush(file);
    for (const int file : files)
        if (::fsync(file) != 0) return failed(shown, "flush");
    return {};
}

std::expected<void, Failure> sync_up_to(const fs::path& path, const fs::path& top) {
    for (fs::path at = path;; at = at.parent_path()) {
        auto synced = sync_path(at);
        if (!synced && synced.error().kind != FailureKind::not_found) return synced;
        if (at == top || !at.has_relative_path()) return {};
    }
}

std::expected<void, Failure> make_folders(const fs::path& folder) {
    if (::mkdir(folder.c_str(), 0777) == 0) return sync_path(folder.parent_path());
    if (errno == EEXIST) return {};
    if (errno != ENOENT || !folder.has_relative_path()) return failed(folder, "create the folder");
    if (auto made = make_folders(folder.parent_path()); !made) return made;
    if (::mkdir(folder.c_str(), 0777) != 0 && errno != EEXIST) return failed(folder, "create the folder");
    return sync_path(folder.parent_path());
}

std::expected<void, Failure> write_durably(const fs::path& path, const fs::path& fresh, std::string_view bytes) {
    {
        const Descriptor file(::open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666));
        if (!file.is_open()) return failed(fresh, "open to write");
        if (const int error = write_all(file.number(), bytes))
            return std::unexpected(failure_of(fresh, "write", error));
        if (::fsync(file.number()) != 0) return failed(fresh, "flush");
    }
    if (::rename(fresh.c_str(), path.c_str()) != 0) return failed(path, "rename");
    return sync_path(path.parent_path());
}

bool may_write_in(const fs::path& folder) {
    return ::eaccess(folder.c_str(), W_OK | X_OK) == 0;
}

std::expected<void, Failure> check_may_write(const fs::path& file) {
    if (::eaccess(file.c_str(), W_OK) == 0) return {};
    return failed(file, "open for writing");
}

std::expected<void, Failure> check_may_write_in(const fs::path& folder, const fs::path& file) {
    if (may_write_in(folder)) return {};
    return failed(file, "write in its folder");
}

} // namespace evenfold::system
