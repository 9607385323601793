#include "evenfold/journal/heads/signer_files.hpp"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <iterator>

#include "evenfold/core/values/hex.hpp"
#include "evenfold/system/secrets/secret_bytes.hpp"
#include "evenfold/tests/journal/heads/signed_notes.hpp"
#include "evenfold/tests/journal/keys/secret_folder.hpp"
#include "evenfold/tests/support/process/memory.hpp"

namespace evenfold::tests::heads {
namespace {

using keys::error_in;
using keys::SecretFolder;

const std::string signer_name = "journal.example/plans";

std::string text_of(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

unsigned mode_of(const std::filesystem::path& path) {
    struct stat status{};
    return ::stat(path.c_str(), &status) == 0 ? status.st_mode & 07777U : 0;
}

/// Writes the files of the vector's key.
void write_vector(const SecretFolder& folder) {
    folder.write("signer.seed", hex::encode(head_vector().seed) + "\n");
    folder.write("signer.pub", vector_key().verifier().to_text(SignatureType::note) + "\n", 0644);
}

std::string load_error(const SecretFolder& folder) {
    return error_in(folder.path(), load_signing_key(folder.path()));
}

/// Reads the seed into memory that keeps it inverted only.
std::string inverted_seed(const std::filesystem::path& file) {
    std::string bytes(2 * seed_bytes, '\0');
    const int descriptor = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
    CHECK(::read(descriptor, bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()));
    ::close(descriptor);
    const auto value = [&](std::size_t at) {
        return unsigned{hex::digit_values[static_cast<std::uint8_t>(bytes[at])]};
    };
    for (std::size_t i = 0; i < seed_bytes; ++i) bytes[i] = static_cast<char>(~(value(2 * i) << 4U | value(2 * i + 1)));
    std::string inverted = bytes.substr(0, seed_bytes);
    system::wipe(bytes.data(), bytes.size());
    return inverted;
}

} // namespace

TEST_CASE("Signer files: a new key signs, its seed is the user's alone, and nothing is overwritten.") {
    const SecretFolder scratch;
    const auto folder = scratch / "signer";
    const auto created = new_signer_files(folder, signer_name);
    REQUIRE(created);
    CHECK(mode_of(folder) == 0700);
    CHECK(mode_of(folder / "signer.seed") == 0600);
    CHECK(text_of(folder / "signer.pub") == created->to_text(SignatureType::note) + "\n");
    CHECK(text_of(folder / "signer.seed").size() == 65);
    const auto key = load_signing_key(folder);
    REQUIRE(key);
    CHECK(key->verifier() == *created);
    CHECK(created->verifies("text", key->sign("text").value()));
    CHECK(error_in(scratch.path(), new_signer_files(folder, signer_name)) ==
          "DIR/signer/signer.pub: exists already | Name another folder; an existing key is never overwritten.");
    std::filesystem::remove(folder / "signer.pub");
    CHECK(error_in(scratch.path(), new_signer_files(folder, signer_name)) ==
          "DIR/signer/signer.seed: exists already | Name another file; an existing one is never overwritten.");
    CHECK(new_signer_files(scratch / "other/", signer_name).value() != *created);
}

TEST_CASE("Signer files: a name that no signer can have leaves no file.") {
    const SecretFolder scratch;
    CHECK(
        error_in(scratch.path(), new_signer_files(scratch / "signer", "a b")) ==
        "a signer cannot have this name of 3 bytes | choose 1 to 255 bytes of UTF-8 without spaces, control characters "
        "and '+'");
    CHECK_FALSE(std::filesystem::exists(scratch / "signer"));
}

TEST_CASE("Signer files: the key of the vector is read, in either case of digits.") {
    const SecretFolder folder;
    write_vector(folder);
    CHECK(load_signing_key(folder.path()).value().verifier() == vector_key().verifier());
    std::string digits = hex::encode(head_vector().seed);
    for (char& digit : digits) digit = digit >= 'a' ? static_cast<char>(digit - 'a' + 'A') : digit;
    folder.write("signer.seed", digits);
    CHECK(load_signing_key(folder.path()).value().verifier() == vector_key().verifier());
}

TEST_CASE("Signer files: damaged, missing and foreign files are refused with their names.") {
    const SecretFolder folder;
    write_vector(folder);
    const std::string digits = hex::encode(head_vector().seed);
    for (const std::string& wrong :
         {digits.substr(1), digits.substr(0, 63) + "g", digits.substr(0, 62) + "\n", std::string()}) {
        folder.write("signer.seed", wrong);
        CHECK(load_error(folder) ==
              "DIR/signer.seed: not a seed of 64 hexadecimal digits | Restore the file, or create "
              "another key in another folder: `evenfold keys signer DIR`.");
    }
    folder.write("signer.seed", digits + "00");
    CHECK(load_error(folder).starts_with("DIR/signer.seed: the secret has more than 64 bytes | "));
    folder.write("signer.seed", digits, 0644);
    CHECK(load_error(folder).starts_with("DIR/signer.seed: the secret has the mode 0644: expected 0600 or 0400 | "));
    folder.write("signer.seed", digits);
    folder.write("signer.pub", signing_key(1, signer_name).verifier().to_text(SignatureType::note) + "\n");
    CHECK(load_error(folder) ==
          "DIR/signer.pub: not the verifier key of DIR/signer.seed | Restore the file that belongs to "
          "the seed; heads by another key are not trusted.");
    folder.write("signer.pub", "");
    CHECK(load_error(folder) == "DIR/signer.pub: no verifier key is in the file | Write one verifier key per line, in "
                                "the form NAME+ID+BASE64.");
    std::filesystem::remove(folder / "signer.pub");
    CHECK(load_error(folder).starts_with("DIR/signer.pub: open: No such file or directory | "));
    write_vector(folder);
    std::filesystem::remove(folder / "signer.seed");
    CHECK(load_error(folder).starts_with("DIR/signer.seed: open the secret: No such file or directory | "));
    std::filesystem::permissions(folder.path(), std::filesystem::perms::all);
    CHECK(load_error(folder).starts_with("DIR: others may create files in the folder: its mode is 0777 | "));
}

TEST_CASE("Verifier keys: a text is one key, a file has one per line, and anything else is refused.") {
    const SecretFolder folder;
    const VerifierKey first = vector_key().verifier();
    const VerifierKey second = signing_key(1).verifier();
    const std::string first_text = first.to_text(SignatureType::note);
    CHECK(load_verifier_keys(first_text).value() == std::vector{first});
    CHECK(load_verifier_keys(first.to_text(SignatureType::cosignature)).value() == std::vector{first});
    folder.write("keys", "# the old key\n" + first_text + "\r\n\n" + second.to_text(SignatureType::note) + "\n" +
                             first.to_text(SignatureType::cosignature));
    CHECK(load_verifier_keys(folder / "keys").value() == std::vector{first, second});
    folder.write("keys", "# the old key\n" + first_text.substr(1) + "\n");
    CHECK(error_in(folder.path(), load_verifier_keys(folder / "keys")).starts_with("DIR/keys: line 2: "));
    CHECK(error_in(folder.path(), load_verifier_keys(folder / "gone")) ==
          "'DIR/gone' is neither a verifier key nor a file: a verifier key needs a name, an id and a key | Name a "
          "file, or "
          "give the key itself in the form NAME+ID+BASE64.");
    CHECK(load_verifier_keys(first_text.substr(1)).error().kind == system::FailureKind::invalid);
    CHECK(load_verifier_keys("gone").error().kind == system::FailureKind::not_found);
}

TEST_CASE("Signer files: no copy of the seed is left in memory.") {
    if (!measures_memory) return; // a sanitizer maps more memory than can be searched
    const SecretFolder scratch;
    REQUIRE(new_signer_files(scratch / "signer", signer_name));
    const std::string inverted = inverted_seed(scratch / "signer" / "signer.seed");
    CHECK(copies_in_memory(inverted) == 0);
    {
        const auto key = load_signing_key(scratch / "signer");
        REQUIRE(key);
        CHECK(copies_in_memory(inverted) > 0); // the control: the search finds the copy that libcrypto needs
    }
    CHECK(copies_in_memory(inverted) == 0);
}

} // namespace evenfold::tests::heads
