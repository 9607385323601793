#include "evenfold/tests/journal/faulty_disk.hpp"

#include <algorithm>
#include <csignal>
#include <cstring>
#include <fstream>
#include <iterator>
#include <new>
#include <sqlite3.h>
#include <stdexcept>
#include <system_error>
#include <unistd.h>

namespace evenfold::journal {

namespace {

/// The disk that the functions for SQLite use, and the system's own VFS.
FaultyDisk* current = nullptr;
sqlite3_vfs* usual = nullptr;

/// A file of this VFS; the state of the system's file follows it in memory.
struct Shim {
    sqlite3_file base;
    const char* path; // owned by SQLite while the file is open; null for an unnamed file

    sqlite3_file* inner() { return reinterpret_cast<sqlite3_file*>(this + 1); }
};

Shim& shim_of(sqlite3_file* file) {
    return *reinterpret_cast<Shim*>(file);
}
sqlite3_file* inner_of(sqlite3_file* file) {
    return shim_of(file).inner();
}
const sqlite3_io_methods& methods_of(sqlite3_file* file) {
    return *inner_of(file)->pMethods;
}
std::string path_of(sqlite3_file* file) {
    const char* path = shim_of(file).path;
    return path ? path : "";
}

int close(sqlite3_file* file) {
    return methods_of(file).xClose(inner_of(file));
}
int read(sqlite3_file* file, void* bytes, int count, sqlite3_int64 offset) {
    if (current->next(FaultyDisk::Operation::read) == Fault::read_fails) return SQLITE_IOERR_READ;
    return methods_of(file).xRead(inner_of(file), bytes, count, offset);
}
int write(sqlite3_file* file, const void* bytes, int count, sqlite3_int64 offset) {
    const Fault fault = current->next(FaultyDisk::Operation::write);
    if (fault == Fault::disk_full) return SQLITE_FULL;
    if (fault == Fault::write_fails || fault == Fault::power_fails) return SQLITE_IOERR_WRITE;
    const bool is_torn = fault == Fault::write_tears || fault == Fault::process_ends_torn;
    const int written = is_torn ? count / 2 : count;
    const int code = methods_of(file).xWrite(inner_of(file), bytes, written, offset);
    if (fault == Fault::process_ends_torn) (void)raise(SIGKILL);
    current->note_write(path_of(file), offset, written);
    return fault == Fault::write_tears ? SQLITE_IOERR_WRITE : code;
}
int truncate(sqlite3_file* file, sqlite3_int64 size) {
    const Fault fault = current->next(FaultyDisk::Operation::truncate);
    if (fault == Fault::write_fails || fault == Fault::power_fails) return SQLITE_IOERR_TRUNCATE;
    return methods_of(file).xTruncate(inner_of(file), size);
}
int sync(sqlite3_file* file, int) {
    const Fault fault = current->next(FaultyDisk::Operation::sync);
    if (fault == Fault::sync_lies) return SQLITE_OK;
    if (fault == Fault::sync_fails) current->note_lost_sync(path_of(file));
    if (fault == Fault::sync_fails || fault == Fault::sync_stops || fault == Fault::power_fails)
        return SQLITE_IOERR_FSYNC;
    current->note_sync(path_of(file)); // no real sync is needed, because the power loss is simulated
    return SQLITE_OK;
}
int file_size(sqlite3_file* file, sqlite3_int64* size) {
    return methods_of(file).xFileSize(inner_of(file), size);
}
int lock(sqlite3_file* file, int level) {
    return methods_of(file).xLock(inner_of(file), level);
}
int unlock(sqlite3_file* file, int level) {
    return methods_of(file).xUnlock(inner_of(file), level);
}
int check_reserved_lock(sqlite3_file* file, int* is_taken) {
    return methods_of(file).xCheckReservedLock(inner_of(file), is_taken);
}
int control(sqlite3_file* file, int what, void* argument) {
    return methods_of(file).xFileControl(inner_of(file), what, argument);
}
int sector_size(sqlite3_file* file) {
    return methods_of(file).xSectorSize(inner_of(file));
}
int characteristics(sqlite3_file* file) {
    return methods_of(file).xDeviceCharacteristics(inner_of(file));
}
int map_shared(sqlite3_file* file, int region, int size, int extend, volatile void** memory) {
    return methods_of(file).xShmMap(inner_of(file), region, size, extend, memory);
}
int lock_shared(sqlite3_file* file, int offset, int count, int flags) {
    return methods_of(file).xShmLock(inner_of(file), offset, count, flags);
}
void order_shared(sqlite3_file* file) {
    methods_of(file).xShmBarrier(inner_of(file));
}
int unmap_shared(sqlite3_file* file, int remove) {
    return methods_of(file).xShmUnmap(inner_of(file), remove);
}

const sqlite3_io_methods methods = {2,
                                    close,
                                    read,
                                    write,
                                    truncate,
                                    sync,
                                    file_size,
                                    lock,
                                    unlock,
                                    check_reserved_lock,
                                    control,
                                    sector_size,
                                    characteristics,
                                    map_shared,
                                    lock_shared,
                                    order_shared,
                                    unmap_shared,
                                    nullptr,
                                    nullptr};

int open(sqlite3_vfs*, const char* path, sqlite3_file* file, int flags, int* flags_out) {
    Shim* const shim = new (file) Shim{.base = {.pMethods = nullptr}, .path = path};
    const int code = usual->xOpen(usual, path, shim->inner(), flags, flags_out);
    if (shim->inner()->pMethods) shim->base.pMethods = &methods;
    if (code == SQLITE_OK && path) current->note_opening(path);
    return code;
}

int remove(sqlite3_vfs*, const char* path, int sync_folder) {
    if (current->next(FaultyDisk::Operation::truncate) == Fault::power_fails) return SQLITE_IOERR_DELETE;
    current->note_removal(path);
    return usual->xDelete(usual, path, sync_folder);
}

sqlite3_vfs& faulty() {
    static sqlite3_vfs vfs{};
    return vfs;
}

std::string bytes_of(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

} // namespace

FaultyDisk::FaultyDisk() {
    if (current) throw std::logic_error("one faulty disk at a time");
    sqlite3_initialize();
    usual = sqlite3_vfs_find(nullptr);
    current = this;
    faulty() = *usual;
    faulty().zName = "faulty";
    faulty().szOsFile = usual->szOsFile + static_cast<int>(sizeof(Shim));
    faulty().pNext = nullptr;
    faulty().xOpen = open;
    faulty().xDelete = remove;
    sqlite3_vfs_register(&faulty(), 1);
}

FaultyDisk::~FaultyDisk() {
    sqlite3_vfs_unregister(&faulty());
    sqlite3_vfs_register(usual, 1);
    current = nullptr;
}

void FaultyDisk::fail(Fault fault, int nth) {
    fault_ = fault;
    operations_left_ = nth;
    has_failed_ = false;
}

void FaultyDisk::cut_power() {
    is_dead_ = true;
}

void FaultyDisk::keep_some_sectors(const std::string& path, File& file, std::mt19937& random) {
    constexpr std::int64_t sector_bytes = 512;
    const std::string bytes = bytes_of(path);
    const auto size = static_cast<std::int64_t>(bytes.size());
    for (const auto& [offset, count] : file.unsynced) {
        for (std::int64_t at = offset; at < std::min(offset + count, size);) {
            const std::int64_t end = std::min({(at / sector_bytes + 1) * sector_bytes, offset + count, size});
            if (random() % 2 == 0) {
                if (std::ssize(file.synced) < end) file.synced.resize(static_cast<std::size_t>(end));
                std::copy(bytes.begin() + at, bytes.begin() + end, file.synced.begin() + at);
            }
            at = end;
        }
    }
}

void FaultyDisk::restore_power_with_some_sectors(std::uint32_t seed) {
    std::mt19937 random(seed);
    for (auto& [path, file] : files_)
        if (file.exists) keep_some_sectors(path, file, random);
    restore_power();
}

void FaultyDisk::restore_power() {
    for (auto& [path, file] : files_) {
        std::filesystem::remove(path + "-shm");
        if (file.exists)
            std::ofstream(path, std::ios::binary | std::ios::trunc) << file.synced;
        else
            std::filesystem::remove(path);
    }
    files_.clear();
    fault_ = Fault::none;
    is_dead_ = false;
}

Fault FaultyDisk::next(Operation operation) {
    if (operation == Operation::read) ++reads_;
    if (is_dead_) return Fault::power_fails;
    if ((operation == Operation::read) != (fault_ == Fault::read_fails)) return Fault::none;
    if (fault_ == Fault::none || --operations_left_ > 0) return Fault::none;
    const bool of_sync = fault_ == Fault::sync_fails || fault_ == Fault::sync_stops || fault_ == Fault::sync_lies;
    const bool of_all = fault_ == Fault::power_fails || fault_ == Fault::process_ends;
    if (!of_all && of_sync != (operation == Operation::sync)) return Fault::none;
    if (fault_ == Fault::process_ends_torn && operation != Operation::write) return Fault::none;
    has_failed_ = true;
    if (fault_ == Fault::process_ends) (void)raise(SIGKILL);
    if (fault_ == Fault::sync_lies) return fault_;
    if (fault_ == Fault::power_fails) is_dead_ = true;
    return std::exchange(fault_, Fault::none);
}

void FaultyDisk::note_opening(const std::string& path) {
    if (files_.contains(path)) return;
    const std::string bytes = bytes_of(path); // the content from before, or empty
    files_.emplace(path, File{.synced = bytes, .unsynced = {}, .exists = !bytes.empty()});
}

void FaultyDisk::note_write(const std::string& path, std::int64_t offset, std::int64_t bytes) {
    if (const auto found = files_.find(path); found != files_.end()) found->second.unsynced.emplace_back(offset, bytes);
}

void FaultyDisk::note_sync(const std::string& path) {
    const auto found = files_.find(path);
    if (found == files_.end()) return;
    File& file = found->second;
    const std::string bytes = bytes_of(path);
    file.synced.resize(bytes.size());
    for (const auto& [offset, count] : file.unsynced) {
        const auto end = std::min<std::int64_t>(offset + count, static_cast<std::int64_t>(bytes.size()));
        if (offset < end) std::copy(bytes.begin() + offset, bytes.begin() + end, file.synced.begin() + offset);
    }
    file.unsynced.clear();
    file.exists = true;
}

void FaultyDisk::note_lost_sync(const std::string& path) {
    if (const auto found = files_.find(path); found != files_.end()) found->second.unsynced.clear();
}

void FaultyDisk::note_removal(const std::string& path) {
    files_.erase(path);
}

} // namespace evenfold::journal
