/// Writes personal values where the text is stored or hashed, and not only shown.
/// Shapes: {"$sealed":{"subject","nonce","box"}} in a stored event, {"$personal":"<hash>"} in the text that is hashed
/// for a fingerprint. Errors: EncodeError without its path, which the encoder adds.
#pragma once

#include <expected>
#include <string>
#include <string_view>

#include "evenfold/codec/codec.hpp"
#include "evenfold/codec/personal/sealer.hpp"

namespace evenfold::codec {

enum class PersonalForm : std::uint8_t { sealed, hashed };

class PersonalWriter {
public:
    /// `type` is the stored name of the event or command. Without a sealer, personal values are refused.
    PersonalWriter(PersonalForm form, std::string_view type, Sealer* sealer)
        : form_(form), type_(type), sealer_(sealer) {}

    /// Returns the JSON of the personal value at `path`, whose own JSON is `text`. `subject` is null if the struct
    /// names none; otherwise it is a field of the struct at `owner`.
    [[nodiscard]] std::expected<std::string, EncodeError>
    write(const std::string& path, const SubjectField* subject, const void* owner, std::string_view text) const;

private:
    PersonalForm form_;
    std::string_view type_;
    Sealer* sealer_;
};

/// Returns the text by which a key store knows the subject of the struct at `owner`: the text or name itself, the
/// characters of an id, or the digits of a number.
[[nodiscard]] std::string subject_text(const SubjectField& subject, const void* owner);

/// Does what try_encode does, but writes personal values with `writer`.
[[nodiscard]] std::expected<std::string, EncodeError> try_encode_with(const PersonalWriter& writer, const Shape& shape,
                                                                      const void* object,
                                                                      std::string_view unknown_fields = {});

/// As above, but writes null for a part without JSON, also for a personal value that cannot be written.
[[nodiscard]] std::string
encode_with(const PersonalWriter& writer, const Shape& shape, const void* object, std::string_view unknown_fields = {});

} // namespace evenfold::codec
