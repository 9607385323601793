#include "evenfold/reactors/git/repository_lock.hpp"

#include <cerrno>

#include "evenfold/reactors/git/store/objects.hpp"
#include "evenfold/system/file_lock.hpp"

namespace evenfold::git {

std::expected<RepositoryLock, Failure> RepositoryLock::acquire(const Repository& repository) {
    const std::string name = name_of_folder(repository);
    const auto path = repository.git_dir / "evenfold" / ("lock-" + name);
    auto lock = system::lock_file(path, repository.stop, lock_wait_max);
    if (!lock) return std::unexpected(lock.error());
    struct stat status{};
    if (::futimens(lock->number(), nullptr) != 0 || ::fstat(lock->number(), &status) != 0)
        return std::unexpected(failure_of(path, "touch", errno));
    return RepositoryLock(std::move(*lock), cache_file_of(repository), status.st_mtim);
}

std::filesystem::path cache_file_of(const Repository& repository) {
    return repository.git_dir / "evenfold" / ("index-" + name_of_folder(repository));
}

std::expected<system::Descriptor, Failure> lock_worktrees(const Repository& repository) {
    return system::lock_file(repository.common_dir / "evenfold" / "lock-worktrees", repository.stop, lock_wait_max);
}

} // namespace evenfold::git
