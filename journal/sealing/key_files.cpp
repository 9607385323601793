#include "evenfold/journal/sealing/key_files.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <fmt/format.h>
#include <optional>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "evenfold/core/values/hex.hpp"
#include "evenfold/journal/sealing/box.hpp"
#include "evenfold/system/durable.hpp"
#include "evenfold/system/file_lock.hpp"
#include "evenfold/system/file_status.hpp"
#include "evenfold/system/own_file.hpp"
#include "evenfold/system/random.hpp"
#include "evenfold/system/secrets/secret_source.hpp"

namespace evenfold::journal::sealing {
namespace {

namespace fs = std::filesystem;
using system::AppendedFile;
using system::Failure;
using system::FailureKind;
using system::SecretBytes;

constexpr const char* secret_name = "secret";
constexpr const char* keys_name = "keys";
constexpr const char* erased_name = "erased";
constexpr const char* erasures_name = "erasures";
constexpr const char* fresh_suffix = ".new"; // of a file that create_secret_file has not finished

std::unexpected<Failure> failed(FailureKind kind, std::string what, std::string remedy) {
    return std::unexpected(Failure{.kind = kind, .what = std::move(what), .remedy = std::move(remedy)});
}

/// Returns whether there is something at `path`. An error is not taken for "no": a destroyed key would then be used.
std::expected<bool, Failure> is_present(const fs::path& path) {
    const auto status = system::status_of(path, system::Links::keep);
    if (status || status.error() == ENOENT) return status.has_value();
    return std::unexpected(system::failure_of(path, "look up", status.error()));
}

/// Returns the names in `folder`.
std::expected<std::vector<std::string>, Failure> list(const fs::path& folder) {
    std::vector<std::string> names;
    std::error_code error;
    fs::directory_iterator each(folder, error);
    for (; !error && each != fs::directory_iterator(); each.increment(error))
        names.push_back(each->path().filename().string());
    if (error) return std::unexpected(system::failure_of(folder, "list the key store", error.value()));
    return names;
}

/// Removes what an interrupted creation of `path` has left. The caller holds the store's lock.
void remove_fresh(fs::path path) {
    std::error_code ignored; // the creation that follows reports it
    fs::remove(path += fresh_suffix, ignored);
}

std::expected<void, Failure> create_empty_file(const fs::path& path) {
    const auto present = is_present(path);
    if (!present) return std::unexpected(present.error());
    if (*present) return {};
    remove_fresh(path);
    return system::create_secret_file(path, {});
}

/// Creates the file `path` with a new key.
std::expected<void, Failure> create_key_file(const fs::path& path) {
    SecretBytes key(key_bytes);
    if (auto filled = system::fill_random(key.buffer()); !filled) return filled;
    SecretBytes text(2 * key_bytes + 1);
    auto digit = text.buffer().begin();
    for (const char byte : key.view())
        digit = std::ranges::copy(hex::byte_digits[static_cast<std::uint8_t>(byte)], digit).out;
    *digit = '\n';
    remove_fresh(path);
    return system::create_secret_file(path, text.view());
}

std::optional<std::uint8_t> digit_value(char digit) {
    if (digit >= '0' && digit <= '9') return static_cast<std::uint8_t>(digit - '0');
    if (digit >= 'a' && digit <= 'f') return static_cast<std::uint8_t>(digit - 'a' + 10);
    return std::nullopt;
}

/// Reads the key in the file `path`, without a copy in memory that is not wiped.
std::expected<SecretBytes, Failure> read_key(const fs::path& path) {
    const auto text = system::read_secret_file(path, 2 * key_bytes);
    if (!text) return std::unexpected(text.error());
    SecretBytes key(key_bytes);
    bool is_key = text->size() == 2 * key_bytes;
    for (std::size_t at = 0; is_key && at < key_bytes; ++at) {
        const auto high = digit_value(text->view()[2 * at]);
        const auto low = digit_value(text->view()[2 * at + 1]);
        is_key = high && low;
        if (is_key) key.buffer()[at] = static_cast<char>(*high << 4U | *low);
    }
    if (is_key) return key;
    return failed(FailureKind::unreadable, fmt::format("{}: not a key of 64 hexadecimal digits", path.string()),
                  "Restore the key store from its own backup.");
}

/// Refuses a folder that others can read or write.
std::expected<void, Failure> check_folder(const fs::path& folder) {
    if (auto checked = system::check_secret_folder(folder); !checked) return checked;
    const auto status = system::status_of(folder, system::Links::follow);
    if (!status) return std::unexpected(system::failure_of(folder, "look up", status.error()));
    if ((status->mode & 0077U) == 0) return {};
    return failed(
        FailureKind::unsafe,
        fmt::format("{}: others may read the folder: its mode is {:04o}, expected 0700", folder.string(), status->mode),
        fmt::format("Run `chmod 700 {}`.", folder.string()));
}

/// Creates `folder` and its parts, all but the secret. Refuses a folder with other contents.
std::expected<void, Failure> create_folders(const fs::path& folder) {
    const fs::path above = folder.has_filename() ? folder.parent_path() : folder.parent_path().parent_path();
    const fs::path parent = above.empty() ? fs::path(".") : above;
    if (auto made = system::make_folder(folder, 0700); !made) return made;
    if (auto checked = check_folder(folder); !checked) return checked;
    const auto names = list(folder);
    if (!names) return std::unexpected(names.error());
    constexpr std::array<std::string_view, 5> parts{erasures_name, "erasures.new", keys_name, erased_name,
                                                    "secret.new"};
    const bool is_begun =
        std::ranges::any_of(*names, [&](const std::string& name) { return name.starts_with(parts[0]); });
    for (const std::string& name : *names) {
        if (!is_begun || std::ranges::count(parts, name) == 0)
            return failed(FailureKind::exists, fmt::format("{}: has '{}' already", folder.string(), name),
                          "Open the key store if it is one; otherwise name another folder.");
    }
    if (auto created = create_empty_file(folder / erasures_name); !created) return created; // first, as a mark
    for (const char* part : {keys_name, erased_name}) {
        if (auto made = system::make_folder(folder / part, 0700); !made) return made;
    }
    return system::sync_path(parent);
}

} // namespace

std::expected<KeyFiles, Failure> KeyFiles::create(const fs::path& folder) {
    if (auto created = create_folders(folder); !created) return std::unexpected(std::move(created.error()));
    if (auto created = create_key_file(folder / secret_name); !created)
        return std::unexpected(std::move(created.error()));
    return open(folder);
}

std::expected<KeyFiles, Failure> KeyFiles::open(const fs::path& folder) {
    const auto present = is_present(folder / secret_name);
    if (!present) return std::unexpected(present.error());
    if (!*present)
        return failed(FailureKind::not_found, fmt::format("{}: there is no key store", folder.string()),
                      "Name the folder of the journal's key store; create one only for a new journal.");
    if (auto checked = check_folder(folder); !checked) return std::unexpected(std::move(checked.error()));
    auto secret = read_key(folder / secret_name);
    if (!secret) return std::unexpected(std::move(secret.error()));
    auto erasures = system::open_to_lock(folder / erasures_name);
    if (!erasures) return std::unexpected(system::failure_of(folder / erasures_name, "open", erasures.error()));
    KeyFiles files(folder, *std::move(secret), *std::move(erasures));
    if (auto completed = files.complete_destructions(); !completed)
        return std::unexpected(std::move(completed.error()));
    return files;
}

std::expected<StoredKey, Failure> KeyFiles::find(const std::string& name) const {
    const fs::path record = folder_ / erased_name / name;
    const auto before = is_present(record);
    if (!before) return std::unexpected(before.error());
    if (*before) return DestroyedKey{};
    auto key = read_key(folder_ / keys_name / name);
    if (key) return *std::move(key);
    if (const auto now = is_present(record); now && *now) return DestroyedKey{};
    if (key.error().kind == FailureKind::not_found) return MissingKey{};
    return std::unexpected(std::move(key.error()));
}

std::expected<StoredKey, Failure> KeyFiles::find_or_create(const std::string& name) const {
    const auto lock = AppendedFile::open_to_append(folder_ / erasures_name);
    if (!lock) return std::unexpected(lock.error());
    auto found = find(name);
    if (!found || !std::holds_alternative<MissingKey>(*found)) return found;
    if (auto created = create_key_file(folder_ / keys_name / name); !created)
        return std::unexpected(std::move(created.error()));
    return find(name);
}

std::expected<bool, Failure> KeyFiles::destroy(const std::string& name) const {
    auto lock = AppendedFile::open_to_append(folder_ / erasures_name);
    if (!lock) return std::unexpected(lock.error());
    const auto present = is_present(folder_ / keys_name / name);
    if (!present || !*present) return present;
    if (auto destroyed = destroy_locked(*lock, name); !destroyed) return std::unexpected(std::move(destroyed.error()));
    return true;
}

std::uint64_t KeyFiles::erasures() const {
    const auto status = system::status_of(erasures_.number());
    return status ? status->bytes : 0;
}

/// Completes destructions that were interrupted after their record was written.
std::expected<void, Failure> KeyFiles::complete_destructions() const {
    const auto names = list(folder_ / erased_name);
    if (!names) return std::unexpected(names.error());
    for (const std::string& name : *names) {
        const auto present = is_present(folder_ / keys_name / name);
        if (!present) return std::unexpected(present.error());
        if (!*present) continue;
        if (auto destroyed = destroy(name); !destroyed) return std::unexpected(std::move(destroyed.error()));
    }
    return {};
}

/// Writes the record, notifies other processes, which then forget the key, and destroys the key.
std::expected<void, Failure> KeyFiles::destroy_locked(AppendedFile& erasures, const std::string& name) const {
    if (auto recorded = create_empty_file(folder_ / erased_name / name); !recorded) return recorded;
    if (auto counted = erasures.append(erasures.size(), "."); !counted) return counted;
    const fs::path key = folder_ / keys_name / name;
    remove_fresh(key);
    return system::destroy_secret_file(key);
}

} // namespace evenfold::journal::sealing
