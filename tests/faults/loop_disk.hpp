/// A file system in memory whose power a test can cut: all writes that were not synced are lost, as on a real disk.
/// Shapes: ext4 on a loop device, mounted for this process and its children alone. The power is cut by the ioctl
/// EXT4_IOC_SHUTDOWN without a flush of its log.
/// Errors: `create` prints a line `skipped: <why>` and returns null without root or loop devices.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

#include "evenfold/system/descriptor.hpp"
#include "evenfold/tests/faults/writing_process.hpp"
#include "evenfold/tests/journal/scratch_folder.hpp"

namespace evenfold::tests::faults {

class LoopDisk {
public:
    [[nodiscard]] static std::unique_ptr<LoopDisk> create(std::uint64_t megabytes);

    LoopDisk(const LoopDisk&) = delete;
    LoopDisk& operator=(const LoopDisk&) = delete;
    ~LoopDisk();

    [[nodiscard]] const std::filesystem::path& folder() const { return folder_.path(); }

    /// Syncs everything.
    [[nodiscard]] bool sync() const;

    /// Cuts the power while `writer` writes to the disk, and stops it. From then on, every write fails, and unsynced
    /// ones are lost. `progress` gets the last acknowledgement before the cut, and the last one of all.
    [[nodiscard]] bool cut_under(WritingProcess& writer, StepProgress& progress) const;

    /// Mounts the disk again, when all processes that use it have ended.
    [[nodiscard]] bool restore_power();

private:
    LoopDisk() = default;

    [[nodiscard]] bool cut_power() const;

    /// Returns the reason for which it is not possible; empty if the disk is mounted.
    [[nodiscard]] std::string start(std::uint64_t megabytes);
    [[nodiscard]] bool mount() const;

    journal::ScratchFolder folder_;
    system::Descriptor loop_;
    std::string device_;
    bool is_mounted_ = false;
};

} // namespace evenfold::tests::faults
