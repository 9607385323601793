#include "evenfold/tests/faults/loop_disk.hpp"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <linux/loop.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <unistd.h>

#include "evenfold/system/failure.hpp"
#include "evenfold/tests/journal/child_process.hpp"

namespace evenfold::tests::faults {

namespace {

constexpr const char* formatter = "/usr/sbin/mkfs.ext4";
constexpr unsigned long shutdown_request = _IOR('X', 125, std::uint32_t); // EXT4_IOC_SHUTDOWN
constexpr std::uint32_t without_flush = 2;                                // EXT4_GOING_FLAGS_NOLOGFLUSH
constexpr int attempts_max = 8;                                           // others may take a free device first
constexpr std::chrono::seconds end_wait{20};

/// Attaches the file to a free loop device, which is freed with the last descriptor. Returns its number, or -1.
int attach(system::Descriptor& loop, int file) {
    const system::Descriptor control(open("/dev/loop-control", O_RDWR | O_CLOEXEC));
    for (int attempt = 0; control.is_open() && attempt < attempts_max; ++attempt) {
        const int number = ioctl(control.number(), LOOP_CTL_GET_FREE);
        if (number < 0) return -1;
        loop = system::Descriptor(open(("/dev/loop" + std::to_string(number)).c_str(), O_RDWR | O_CLOEXEC));
        loop_config config{};
        config.fd = static_cast<std::uint32_t>(file);
        config.info.lo_flags = LO_FLAGS_AUTOCLEAR;
        if (!loop.is_open()) return -1;
        if (ioctl(loop.number(), LOOP_CONFIGURE, &config) == 0) return number;
        if (errno != EBUSY) return -1;
    }
    return -1;
}

bool format(const std::string& device) {
    journal::ChildProcess program([&] {
        execl(formatter, formatter, "-q", "-F", device.c_str(), nullptr);
        return 127;
    });
    return program.end() == 0;
}

system::Descriptor opened_folder(const std::filesystem::path& folder) {
    return system::Descriptor(open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
}

std::string errno_text(const std::string& operation) {
    return operation + ": " + system::message_of_errno(errno);
}

} // namespace

std::unique_ptr<LoopDisk> LoopDisk::create(std::uint64_t megabytes) {
    std::unique_ptr<LoopDisk> disk(new LoopDisk);
    const std::string reason = disk->start(megabytes);
    if (reason.empty()) return disk;
    std::puts(("skipped: a power cut needs root, a loop device and mkfs.ext4: " + reason).c_str());
    return nullptr;
}

std::string LoopDisk::start(std::uint64_t megabytes) {
    if (geteuid() != 0) return "this user is not root";
    if (access(formatter, X_OK) != 0) return errno_text(formatter);
    if (unshare(CLONE_NEWNS) != 0) return errno_text("unshare");
    if (::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) return errno_text("mount of /");
    const system::Descriptor file(memfd_create("evenfold-disk", MFD_CLOEXEC));
    if (!file.is_open() || ftruncate(file.number(), static_cast<off_t>(megabytes << 20U)) != 0)
        return errno_text("a file in memory");
    const int number = attach(loop_, file.number());
    if (number < 0) return errno_text("a loop device");
    device_ = "/dev/loop" + std::to_string(number);
    if (!format(device_)) return "mkfs.ext4 failed";
    is_mounted_ = mount();
    return is_mounted_ ? "" : errno_text("mount of " + device_);
}

bool LoopDisk::mount() const {
    return ::mount(device_.c_str(), folder().c_str(), "ext4", MS_NOATIME, nullptr) == 0;
}

bool LoopDisk::sync() const {
    const system::Descriptor root = opened_folder(folder());
    return root.is_open() && syncfs(root.number()) == 0;
}

bool LoopDisk::cut_under(WritingProcess& writer, StepProgress& progress) const {
    progress.acknowledged = writer.acknowledged();
    const bool is_cut = cut_power();
    writer.stop();
    progress.attempted = std::max(progress.attempted, writer.acknowledged());
    return is_cut;
}

bool LoopDisk::cut_power() const {
    const system::Descriptor root = opened_folder(folder());
    std::uint32_t how = without_flush;
    return root.is_open() && ioctl(root.number(), shutdown_request, &how) == 0;
}

bool LoopDisk::restore_power() {
    const auto deadline = std::chrono::steady_clock::now() + end_wait;
    while (umount(folder().c_str()) != 0) { // processes of a killed server still end
        if (errno != EBUSY || std::chrono::steady_clock::now() > deadline) return false;
        sched_yield();
    }
    is_mounted_ = mount();
    return is_mounted_;
}

LoopDisk::~LoopDisk() {
    if (is_mounted_) umount2(folder().c_str(), MNT_DETACH);
}

} // namespace evenfold::tests::faults
