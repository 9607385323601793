/// Opens the personal values of a stored event.
/// Shapes: {"$sealed":{"subject","nonce","box"}}, or {"$erased":true} for a value that was erased before it was stored.
/// Errors: DecodeError without any part of a value.
#pragma once

#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "evenfold/codec/codec.hpp"
#include "evenfold/codec/ordered_json.hpp"
#include "evenfold/codec/personal/sealer.hpp"

namespace evenfold::codec {

/// Stands in an error for a text that may be personal.
inline constexpr std::string_view hidden_value = "a value that is not shown, because it is personal";

class PersonalReader {
public:
    /// `type` is the stored name of the event. Without a sealer, sealed values are errors.
    PersonalReader(std::string_view type, Sealer* sealer) : type_(type), sealer_(sealer) {}

    /// Returns the JSON of the value that is sealed in `json` at `path`, or nullopt if its key was destroyed.
    [[nodiscard]] std::expected<std::optional<std::string>, DecodeError>
    open(const std::string& path, const OrderedJson& json) const;

    /// Returns `data`, an event of an earlier version, with each sealed value replaced by its own JSON or by the mark
    /// of an erased one, for the upcasters. Returns nullopt if there is none.
    [[nodiscard]] std::expected<std::optional<std::string>, DecodeError> open_all(std::string_view data) const;

private:
    [[nodiscard]] std::expected<std::size_t, DecodeError> open_parts(std::string& path, OrderedJson& json) const;

    std::string_view type_;
    Sealer* sealer_;
};

/// Returns whether `json` is the mark of an erased value.
[[nodiscard]] bool is_erased(const OrderedJson& json);

/// Does what decode does, but opens sealed values with `reader` and refuses personal values that are not sealed.
[[nodiscard]] std::expected<std::string, DecodeError>
decode_with(const PersonalReader& reader, const Shape& shape, void* object, std::string_view json);

/// Returns `name` as a token of an RFC 6901 pointer.
[[nodiscard]] std::string pointer_token(std::string_view name);

} // namespace evenfold::codec
