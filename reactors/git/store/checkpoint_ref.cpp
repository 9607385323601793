#include "evenfold/reactors/git/store/checkpoint_ref.hpp"

#include <cerrno>
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

} // namespace

std::expected<void, Failure> check_ref(const std::string& ref) {
    start_library();
    int valid = 0;
    if (ref.starts_with(ref_prefix) && git_reference_name_is_valid(&valid, ref.c_str()) == 0 && valid != 0) return {};
    return std::unexpected(
        failure_of(FailureKind::invalid, ref + ": not a valid ref below " + std::string(ref_prefix)));
}

std::expected<void, Failure> write_ref(const Repository& repository, const std::string& ref, const ObjectId& id) {
    const auto path = repository.common_dir / ref;
    const auto own = repository.common_dir / "evenfold";
    if (auto made = system::make_folders(own); !made) return made;
    if (auto made = system::make_folders(path.parent_path()); !made) return made;
    return system::write_durably(path, own / ("ref-" + name_of_folder(repository)), to_text(id) + "\n");
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
