#include "evenfold/reactors/git/files/stat_cache.hpp"

#include <cstring>
#include <fcntl.h>
#include <type_traits>
#include <unistd.h>
#include <zlib.h>

#include "evenfold/system/descriptor.hpp"

namespace evenfold::git {

namespace {

constexpr std::string_view magic = "evenfold stat cache 3\n";
constexpr std::int64_t second_ns = 1'000'000'000;
constexpr std::int64_t fine_ns = 20'000'000;      // twice the tick of a kernel that stamps files
constexpr std::int64_t coarse_ns = 2 * second_ns; // FAT; assumed for each file system that stores no fractions

std::uint32_t sum_of(std::string_view bytes) {
    return static_cast<std::uint32_t>(crc32_z(0, reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size()));
}

template <class T>
void append(std::string& bytes, const T& value) {
    static_assert(std::is_trivially_copyable_v<T>);
    bytes.append(reinterpret_cast<const char*>(&value), sizeof value);
}

void append_text(std::string& bytes, std::string_view text) {
    append(bytes, static_cast<std::uint32_t>(text.size()));
    bytes += text;
}

/// Removes a value from the front of `rest`. Returns false if `rest` is too short.
template <class T>
bool take(std::string_view& rest, T& value) {
    if (rest.size() < sizeof value) return false;
    rest.copy(reinterpret_cast<char*>(&value), sizeof value);
    rest.remove_prefix(sizeof value);
    return true;
}

bool take_text(std::string_view& rest, std::string_view& text) {
    std::uint32_t size = 0;
    if (!take(rest, size) || rest.size() < size) return false;
    text = rest.substr(0, size);
    rest.remove_prefix(size);
    return true;
}

std::string bytes_of(const std::filesystem::path& path) {
    const system::Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
    struct stat status{};
    if (!file.is_open() || ::fstat(file.number(), &status) != 0 || status.st_size <= 0) return {};
    std::string bytes(static_cast<std::size_t>(status.st_size), '\0');
    for (std::size_t at = 0; at < bytes.size();) {
        const ssize_t size = ::read(file.number(), bytes.data() + at, bytes.size() - at);
        if (size <= 0) return {};
        at += static_cast<std::size_t>(size);
    }
    return bytes;
}

bool is_young(std::int64_t s, std::int64_t ns, const struct timespec& now) {
    const std::int64_t age_s = now.tv_sec - s;
    if (age_s > 3) return false;
    return age_s * second_ns + now.tv_nsec - ns < (ns == 0 ? coarse_ns : fine_ns);
}

} // namespace

FileStatus file_status_of(const struct stat& status) {
    return {.device = status.st_dev,
            .inode = status.st_ino,
            .size = static_cast<std::uint64_t>(status.st_size),
            .changed_s = status.st_ctim.tv_sec,
            .changed_ns = status.st_ctim.tv_nsec,
            .modified_s = status.st_mtim.tv_sec,
            .modified_ns = status.st_mtim.tv_nsec,
            .mode = status.st_mode};
}

StatCache::StatCache(const std::filesystem::path& file, const struct timespec& now)
    : file_(file), now_(now), bytes_(bytes_of(file)) {
    read();
}

void StatCache::read() {
    std::string_view rest = bytes_;
    std::uint32_t sum = 0;
    if (rest.size() < magic.size() + sizeof sum || !rest.starts_with(magic)) return;
    std::memcpy(&sum, rest.data() + rest.size() - sizeof sum, sizeof sum);
    rest.remove_suffix(sizeof sum);
    if (sum != sum_of(rest)) return;
    rest.remove_prefix(magic.size());
    std::string_view ref;
    std::string_view commit;
    if (!take_text(rest, ref) || !take_text(rest, commit)) return;
    ref_ = ref;
    commit_ = commit;
    CachedFile cached;
    while (take(rest, cached.status) && take(rest, cached.id) && take_text(rest, cached.path)) known_.push_back(cached);
}

std::optional<ObjectId> StatCache::find_unchanged(std::string_view path, const FileStatus& status) {
    while (next_ < known_.size() && known_[next_].path < path) ++next_;
    if (next_ == known_.size() || known_[next_].path != path || known_[next_].status != status) return std::nullopt;
    return known_[next_].id;
}

void StatCache::store(std::string_view path, const FileStatus& status, const ObjectId& id) {
    if (is_young(status.modified_s, status.modified_ns, now_) || is_young(status.changed_s, status.changed_ns, now_))
        return;
    append(kept_, status);
    append(kept_, id);
    append_text(kept_, path);
}

void StatCache::save(const std::string& ref, const std::string& commit) const {
    std::string bytes(magic);
    append_text(bytes, ref);
    append_text(bytes, commit);
    bytes += kept_;
    append(bytes, sum_of(bytes));
    const std::string fresh = file_.string() + ".new";
    {
        const system::Descriptor file(::open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
        if (!file.is_open() || system::write_all(file.number(), bytes) != 0) return;
    }
    (void)::rename(fresh.c_str(), file_.c_str());
}

} // namespace evenfold::git
