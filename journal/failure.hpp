/// Failures of a journal: why the storage could not do what was asked.
/// Shape: a kind for programs, and two sentences for people: what broke and where, and what they can do.
#pragma once

#include <cstdint>
#include <string>

namespace evenfold::journal {

enum class FailureKind : std::uint8_t {
    not_found,     // no such journal, and none may be made
    not_a_journal, // the file is something else
    other_domain,  // the journal keeps the events of another domain
    newer_version, // written by a later evenfold
    weaker,        // the storage will not promise what was asked
    read_only,
    full,
    too_large, // an event has more bytes than the storage takes in one piece
    busy,      // another writer holds it
    damaged,
    input_output
};

/// The world broke. `what` names the file and the place, `remedy` what a person can do.
struct Failure {
    FailureKind kind = FailureKind::input_output;
    std::string what;
    std::string remedy;
    friend bool operator==(const Failure&, const Failure&) = default;
};

} // namespace evenfold::journal
