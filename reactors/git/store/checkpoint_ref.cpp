#include "evenfold/reactors/git/store/checkpoint_ref.hpp"

#include <cerrno>
#include <fcntl.h>
#include <unistd.h>

#include "evenfold/reactors/git/store/objects.hpp"
#include "evenfold/system/durable.hpp"

namespace evenfold::git {

namespace {

constexpr std::string_view ref_prefix = "refs/evenfold/";

/// Looks up `ref`. Returns libgit2's code, which is an error also for a file of its name that holds no ref.
int look_up(git_repository* handle, const std::string& ref, ReferenceHandle& found) {
    return git_reference_lookup(out(found), handle, ref.c_str());
}

std::filesystem::path prepared_path(const Repository& repository) {
    return repository.common_dir / "evenfold" / ("ref-" + name_of_folder(repository));
}

} // namespace

std::expected<void, Failure> check_ref(const std::string& ref) {
    start_library();
    int valid = 0;
    if (ref.starts_with(ref_prefix) && git_reference_name_is_valid(&valid, ref.c_str()) == 0 && valid != 0) return {};
    return std::unexpected(
        failure_of(FailureKind::invalid, ref + ": not a valid ref below " + std::string(ref_prefix)));
}

std::expected<system::Descriptor, Failure> prepare_ref(const Repository& repository, const ObjectId& id) {
    const auto path = prepared_path(repository);
    if (auto made = system::make_folders(path.parent_path()); !made) return std::unexpected(made.error());
    system::Descriptor file(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666));
    if (!file.is_open()) return std::unexpected(failure_of(path, "open to write", errno));
    if (const int error = system::write_all(file.number(), to_text(id) + "\n"))
        return std::unexpected(failure_of(path, "write", error));
    system::start_flush(file.number());
    return file;
}

std::expected<void, Failure>
publish_ref(const Repository& repository, const std::string& ref, const system::Descriptor& prepared) {
    const auto from = prepared_path(repository);
    const auto path = repository.common_dir / ref;
    if (auto flushed = system::sync_files({prepared.number()}, from); !flushed) return flushed;
    if (auto made = system::make_folders(path.parent_path()); !made) return made;
    if (::rename(from.c_str(), path.c_str()) != 0) return std::unexpected(failure_of(path, "rename", errno));
    return system::sync_path(path.parent_path());
}

std::expected<void, Failure> sync_ref(const Repository& repository, const std::string& ref) {
    return system::sync_up_to(repository.common_dir / ref, repository.common_dir);
}

std::expected<void, Failure> delete_ref(const Repository& repository, git_repository* handle, const std::string& ref) {
    const auto path = repository.common_dir / ref;
    // A killed process left the file, because only the holder of the lock works on this ref.
    ::unlink((path.string() + ".lock").c_str());
    ReferenceHandle found;
    int code = look_up(handle, ref, found);
    if (code != 0 && code != GIT_ENOTFOUND) {
        // A loss of power may leave a file that holds no ref.
        if (::unlink(path.c_str()) != 0 && errno != ENOENT)
            return std::unexpected(failure_of(path, "remove the ref", errno));
        code = look_up(handle, ref, found);
    }
    if (code == 0) code = git_reference_delete(found.get());
    if (code != 0 && code != GIT_ENOTFOUND) return std::unexpected(library_failure(ref, "remove the ref", code));
    return system::sync_up_to(path.parent_path(), repository.common_dir);
}

} // namespace evenfold::git
