/// Reads the text of a witness policy line by line.
/// Errors: a NoteError with the number of the line.
#pragma once

#include <expected>
#include <optional>
#include <span>
#include <string_view>

#include "evenfold/journal/heads/note.hpp"
#include "evenfold/journal/heads/witness_policy.hpp"

namespace evenfold::journal::heads {

class PolicyParser {
public:
    using LineResult = std::expected<void, NoteError>;
    using LineWords = std::span<const std::string_view>;

    [[nodiscard]] std::expected<WitnessPolicy, NoteError> parse(std::string_view text);

private:
    [[nodiscard]] LineResult parse_line(std::string_view line);
    [[nodiscard]] LineResult add_log(LineWords words);
    [[nodiscard]] LineResult add_witness(LineWords words);
    [[nodiscard]] LineResult add_group(LineWords words);
    [[nodiscard]] LineResult set_quorum(LineWords words);
    [[nodiscard]] std::expected<VerifierKey, NoteError>
    new_key(std::string_view text, std::span<const PolicyMember> known, std::optional<SignatureType> type) const;
    [[nodiscard]] LineResult check_new_name(std::string_view name) const;
    [[nodiscard]] std::optional<std::size_t> find(std::string_view name) const;
    [[nodiscard]] std::unexpected<NoteError> wrong(std::string what) const;

    WitnessPolicy policy_;
    std::vector<bool> is_member_; // of each group and witness: whether it is part of a group
    bool has_quorum_line_ = false;
    std::size_t line_ = 0;
};

} // namespace evenfold::journal::heads
