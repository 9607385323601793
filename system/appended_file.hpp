/// A file to whose end records are added durably, by one process at a time.
/// Shapes: bytes by their offset. The whole file is locked until the object is destroyed: exclusively to append, shared
/// to read. So a reader never sees a part of a record, except of one that a crash has cut.
/// Errors: a Failure with the path; FailureKind::busy if the lock is held for longer than `lock_wait`.
///
///     auto file = AppendedFile::open_to_append("heads");
///     if (!file) return file.error();
///     return file->append(file->size(), "a record\n");
#pragma once

#include <chrono>
#include <cstdint>
#include <expected>
#include <filesystem>
#include <string>
#include <string_view>
#include <utility>

#include "evenfold/system/descriptor.hpp"
#include "evenfold/system/failure.hpp"

namespace evenfold::system {

class AppendedFile {
public:
    static constexpr std::chrono::milliseconds lock_wait{10'000};

    /// Creates the file if it does not exist. Its folder must exist.
    [[nodiscard]] static std::expected<AppendedFile, Failure> open_to_append(const std::filesystem::path& path);
    /// Fails with FailureKind::not_found if the file does not exist.
    [[nodiscard]] static std::expected<AppendedFile, Failure> open_to_read(const std::filesystem::path& path);

    [[nodiscard]] std::uint64_t size() const { return size_; }

    /// Returns the bytes from `from` to the end.
    [[nodiscard]] std::expected<std::string, Failure> read_from(std::uint64_t from) const;

    /// Keeps the first `kept` bytes, writes `bytes` after them, and flushes the file. After a failure, or a loss of
    /// power, the kept bytes are unchanged, and a part of `bytes` may follow them.
    [[nodiscard]] std::expected<void, Failure> append(std::uint64_t kept, std::string_view bytes);

private:
    AppendedFile(std::filesystem::path path, Descriptor file, std::uint64_t size)
        : path_(std::move(path)), file_(std::move(file)), size_(size) {}

    std::filesystem::path path_;
    Descriptor file_;
    std::uint64_t size_;
};

} // namespace evenfold::system
