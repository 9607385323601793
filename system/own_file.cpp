#include "evenfold/system/own_file.hpp"

#include <cerrno>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include "evenfold/system/descriptor.hpp"

namespace evenfold::system {

namespace {

std::string_view words_of(const FileStatus& status, FileType wanted) {
    if (status.type == FileType::link) return "a symbolic link";
    if (status.type != wanted) return wanted == FileType::folder ? "no folder" : "no plain file";
    return "a mount";
}

} // namespace

bool is_own(std::uint32_t owner) {
    return owner == 0 || owner == user_id();
}

std::expected<void, Failure>
check_own(const std::filesystem::path& file, const FileStatus& status, const OwnFile& wanted) {
    const auto unsafe = [&](const std::string& why) {
        return std::unexpected(Failure{
            .kind = FailureKind::unsafe, .what = fmt::format("{}: {}", file.string(), why), .remedy = wanted.remedy});
    };
    // A mounted folder is one folder, whatever its names.
    const bool is_only_name = wanted.type == FileType::regular && wanted.has_one_name;
    if (status.type != wanted.type || (is_only_name && status.is_mount))
        return unsafe(fmt::format("{}, where {} belongs", words_of(status, wanted.type), wanted.role));
    if (is_only_name && status.links > 1)
        return unsafe(
            fmt::format("it has {} names (hard links), so that writing it would change another file", status.links));
    if (wanted.trusts(status.owner)) return {};
    return unsafe(fmt::format("it belongs to the user with id {}, and not to you or the administrator", status.owner));
}

std::expected<void, Failure> make_folder(const std::filesystem::path& folder, std::uint32_t mode) {
    if (::mkdir(folder.c_str(), mode) != 0) {
        if (errno == EEXIST) return {};
        return std::unexpected(failure_of(folder, "create the folder", errno));
    }
    if (::chmod(folder.c_str(), mode) != 0) return std::unexpected(failure_of(folder, "set the permissions", errno));
    return {};
}

std::expected<void, Failure>
write_if_missing(const std::filesystem::path& file, std::uint32_t mode, std::string_view bytes) {
    const Descriptor created(::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode));
    if (!created.is_open()) {
        if (errno == EEXIST) return {};
        return std::unexpected(failure_of(file, "create", errno));
    }
    if (::fchmod(created.number(), mode) != 0) return std::unexpected(failure_of(file, "set the permissions", errno));
    if (const int error = write_all(created.number(), bytes); error != 0)
        return std::unexpected(failure_of(file, "write", error));
    return {};
}

} // namespace evenfold::system
