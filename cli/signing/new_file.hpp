/// New files that a verb writes: whole under their name, or not at all. They never replace another file.
/// Shapes: for this user alone, because journals are. Bytes are first in `FILE.part`, which a
/// failure leaves; the next attempt overwrites it.
/// Errors: Failure with the path; `exists` if there is a file of that name.
#pragma once

#include <cstdint>
#include <expected>
#include <filesystem>
#include <string>
#include <string_view>

#include "evenfold/system/appended_file.hpp"

namespace evenfold::cli {

class NewFile {
public:
    [[nodiscard]] static std::expected<NewFile, system::Failure> create(std::filesystem::path path);

    [[nodiscard]] std::expected<void, system::Failure> write(std::string_view bytes);

    /// Gives the file its name, durably.
    [[nodiscard]] std::expected<void, system::Failure> finish();

private:
    NewFile(std::filesystem::path path, std::filesystem::path part, system::AppendedFile file);
    [[nodiscard]] std::expected<void, system::Failure> flush();

    std::filesystem::path path_;
    std::filesystem::path part_;
    system::AppendedFile file_;
    std::uint64_t size_ = 0;
    std::string pending_; // bytes to write at once, because each write waits for the disk
};

[[nodiscard]] std::expected<void, system::Failure>
write_new_file(const std::filesystem::path& path, std::string_view bytes);

} // namespace evenfold::cli
