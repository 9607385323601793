#include "evenfold/storage/sqlite/inode_registry.hpp"

#include <cerrno>
#include <chrono>
#include <fcntl.h>
#include <fmt/format.h>
#include <limits>
#include <map>
#include <mutex>
#include <string_view>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>

#include "evenfold/storage/sqlite/failure.hpp"
#include "evenfold/storage/sqlite/file_names.hpp"
#include "evenfold/system/descriptor.hpp"
#include "evenfold/system/file_lock.hpp"

namespace evenfold::storage::sqlite {

namespace {

using std::filesystem::path;
using system::FileId;
using system::Links;

// From here to the last byte that can be locked. SQLite locks bytes near 2^30, and programs that use the journal may
// lock bytes from 2^61 to this one.
constexpr std::int64_t names_begin = std::int64_t{3} << 61U;
constexpr std::uint64_t name_mask = (std::uint64_t{1} << 61U) - 1;

// SQLite's locks: on the index, eight of its own and one that each connection holds; on the database, the shared ones.
constexpr std::int64_t index_locks = 120;
constexpr std::int64_t index_locks_count = 9;
constexpr std::int64_t shared_first = 0x40000002;
constexpr std::int64_t shared_count = 510;
constexpr int index_tries = 50;
constexpr std::chrono::milliseconds index_pause{1};

struct OpenFile {
    int registrations = 0;
    std::int64_t name_byte = 0;
    system::Descriptor descriptor;
};

struct Registry {
    std::mutex mutex; // held from open to close, so that no connection is registered in between
    std::map<FileId, OpenFile> files;
};

/// Returns the registry of this process. It is never destroyed, because journals in static variables close their files
/// while the program ends, in an order that this file does not know.
Registry& registry() {
    static Registry& one = *new Registry;
    return one;
}

/// FNV-1a, because all processes must compute the same number, also those of other builds; std::hash promises that not.
std::uint64_t hash_of(std::string_view bytes) {
    std::uint64_t hash = 0xcbf29ce484222325;
    for (const char byte : bytes) hash = (hash ^ static_cast<std::uint8_t>(byte)) * 0x100000001b3;
    return hash;
}

/// Returns the byte that stands for a name: of the folder's inode and the name in it, which are equal in all mount
/// namespaces, unlike the path.
std::int64_t byte_of_name(const path& file) {
    const auto folder = system::status_of(file.parent_path(), Links::follow);
    const FileId id = folder ? folder->id : FileId{};
    const std::string name = fmt::format("{:x} {:x} {}", id.device, id.inode, file.filename().string());
    return names_begin + static_cast<std::int64_t>(hash_of(name) & name_mask);
}

Failure open_by_another_name(const path& file) {
    return {.kind = FailureKind::busy,
            .what =
                fmt::format("{}: a process has this file open by another name, from before it was renamed or through "
                            "a mount",
                            file.string()),
            .remedy = "End that process (`lsof` finds it) or use its name, then try again."};
}

std::expected<OpenFile, Failure> opened(const path& file, const FileId& id) {
    OpenFile made{.registrations = 0,
                  .name_byte = byte_of_name(file),
                  .descriptor =
                      system::Descriptor(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK))};
    const int number = made.descriptor.number();
    if (number < 0) return std::unexpected(failure_of(file, "open", errno));
    const auto status = system::status_of(number);
    if (!status || status->id != id) return std::unexpected(failure_of(file, "open", ESTALE));
    (void)system::try_share_byte(number, made.name_byte); // first, so that of two processes at least one sees the other
    const std::int64_t after = made.name_byte + 1;
    if (system::is_range_locked_elsewhere(number, names_begin, made.name_byte - names_begin) ||
        system::is_range_locked_elsewhere(number, after, std::numeric_limits<std::int64_t>::max() - after))
        return std::unexpected(open_by_another_name(file));
    return made;
}

std::string start_of(int file, std::size_t size) {
    std::string bytes(size, '\0');
    const ssize_t count = ::pread(file, bytes.data(), bytes.size(), 0);
    bytes.resize(count > 0 ? static_cast<std::size_t>(count) : 0);
    return bytes;
}

} // namespace

