#include "evenfold/system/file_note.hpp"

#include <sys/types.h>
#include <sys/xattr.h>

namespace evenfold::system {

bool note_on(const std::filesystem::path& file, const std::string& name, std::string_view text) {
    return ::lsetxattr(file.c_str(), name.c_str(), text.data(), text.size(), 0) == 0;
}

std::string note_of(const std::filesystem::path& file, const std::string& name) {
    constexpr std::size_t text_max = 4096; // of a path
    std::string text(text_max, '\0');
    const ssize_t size = ::lgetxattr(file.c_str(), name.c_str(), text.data(), text.size());
    text.resize(size > 0 ? static_cast<std::size_t>(size) : 0);
    return text;
}

} // namespace evenfold::system
