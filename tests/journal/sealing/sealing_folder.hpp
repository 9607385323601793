/// A scratch folder with a key store, and failures as text.
/// Shapes: the store is in `keys`; failures are "what | remedy" with the folder written as DIR.
#pragma once

#include <expected>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

#include "evenfold/journal/sealing/key_store.hpp"
#include "evenfold/tests/journal/scratch_folder.hpp"

namespace evenfold::journal::sealing {

inline const codec::FieldPath name_field{.type = "Joined", .path = "/name"};

class SealingFolder {
public:
    [[nodiscard]] std::filesystem::path store() const { return scratch_ / "keys"; }
    [[nodiscard]] std::filesystem::path path() const { return scratch_.path(); }
    [[nodiscard]] std::filesystem::path key_file(const std::string& name) const { return store() / "keys" / name; }
    [[nodiscard]] std::filesystem::path record_file(const std::string& name) const { return store() / "erased" / name; }

    [[nodiscard]] std::unique_ptr<KeyStore> create(KeyStoreOptions options = {}) const {
        return KeyStore::create(store(), std::move(options)).value();
    }
    [[nodiscard]] std::unique_ptr<KeyStore> open() const { return KeyStore::open(store()).value(); }

    template <class T>
    [[nodiscard]] std::string error_in(const std::expected<T, system::Failure>& result) const {
        if (result) return "no error";
        std::string text = result.error().what + " | " + result.error().remedy;
        const std::string folder = scratch_.path().string();
        for (std::size_t at = text.find(folder); at != std::string::npos; at = text.find(folder))
            text.replace(at, folder.size(), "DIR");
        return text;
    }

private:
    ScratchFolder scratch_;
};

[[nodiscard]] inline std::string bytes_of_file(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

inline void write_private_file(const std::filesystem::path& path, std::string_view bytes) {
    std::ofstream(path, std::ios::binary) << bytes;
    std::filesystem::permissions(path, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
}

/// Returns the names in `folder`.
[[nodiscard]] inline std::vector<std::string> names_in_folder(const std::filesystem::path& folder) {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) names.push_back(entry.path().filename());
    return names;
}

} // namespace evenfold::journal::sealing
