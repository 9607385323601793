/// An anchor that is a program: it gets each head on its standard input, and has taken it if it exits with 0.
/// Shapes: the environment variable EVENFOLD_ANCHOR_OLD_SIZE has the size of the last head that it took, 0 if there is
/// none. For a witness, the input is the body of C2SP tlog-witness add-checkpoint, and cosignatures in its output are
/// added to the head. If a witness fails with the size of another head as its output, it is asked once more with a
/// proof from there. Of the output, 64 KiB are kept.
/// The program runs in a process group of its own, which is killed at the deadline. It does not inherit secrets.
/// Errors: see anchor.hpp; the failures of starting a program, and FailureKind::ended if it fails or is killed.
///
///     using namespace reactors::anchors;
///     const auto anchor = open_command_anchor({.command = {"sh", "-c", "cat > sent; echo kept"}});
///     const auto receipt = anchor->publish({.note = head, .trusted = {key.verifier()}, .consistency = prove});
///     if (!receipt) return receipt.error().what;
///     assert(receipt->response == "kept\n");
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "evenfold/journal/heads/keys.hpp"
#include "evenfold/reactors/anchors/anchor.hpp"

namespace evenfold::reactors::anchors {

inline constexpr std::size_t command_output_bytes_max = 64UL * 1024;

struct CommandAnchorOptions {
    std::vector<std::string> command; // the program and its arguments
    bool is_witness = false;
    /// Whose cosignatures are taken; empty: all, unchecked.
    std::vector<journal::heads::VerifierKey>
        witnesses{};                            // NOLINT(readability-redundant-member-init): may be left unnamed
    std::chrono::milliseconds deadline{30'000}; // of one `publish`
};

/// Returns the anchor `command:PROGRAM ARGUMENT...`. It cannot be read. Call `publish` on a thread that outlives the
/// program, because the program is killed when the thread ends.
[[nodiscard]] std::unique_ptr<Anchor> open_command_anchor(CommandAnchorOptions options);

} // namespace evenfold::reactors::anchors
