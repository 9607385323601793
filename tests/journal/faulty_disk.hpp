/// A disk below SQLite that fails on demand and that, at a simulated power loss, loses all data that was not synced.
/// Shapes: an sqlite3_vfs on top of the system's own, the default during its lifetime; operations are writes,
/// truncations and syncs, counted from 1. A failed sync drops its data: only data written again is synced later.
/// Not thread-safe.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <random>
#include <string>
#include <utility>
#include <vector>

namespace evenfold::journal {

enum class Fault : std::uint8_t {
    none,
    write_fails, // no byte is written
    write_tears, // half of the bytes are written
    disk_full,
    read_fails, // reads are counted for this fault only
    sync_fails,
    sync_stops,       // as if the process is killed before the sync: later syncs make up for it
    sync_lies,        // every sync reports success without syncing
    power_fails,      // this operation and all later ones fail
    process_ends,     // by SIGKILL, before the operation
    process_ends_torn // by SIGKILL, when half of the bytes are written
};

class FaultyDisk {
public:
    FaultyDisk();
    FaultyDisk(const FaultyDisk&) = delete;
    FaultyDisk& operator=(const FaultyDisk&) = delete;
    ~FaultyDisk();

    /// Makes the `nth` operation from now on fail, or the first one after it to which `fault` applies.
    void fail(Fault fault, int nth);

    /// Returns whether the fault has occurred.
    [[nodiscard]] bool has_failed() const { return has_failed_; }

    /// Returns the number of reads so far.
    [[nodiscard]] int reads() const { return reads_; }

    /// Makes all operations fail until `restore_power`.
    void cut_power();

    /// Reduces the files to their synced content. All connections must be closed.
    void restore_power();

    /// As restore_power, but about half of the sectors that were written and not synced are kept, as a disk may have
    /// stored them in any order.
    void restore_power_with_some_sectors(std::uint32_t seed);

    // Called by the functions of the VFS.

    enum class Operation : std::uint8_t { read, write, truncate, sync };

    /// Counts this operation and returns its fault.
    [[nodiscard]] Fault next(Operation operation);

    void note_write(const std::string& path, std::int64_t offset, std::int64_t bytes);
    void note_sync(const std::string& path);
    void note_lost_sync(const std::string& path);
    void note_removal(const std::string& path);
    void note_opening(const std::string& path);

private:
    struct File {
        std::string synced;
        std::vector<std::pair<std::int64_t, std::int64_t>> unsynced; // offset and size of writes since the last sync
        bool exists = false;                                         // whether the file survives a power loss
    };

    static void keep_some_sectors(const std::string& path, File& file, std::mt19937& random);

    std::map<std::string, File> files_;
    Fault fault_ = Fault::none;
    int operations_left_ = 0;
    int reads_ = 0;
    bool has_failed_ = false;
    bool is_dead_ = false;
};

} // namespace evenfold::journal
