#include <doctest/doctest.h>

#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "evenfold/journal/heads/text_forms.hpp"
#include "evenfold/tests/journal/heads/signed_notes.hpp"

// The signatures of the vector, checked by another program than this library.

namespace evenfold::tests::heads {
namespace {

// The beginning of an Ed25519 public key in DER (RFC 8410), before its 32 bytes.
constexpr std::string_view der_prefix{"\x30\x2a\x30\x05\x06\x03\x2b\x65\x70\x03\x21\x00", 12};

bool runs(const std::string& command) {
    return std::system((command + " > /dev/null 2>&1").c_str()) == 0; // NOLINT(cert-env33-c): fixed words
}

/// Files of one check by the program, deleted at the end.
class ProgramCheck {
public:
    ProgramCheck() { std::filesystem::create_directories(folder_); }
    ProgramCheck(const ProgramCheck&) = delete;
    ProgramCheck& operator=(const ProgramCheck&) = delete;
    ~ProgramCheck() { std::filesystem::remove_all(folder_); }

    /// Returns whether the program accepts the signature of `text`.
    [[nodiscard]] bool accepts(std::string_view text, std::string_view signature) const {
        write("key", std::string(der_prefix) + head_vector().public_key);
        write("text", text);
        write("signature", signature);
        return runs("openssl pkeyutl -verify -pubin -keyform DER -inkey " + path("key") + " -rawin -in " +
                    path("text") + " -sigfile " + path("signature"));
    }

private:
    [[nodiscard]] std::string path(const std::string& name) const { return (folder_ / name).string(); }
    void write(const std::string& name, std::string_view bytes) const {
        std::ofstream(path(name), std::ios::binary) << bytes;
    }

    std::filesystem::path folder_ =
        std::filesystem::temp_directory_path() / ("evenfold_heads_" + std::to_string(::getpid()));
};

} // namespace

TEST_CASE("Signed heads: the program openssl accepts both signatures of the vector.") {
    if (!runs("openssl version")) {
        std::puts("skipped: the program openssl is not installed");
        return;
    }
    const SignedNote note = parse_note(head_vector().note).value();
    REQUIRE(note.signatures.size() == 2);
    const std::string text(note.text);
    const std::string& first = note.signatures[0].bytes;
    const std::string second = note.signatures[1].bytes.substr(8); // after the time
    const ProgramCheck check;
    CHECK(check.accepts(text, first));
    CHECK_FALSE(check.accepts(text + "\n", first));
    CHECK_FALSE(check.accepts(text, second));
    CHECK(check.accepts("cosignature/v1\ntime 1790000001\n" + text, second));
    CHECK_FALSE(check.accepts("cosignature/v1\ntime 1790000002\n" + text, second));
}

} // namespace evenfold::tests::heads
