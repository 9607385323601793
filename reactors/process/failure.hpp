/// How starting, feeding and asking a program fails, and how a program ends.
/// Shapes: what broke, with the name of the program, and the remedy; `error` is an errno, or 0 where there is none.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace evenfold::reactors::process {

enum class FailureKind : std::uint8_t {
    not_started,  // there is no program; `error` tells why
    ended,        // the program has ended: nothing reaches it
    input_closed, // it does not read its input, or its input was closed by us
    input_full,   // it reads its input too slowly; what was to be written was not taken
    no_input,     // its format is not spoken over standard input
    not_asked,    // it waits for no such answer
    not_fitting   // the answer is none to what it asked
};

struct Failure {
    FailureKind kind = FailureKind::not_started;
    int error = 0;
    std::string what;
    std::string remedy;
    friend bool operator==(const Failure&, const Failure&) = default;
};

/// How a program ended: by itself with `code`, or by `signal`. Neither, where the system does not say, because this
/// process has it forget children that ended (SIGCHLD ignored).
struct Ended {
    std::optional<int> code;
    std::optional<int> signal;

    /// By itself, with 0.
    [[nodiscard]] bool is_well() const { return code == 0; }
    friend bool operator==(const Ended&, const Ended&) = default;
};

/// For a person, after the program's name: `ended with 127`, `was ended by signal 11 (Segmentation fault)`.
[[nodiscard]] std::string words_of(const Ended& ended);

} // namespace evenfold::reactors::process
