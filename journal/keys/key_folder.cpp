#include "evenfold/journal/keys/key_folder.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string_view>
#include <system_error>
#include <utility>

#include "evenfold/core/values/hex.hpp"
#include "evenfold/system/durable.hpp"
#include "evenfold/system/file_status.hpp"
#include "evenfold/system/random.hpp"
#include "evenfold/system/secrets/secret_source.hpp"

namespace evenfold::journal::keys {
namespace {

namespace fs = std::filesystem;
using system::Failure;
using system::FailureKind;

constexpr std::string_view fresh_link = "current.new"; // left by a `make_current` that was interrupted
constexpr std::size_t new_secret_bytes = 32;

std::unexpected<Failure> refused(FailureKind kind, std::string what, std::string remedy) {
    return std::unexpected(Failure{.kind = kind, .what = std::move(what), .remedy = std::move(remedy)});
}

std::string remedy_of_link(const fs::path& link) {
    return fmt::format("Let it name a file of the folder: `ln -sfn FILE {}`.", link.string());
}

bool is_link(const fs::path& path) {
    const auto status = system::status_of(path, system::Links::keep);
    return status && status->type == system::FileType::link;
}

/// Returns whether `name` is the link that `make_current` is about to rename, or was when the folder was listed.
bool is_fresh_link(const fs::path& folder, const std::string& name) {
    if (name != fresh_link) return false;
    const auto status = system::status_of(folder / name, system::Links::keep);
    return !status || status->type == system::FileType::link;
}

/// Returns the names in `folder`, sorted.
std::expected<std::vector<std::string>, Failure> names_in(const fs::path& folder) {
    std::vector<std::string> names;
    std::error_code error;
    fs::directory_iterator each(folder, error);
    for (; !error && each != fs::directory_iterator(); each.increment(error))
        names.push_back(each->path().filename().string());
    if (error) return std::unexpected(system::failure_of(folder, "list the secrets", error.value()));
    std::ranges::sort(names);
    return names;
}

/// Returns the name to which the link `current` points.
std::expected<std::string, Failure> target_of(const fs::path& link) {
    if (!is_link(link))
        return refused(FailureKind::unsafe, fmt::format("{}: not a symbolic link", link.string()),
                       fmt::format("Rename the file, then run `ln -s FILE {}`.", link.string()));
    std::error_code error;
    const fs::path target = fs::read_symlink(link, error);
    if (error) return std::unexpected(system::failure_of(link, "read the link", error.value()));
    return target.string();
}

/// Marks the key whose file the link names.
std::expected<void, Failure> mark_writing(std::vector<RingKey>& keys, const fs::path& link, const std::string& target) {
    const auto named =
        std::ranges::find_if(keys, [&](const RingKey& key) { return fs::path(key.source).filename() == target; });
    if (named == keys.end())
        return refused(FailureKind::unsafe,
                       fmt::format("{}: names '{}', which is no secret of the folder", link.string(), target),
                       remedy_of_link(link));
    named->writes = true;
    return {};
}

} // namespace

std::expected<RingKey, Failure> read_key_file(const fs::path& path) {
    const auto secret = system::read_secret_file(path, chain::secret_bytes_max);
    if (!secret) return std::unexpected(secret.error());
    auto key = key_from(*secret, path.string());
    if (!key) return std::unexpected(std::move(key.error()));
    return RingKey{.key = *std::move(key), .source = path.string()};
}

std::expected<std::vector<RingKey>, Failure> read_key_folder(const fs::path& folder) {
    if (auto checked = system::check_secret_folder(folder); !checked) return std::unexpected(checked.error());
    const auto names = names_in(folder);
    if (!names) return std::unexpected(names.error());
    std::vector<RingKey> keys;
    std::optional<std::string> current;
    for (const std::string& name : *names) {
        if (is_fresh_link(folder, name)) continue;
        if (name == current_name) {
            auto target = target_of(folder / name);
            if (!target) return std::unexpected(std::move(target.error()));
            current = *std::move(target);
            continue;
        }
        auto key = read_key_file(folder / name);
        if (!key) return std::unexpected(std::move(key.error()));
        keys.push_back(*std::move(key));
    }
    if (current) {
        if (auto marked = mark_writing(keys, folder / current_name, *current); !marked)
            return std::unexpected(std::move(marked.error()));
    }
    if (keys.empty())
        return refused(FailureKind::not_found, fmt::format("{}: no secret is in the folder", folder.string()),
                       fmt::format("Create one: `evenfold keys new {}`.", (folder / "FILE").string()));
    return keys;
}

std::expected<std::string, Failure> new_secret_file(const fs::path& path) {
    system::SecretBytes random(new_secret_bytes);
    if (auto filled = system::fill_random(random.buffer()); !filled) return std::unexpected(std::move(filled.error()));
    system::SecretBytes text(2 * new_secret_bytes + 1);
    auto digit = text.buffer().begin();
    for (const char byte : random.view())
        digit = std::ranges::copy(hex::byte_digits[static_cast<std::uint8_t>(byte)], digit).out;
    *digit = '\n';
    if (auto created = system::create_secret_file(path, text.view()); !created)
        return std::unexpected(std::move(created.error()));
    text.shorten(2 * new_secret_bytes);
    const auto key = key_from(text, path.string());
    if (!key) return std::unexpected(key.error());
    return key->id();
}

std::expected<void, Failure> make_current(const fs::path& folder, const std::string& file) {
    const fs::path link = folder / current_name;
    const fs::path fresh = folder / fresh_link;
    if (file.empty() || file.contains('/') || file == current_name || file == fresh_link)
        return refused(FailureKind::invalid, fmt::format("'{}' cannot be the secret of {}", file, link.string()),
                       "Name a file of the folder, without its path.");
    if (auto checked = system::check_secret_folder(folder); !checked) return checked;
    if (auto key = read_key_file(folder / file); !key) return std::unexpected(std::move(key.error()));
    std::error_code error;
    if (fs::exists(fs::symlink_status(link, error))) {
        if (auto target = target_of(link); !target) return std::unexpected(std::move(target.error()));
    }
    fs::remove(fresh, error);
    fs::create_symlink(file, fresh, error);
    if (error) return std::unexpected(system::failure_of(fresh, "create the link", error.value()));
    fs::rename(fresh, link, error);
    if (error) return std::unexpected(system::failure_of(link, "replace the link", error.value()));
    return system::sync_path(folder);
}

} // namespace evenfold::journal::keys
