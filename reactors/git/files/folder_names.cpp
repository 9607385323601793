#include "evenfold/reactors/git/files/folder_names.hpp"

#include <algorithm>
#include <cerrno>
#include <dirent.h>
#include <fcntl.h>
#include <memory>

#include "evenfold/reactors/git/files/path_text.hpp"

namespace evenfold::git {

bool FolderNames::has(std::string_view text) const {
    return std::ranges::binary_search(names, text, {},
                                      [](const FolderName& name) { return std::string_view(name.text); });
}

std::expected<FolderNames, Failure>
list_folder(int folder, const std::filesystem::path& shown, const std::function<bool(std::string_view)>& is_wanted) {
    FolderNames found;
    const std::unique_ptr<DIR, int (*)(DIR*)> stream(::fdopendir(::fcntl(folder, F_DUPFD_CLOEXEC, 0)), ::closedir);
    if (!stream) return std::unexpected(failure_of(shown, "list the folder", errno));
    errno = 0;
    // NOLINTNEXTLINE(concurrency-mt-unsafe): safe on a stream of its own
    while (const dirent* listed = ::readdir(stream.get())) {
        FolderName name{.text = static_cast<const char*>(listed->d_name)};
        if (name.text == "." || name.text == "..") continue;
        found.is_empty = false;
        if (!is_wanted(name.text)) continue;
        if (::fstatat(folder, name.text.c_str(), &name.status, AT_SYMLINK_NOFOLLOW) == 0) {
            if (S_ISDIR(name.status.st_mode)) name.text += '/';
            found.names.push_back(std::move(name));
        } else if (errno == EACCES) {
            return std::unexpected(failure_of(FailureKind::unreadable, shown.string()));
        } else if (errno != ENOENT) {
            return std::unexpected(failure_of(shown / path_text(name.text), "look at", errno));
        }
        errno = 0;
    }
    if (errno != 0) return std::unexpected(failure_of(shown, "list the folder", errno));
    std::ranges::sort(found.names, {}, &FolderName::text);
    return found;
}

} // namespace evenfold::git
