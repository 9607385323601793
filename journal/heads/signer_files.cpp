#include "evenfold/journal/heads/signer_files.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <span>
#include <string_view>
#include <system_error>
#include <utility>

#include "evenfold/core/values/hex.hpp"
#include "evenfold/journal/heads/text_forms.hpp"
#include "evenfold/system/durable.hpp"
#include "evenfold/system/own_file.hpp"
#include "evenfold/system/random.hpp"
#include "evenfold/system/secrets/secret_source.hpp"
#include "evenfold/system/whole_file.hpp"

namespace evenfold::journal::heads {
namespace {

namespace fs = std::filesystem;
using system::Failure;
using system::FailureKind;
using system::SecretBytes;

constexpr std::size_t seed_digits = 2 * seed_bytes;
constexpr std::size_t key_file_bytes_max = 1'000'000;
constexpr std::uint32_t folder_mode = 0700;

std::unexpected<Failure> failed(FailureKind kind, std::string what, std::string remedy) {
    return std::unexpected(Failure{.kind = kind, .what = std::move(what), .remedy = std::move(remedy)});
}

std::span<const std::uint8_t> octets_in(const SecretBytes& bytes) {
    return {reinterpret_cast<const std::uint8_t*>(bytes.view().data()), bytes.size()};
}

/// Returns the digits of the seed with a line end. hex::encode would leave a copy in memory.
SecretBytes digits_of(const SecretBytes& seed) {
    SecretBytes digits(seed_digits + 1);
    auto digit = digits.buffer().begin();
    for (const std::uint8_t byte : octets_in(seed)) digit = std::ranges::copy(hex::byte_digits[byte], digit).out;
    *digit = '\n';
    return digits;
}

std::expected<SecretBytes, Failure> seed_in(const fs::path& file) {
    const auto digits = system::read_secret_file(file, seed_digits);
    if (!digits) return std::unexpected(digits.error());
    const auto value_at = [&](std::size_t at) {
        return hex::digit_values[static_cast<std::uint8_t>(digits->view()[at])];
    };
    SecretBytes seed(seed_bytes);
    bool is_seed = digits->size() == seed_digits;
    for (std::size_t i = 0; is_seed && i < seed_bytes; ++i) {
        is_seed = value_at(2 * i) != hex::no_digit && value_at(2 * i + 1) != hex::no_digit;
        seed.buffer()[i] = static_cast<char>(static_cast<unsigned>(value_at(2 * i)) << 4U | value_at(2 * i + 1));
    }
    if (is_seed) return seed;
    return failed(FailureKind::invalid,
                  fmt::format("{}: not a seed of {} hexadecimal digits", file.string(), seed_digits),
                  "Restore the file, or create another key in another folder: `evenfold keys signer DIR`.");
}

std::expected<void, Failure> make_signer_folder(const fs::path& folder) {
    if (auto made = system::make_folder(folder, folder_mode); !made) return made;
    if (auto checked = system::check_secret_folder(folder); !checked) return checked;
    const fs::path above = folder.has_filename() ? folder.parent_path() : folder.parent_path().parent_path();
    return system::sync_path(above.empty() ? fs::path(".") : above);
}

/// Writes the public file under another name first, so that it is whole or missing.
std::expected<void, Failure> write_verifier(const fs::path& file, const VerifierKey& verifier) {
    fs::path fresh = file;
    fresh += ".new";
    return system::write_durably(file, fresh, verifier.to_text(SignatureType::note) + "\n");
}

std::expected<std::vector<VerifierKey>, Failure> keys_in_file(const fs::path& file) {
    const auto text = system::read_whole_file(file, key_file_bytes_max);
    if (!text) return std::unexpected(text.error());
    const std::string lines = *text + "\n";
    std::vector<VerifierKey> keys;
    std::size_t number = 0;
    std::string_view rest = lines;
    while (auto line = take_line(rest)) {
        ++number;
        if (line->ends_with('\r')) line->remove_suffix(1);
        if (line->empty() || line->starts_with('#')) continue;
        auto key = VerifierKey::parse(*line);
        if (!key)
            return failed(FailureKind::invalid, fmt::format("{}: line {}: {}", file.string(), number, key.error().what),
                          std::move(key.error().remedy));
        if (std::ranges::count(keys, *key) == 0) keys.push_back(*std::move(key));
    }
    if (keys.empty())
        return failed(FailureKind::invalid, fmt::format("{}: no verifier key is in the file", file.string()),
                      "Write one verifier key per line, in the form NAME+ID+BASE64.");
    return keys;
}

} // namespace

std::expected<VerifierKey, Failure> new_signer_files(const fs::path& folder, const std::string& name) {
    SecretBytes seed(seed_bytes);
    if (auto filled = system::fill_random(seed.buffer()); !filled) return std::unexpected(std::move(filled.error()));
    const auto key = SigningKey::from_seed(name, octets_in(seed)); // first, because the name may be refused
    if (!key) return std::unexpected(key.error());
    if (auto made = make_signer_folder(folder); !made) return std::unexpected(std::move(made.error()));
    const fs::path verifier_file = folder / verifier_file_name;
    std::error_code error;
    if (fs::exists(fs::symlink_status(verifier_file, error)))
        return failed(FailureKind::exists, fmt::format("{}: exists already", verifier_file.string()),
                      "Name another folder; an existing key is never overwritten.");
    if (auto created = system::create_secret_file(folder / seed_file_name, digits_of(seed).view()); !created)
        return std::unexpected(std::move(created.error()));
    if (auto written = write_verifier(verifier_file, key->verifier()); !written) {
        fs::remove(folder / seed_file_name, error); // so that the next try succeeds
        return std::unexpected(std::move(written.error()));
    }
    return key->verifier();
}

std::expected<SigningKey, Failure> load_signing_key(const fs::path& folder) {
    if (auto checked = system::check_secret_folder(folder); !checked) return std::unexpected(checked.error());
    const fs::path verifier_file = folder / verifier_file_name;
    const auto verifiers = keys_in_file(verifier_file);
    if (!verifiers) return std::unexpected(verifiers.error());
    const auto seed = seed_in(folder / seed_file_name);
    if (!seed) return std::unexpected(seed.error());
    auto key = SigningKey::from_seed(verifiers->front().name(), octets_in(*seed));
    if (!key) return key;
    if (verifiers->size() > 1 || verifiers->front() != key->verifier())
        return failed(
            FailureKind::invalid,
            fmt::format("{}: not the verifier key of {}", verifier_file.string(), (folder / seed_file_name).string()),
            "Restore the file that belongs to the seed; heads by another key are not trusted.");
    return key;
}

std::expected<std::vector<VerifierKey>, Failure> load_verifier_keys(const std::string& key_or_file) {
    auto key = VerifierKey::parse(key_or_file);
    if (key) return std::vector{*std::move(key)};
    std::error_code error;
    if (fs::exists(key_or_file, error)) return keys_in_file(key_or_file);
    const bool is_like_a_key = std::ranges::count(key_or_file, '+') >= 2;
    return failed(is_like_a_key ? FailureKind::invalid : FailureKind::not_found,
                  fmt::format("'{}' is neither a verifier key nor a file: {}", key_or_file, key.error().what),
                  "Name a file, or give the key itself in the form NAME+ID+BASE64.");
}

} // namespace evenfold::journal::heads
