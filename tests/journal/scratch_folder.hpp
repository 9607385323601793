/// A scratch directory for a test. The destructor removes it with its contents.
/// Shapes: a path below the system's temporary directory, or in memory, where many small files cost the disk nothing;
/// throws if it cannot be created.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <system_error>

namespace evenfold::journal {

/// Returns a folder in memory with a gibibyte of space, or the system's temporary directory where there is none.
inline std::filesystem::path memory_storage() {
    const std::filesystem::path memory = "/dev/shm";
    constexpr std::uintmax_t needed = std::uintmax_t{1} << 30U;
    std::error_code error;
    const auto space = std::filesystem::space(memory, error);
    return !error && space.available >= needed ? memory : std::filesystem::temp_directory_path();
}

class ScratchFolder {
public:
    explicit ScratchFolder(const std::filesystem::path& storage = std::filesystem::temp_directory_path()) {
        std::string name = (storage / "evenfold-journal-XXXXXX").string();
        if (!mkdtemp(name.data())) throw std::runtime_error("no scratch folder can be made");
        path_ = name;
    }
    ScratchFolder(const ScratchFolder&) = delete;
    ScratchFolder& operator=(const ScratchFolder&) = delete;
    ~ScratchFolder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }

    [[nodiscard]] const std::filesystem::path& path() const { return path_; }
    [[nodiscard]] std::filesystem::path operator/(const std::string& name) const { return path_ / name; }

private:
    std::filesystem::path path_;
};

} // namespace evenfold::journal
