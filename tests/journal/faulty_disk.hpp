/// A disk below SQLite that fails when it is told to, and that forgets at a loss of power what was not synced.
/// Shapes: an sqlite3_vfs before the system's own, the default while it lives; operations are writes, cuts and syncs,
/// counted from 1. A sync that fails gives up what it should have synced: only what is written again is synced later.
/// For one thread.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace evenfold::journal {

enum class Fault : std::uint8_t {
    none,
    write_fails, // nothing of it is written
    write_tears, // half of it is
    disk_full,
    sync_fails,
    sync_stops, // as when the process is killed before it: later syncs make up for it
    sync_lies,  // says that it has, each time
    power_fails // this operation and all that follow fail
};

class FaultyDisk {
public:
    FaultyDisk();
    FaultyDisk(const FaultyDisk&) = delete;
    FaultyDisk& operator=(const FaultyDisk&) = delete;
    ~FaultyDisk();

    /// The `nth` operation from now on fails, if `fault` is about such an operation; else the next one that is.
    void fail(Fault fault, int nth);

    /// Whether the fault has come.
    [[nodiscard]] bool has_failed() const { return has_failed_; }

    /// From now on all operations fail, until the power is back.
    void cut_power();

    /// The files are what was synced. All connections must be closed.
    void restore_power();

    // What SQLite calls.

    enum class Operation : std::uint8_t { write, truncate, sync };

    /// What is to happen to this operation.
    [[nodiscard]] Fault next(Operation operation);

    void note_write(const std::string& path, std::int64_t place, std::int64_t bytes);
    void note_sync(const std::string& path);
    void note_lost_sync(const std::string& path);
    void note_removal(const std::string& path);
    void note_opening(const std::string& path);

private:
    struct File {
        std::string synced;
        std::vector<std::pair<std::int64_t, std::int64_t>> unsynced; // place and size of what was written since
        bool exists = false;                                         // after a loss of power
    };

    std::map<std::string, File> files_;
    Fault fault_ = Fault::none;
    int operations_left_ = 0;
    bool has_failed_ = false;
    bool is_dead_ = false;
};

} // namespace evenfold::journal
