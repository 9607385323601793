/// A folder of secrets for tests, and the ways in which its files can be wrong.
/// Shapes: paths in a scratch directory of mode 0700; errors as "what | remedy".
#pragma once

#include <expected>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

#include "evenfold/system/failure.hpp"
#include "evenfold/tests/journal/scratch_folder.hpp"

namespace evenfold::tests::keys {

inline constexpr std::string_view first_secret = "a test secret of more than thirty-two bytes"; // of the vectors
inline constexpr std::string_view first_id = "bb0f877a81fb14b9";
inline constexpr std::string_view second_secret = "another test secret of more than 32 bytes";

class SecretFolder {
public:
    [[nodiscard]] const std::filesystem::path& path() const { return scratch_.path(); }
    [[nodiscard]] std::filesystem::path operator/(const std::string& name) const { return scratch_ / name; }

    void write(const std::string& name, std::string_view bytes, unsigned mode = 0600) const {
        std::ofstream(path() / name, std::ios::binary) << bytes;
        std::filesystem::permissions(path() / name, static_cast<std::filesystem::perms>(mode));
    }
    void link(const std::string& name, const std::string& target) const {
        std::filesystem::create_symlink(target, path() / name);
    }

private:
    journal::ScratchFolder scratch_;
};

/// Returns the error with the folder's path written as DIR, or "no error".
template <class T>
std::string error_in(const std::filesystem::path& folder, const std::expected<T, system::Failure>& result) {
    if (result) return "no error";
    std::string text = result.error().what + " | " + result.error().remedy;
    for (std::size_t at = text.find(folder.string()); at != std::string::npos; at = text.find(folder.string()))
        text.replace(at, folder.string().size(), "DIR");
    return text;
}

} // namespace evenfold::tests::keys