std::expected<RegisteredFile, Failure> RegisteredFile::of(const path& file) {
    const std::scoped_lock lock(registry().mutex);
    const auto status = system::status_of(file, Links::keep);
    if (!status) return std::unexpected(failure_of(file, "open", status.error()));
    auto& files = registry().files;
    if (const auto known = files.find(status->id); known != files.end()) {
        if (known->second.name_byte != byte_of_name(file)) return std::unexpected(open_by_another_name(file));
        ++known->second.registrations;
        return RegisteredFile(status->id);
    }
    auto made = opened(file, status->id);
    if (!made) return std::unexpected(made.error());
    made->registrations = 1;
    files.emplace(status->id, *std::move(made));
    return RegisteredFile(status->id);
}

RegisteredFile::~RegisteredFile() {
    if (!id_) return;
    const std::scoped_lock lock(registry().mutex);
    const auto found = registry().files.find(*id_);
    if (--found->second.registrations == 0) registry().files.erase(found);
}

bool RegisteredFile::is_alone() const {
    if (!id_) return false;
    const std::scoped_lock lock(registry().mutex);
    const OpenFile& file = registry().files.at(*id_);
    return file.registrations == 1 &&
           !system::is_range_locked_elsewhere(file.descriptor.number(), names_begin,
                                              std::numeric_limits<std::int64_t>::max() - names_begin);
}

std::expected<void, Failure> RegisteredFile::check_index(const path& file) const {
    const std::scoped_lock lock(registry().mutex);
    if (!id_) return {};
    const OpenFile& known = registry().files.at(*id_);
    if (known.registrations > 1) return {}; // this process may have locks on the index, which closing it would drop
    const path index = beside(file, "-shm");
    system::Descriptor opened(::open(index.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
    if (!opened.is_open()) return {};
    // A connection locks the database before the index, and unlocks it later. Only when a process is killed, the system
    // may drop its locks in the other order, within a moment.
    for (int tries = 0; tries < index_tries; ++tries) {
        if (!system::is_range_locked_elsewhere(opened.number(), index_locks, index_locks_count)) return {};
        if (system::is_range_locked_elsewhere(known.descriptor.number(), shared_first, shared_count)) return {};
        std::this_thread::sleep_for(index_pause);
    }
    (void)opened.release(); // the locks may be of this process, for the other database
    return std::unexpected(Failure{
        .kind = FailureKind::unsafe,
        .what = fmt::format("{}: it is the index of another database's log, and a process uses it", index.string()),
        .remedy = "End that process (`lsof` finds it), or move the file back to its database, then try again."});
}

std::expected<void, Failure> RegisteredFile::check_name(const path& file) const {
    const auto status = system::status_of(file, Links::keep);
    if (id_ && status && status->id == *id_) return {};
    return std::unexpected(moved_away(file));
}

std::expected<void, Failure> create_file(const path& file, std::uint32_t mode) {
    const std::scoped_lock lock(registry().mutex); // so that no connection to the file exists when this closes it
    const system::Descriptor made(
        ::open(file.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, static_cast<mode_t>(mode)));
    if (!made.is_open() && errno == EEXIST) return {};
    if (!made.is_open() || ::fchmod(made.number(), static_cast<mode_t>(mode)) != 0)
        return std::unexpected(failure_of(file, "create", errno));
    return {};
}

std::string read_start(const path& file, std::size_t size) {
    const std::scoped_lock lock(registry().mutex);
    auto& files = registry().files;
    const auto status = system::status_of(file, Links::keep);
    if (!status) return {};
    if (const auto known = files.find(status->id); known != files.end())
        return start_of(known->second.descriptor.number(), size);
    system::Descriptor opened(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
    const auto now = system::status_of(opened.number());
    if (!opened.is_open() || !now) return {};
    std::string bytes = start_of(opened.number(), size);
    // The name may denote another file now. If that one is registered, closing this descriptor would drop its locks.
    if (const auto known = files.find(now->id); known != files.end()) (void)opened.release();
    return bytes;
}

} // namespace evenfold::storage::sqlite
