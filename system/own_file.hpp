/// Files and folders that the program uses because of their name alone. Whoever can write the folder above could have
/// put something else there: a link to a file of the user, another name of it, or a file of his own.
/// Errors: Failure of kind unsafe with the reason, or of the operating system.
///
///     const auto status = status_of(folder, Links::keep);
///     if (status) checked = check_own(folder, *status, {.type = FileType::folder, .role = "the journal's folder"});
#pragma once

#include <cstdint>
#include <expected>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

#include "evenfold/system/failure.hpp"
#include "evenfold/system/file_status.hpp"

namespace evenfold::system {

/// Returns whether `owner` is this user or the administrator.
[[nodiscard]] bool is_own(std::uint32_t owner);

/// The file that a name should denote.
struct OwnFile {
    FileType type = FileType::regular; // or folder
    bool has_one_name = true;          // refuses a plain file with several names, and a mount of one
    std::string role;                  // for the message: "a file of the journal j.db"
    std::string remedy;
    std::function<bool(std::uint32_t owner)> trusts = &is_own;
};

/// Refuses `status`, of `file`, if it is a link or of another type, if it is a plain file with several names or a mount
/// of one, or if its owner is not trusted.
[[nodiscard]] std::expected<void, Failure>
check_own(const std::filesystem::path& file, const FileStatus& status, const OwnFile& wanted);

/// Creates a folder with the permissions `mode`, whatever the umask. Succeeds if something of that name exists.
[[nodiscard]] std::expected<void, Failure> make_folder(const std::filesystem::path& folder, std::uint32_t mode);

/// Creates a file with the permissions `mode` and `bytes`. Does nothing if something of that name exists.
[[nodiscard]] std::expected<void, Failure>
write_if_missing(const std::filesystem::path& file, std::uint32_t mode, std::string_view bytes);

} // namespace evenfold::system
