#include "evenfold/storage/sqlite/inode_registry.hpp"

#include <fcntl.h>
#include <map>
#include <mutex>
#include <sys/stat.h>
#include <unistd.h>

#include "evenfold/system/descriptor.hpp"

namespace evenfold::storage::sqlite {

namespace {

using Inode = std::pair<dev_t, ino_t>;

struct OpenFile {
    int connections = 0;
    system::Descriptor parked; // opened to read the file's start; closing it would drop the connections' locks
};

struct Registry {
    std::mutex mutex; // held from open to close, so that no connection is registered in between
    std::map<Inode, OpenFile> files;
};

/// Returns the registry of this process. It is never destroyed, because journals in static variables close their files
/// while the program ends, in an order that this file does not know.
Registry& registry() {
    static Registry& one = *new Registry;
    return one;
}

std::optional<Inode> inode_of(const std::filesystem::path& file) {
    struct stat status{};
    if (::stat(file.c_str(), &status) != 0) return std::nullopt;
    return Inode(status.st_dev, status.st_ino);
}

std::string start_of(int file, std::size_t size) {
    std::string bytes(size, '\0');
    const ssize_t count = ::pread(file, bytes.data(), bytes.size(), 0);
    bytes.resize(count > 0 ? static_cast<std::size_t>(count) : 0);
    return bytes;
}

} // namespace

RegisteredFile::RegisteredFile(const std::filesystem::path& file) : inode_(inode_of(file)) {
    if (!inode_) return;
    const std::scoped_lock lock(registry().mutex);
    ++registry().files[*inode_].connections;
}

RegisteredFile::~RegisteredFile() {
    if (!inode_) return;
    const std::scoped_lock lock(registry().mutex);
    const auto found = registry().files.find(*inode_);
    if (--found->second.connections == 0) registry().files.erase(found);
}

std::string read_start(const std::filesystem::path& file, std::size_t size) {
    const std::scoped_lock lock(registry().mutex);
    auto& files = registry().files;
    const auto inode = inode_of(file);
    const auto known = inode ? files.find(*inode) : files.end();
    if (known != files.end() && known->second.parked.is_open()) return start_of(known->second.parked.number(), size);
    system::Descriptor opened(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
    struct stat status{};
    if (!opened.is_open() || ::fstat(opened.number(), &status) != 0) return {};
    std::string bytes = start_of(opened.number(), size);
    const auto registered = files.find(
        Inode(status.st_dev, status.st_ino)); // of the opened file, because the name may denote another one now
    if (registered != files.end()) registered->second.parked = std::move(opened);
    return bytes;
}

} // namespace evenfold::storage::sqlite
