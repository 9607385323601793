#include "evenfold/cli/signing/new_file.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <system_error>
#include <utility>

#include "evenfold/system/durable.hpp"
#include "evenfold/system/own_file.hpp"

namespace evenfold::cli {
namespace {

using system::Failure;

constexpr std::size_t pending_bytes_max = 8'388'608; // 8 MiB

Failure exists_already(const std::filesystem::path& path) {
    return {.kind = system::FailureKind::exists,
            .what = fmt::format("{}: a file of that name exists", path.string()),
            .remedy = "Choose another name."};
}

} // namespace

NewFile::NewFile(std::filesystem::path path, std::filesystem::path part, system::AppendedFile file)
    : path_(std::move(path)), part_(std::move(part)), file_(std::move(file)) {}

std::expected<NewFile, Failure> NewFile::create(std::filesystem::path path) {
    std::error_code error;
    if (std::filesystem::exists(std::filesystem::symlink_status(path, error)))
        return std::unexpected(exists_already(path));
    std::filesystem::path part = path;
    part += ".part";
    if (auto made = system::write_if_missing(part, 0600, {}); !made) return std::unexpected(std::move(made.error()));
    auto file = system::AppendedFile::open_to_append(part);
    if (!file) return std::unexpected(std::move(file.error()));
    return NewFile(std::move(path), std::move(part), *std::move(file));
}

std::expected<void, Failure> NewFile::write(std::string_view bytes) {
    pending_ += bytes;
    return pending_.size() < pending_bytes_max ? std::expected<void, Failure>() : flush();
}

std::expected<void, Failure> NewFile::flush() {
    if (auto appended = file_.append(size_, pending_); !appended) return appended;
    size_ += pending_.size();
    pending_.clear();
    return {};
}

std::expected<void, Failure> NewFile::finish() {
    if (auto flushed = flush(); !flushed) return flushed;
    std::error_code error;
    std::filesystem::create_hard_link(part_, path_, error); // a rename would replace another file
    if (error.value() == EEXIST) return std::unexpected(exists_already(path_));
    if (error) return std::unexpected(system::failure_of(path_, "create", error.value()));
    if (!std::filesystem::remove(part_, error))
        return std::unexpected(system::failure_of(part_, "remove", error.value()));
    return system::sync_path(path_.has_parent_path() ? path_.parent_path() : ".");
}

std::expected<void, Failure> write_new_file(const std::filesystem::path& path, std::string_view bytes) {
    auto file = NewFile::create(path);
    if (!file) return std::unexpected(std::move(file.error()));
    if (auto written = file->write(bytes); !written) return written;
    return file->finish();
}

} // namespace evenfold::cli
