#include "evenfold/codec/personal/personal_reader.hpp"

#include <array>
#include <nlohmann/json.hpp>
#include <utility>

#include "evenfold/codec/text.hpp"

namespace evenfold::codec {
namespace {

constexpr std::string_view sealed_key = "$sealed";

/// Returns the content of an object whose only key is `key`.
const OrderedJson* content_of(const OrderedJson& json, std::string_view key) {
    if (!json.is_object() || json.size() != 1) return nullptr;
    const auto found = json.find(std::string(key));
    return found == json.end() ? nullptr : &*found;
}

std::optional<SealedValue> sealed_value(const OrderedJson& json) {
    const OrderedJson* sealed = content_of(json, sealed_key);
    if (!sealed || !sealed->is_object() || sealed->size() != 3) return std::nullopt;
    std::array<std::string, 3> texts;
    std::size_t count = 0;
    for (const char* name : {"subject", "nonce", "box"}) {
        const auto text = sealed->find(std::string(name));
        if (text == sealed->end() || !text->is_string()) return std::nullopt;
        texts[count++] = text->get_ref<const std::string&>();
    }
    return SealedValue{.subject = std::move(texts[0]), .nonce = std::move(texts[1]), .box = std::move(texts[2])};
}

} // namespace

bool is_erased(const OrderedJson& json) {
    const OrderedJson* mark = content_of(json, "$erased");
    return mark && mark->is_boolean() && mark->get<bool>();
}

std::string pointer_token(std::string_view name) {
    std::string token;
    for (const char at : name) {
        if (at == '~')
            token += "~0";
        else if (at == '/')
            token += "~1";
        else
            token += at;
    }
    return token;
}

std::expected<std::optional<std::string>, DecodeError>
PersonalReader::open(const std::string& path, const OrderedJson& json) const {
    DecodeError error{.kind = DecodeErrorKind::wrong_shape,
                      .type = std::string(type_),
                      .path = path,
                      .expected = "a sealed value",
                      .got = std::string(hidden_value)};
    const auto value = sealed_value(json);
    if (!value) return std::unexpected(std::move(error));
    if (!sealer_) {
        error.kind = DecodeErrorKind::unreadable_key;
        error.expected = "a sealer, because the value is sealed";
        error.got = "no sealer";
        return std::unexpected(std::move(error));
    }
    auto text = sealer_->unseal({.type = type_, .path = path}, *value);
    if (text) return *std::move(text);
    const bool is_damaged = text.error().kind == system::FailureKind::damaged;
    error.kind = is_damaged ? DecodeErrorKind::damaged_box : DecodeErrorKind::unreadable_key;
    error.expected = is_damaged ? "a sealed value of this field, as it was stored" : "the key of a sealed value";
    error.got = std::move(text.error().what);
    return std::unexpected(std::move(error));
}

std::expected<std::optional<std::string>, DecodeError> PersonalReader::open_all(std::string_view data) const {
    if (data.find(sealed_key) == std::string_view::npos || !is_shallow(data)) return std::nullopt;
    OrderedJson document = OrderedJson::parse(data, nullptr, false);
    if (document.is_discarded()) return std::nullopt; // the upcaster's result says so
    std::string path;
    const auto opened = open_parts(path, document);
    if (!opened) return std::unexpected(opened.error());
    return *opened == 0 ? std::nullopt : std::optional(document.dump());
}

/// Opens the sealed values in `json`, which is at `path`. Returns their number.
std::expected<std::size_t, DecodeError> PersonalReader::open_parts(std::string& path, OrderedJson& json) const {
    if (content_of(json, sealed_key)) {
        const auto text = open(path, json);
        if (!text) return std::unexpected(text.error());
        json = *text ? OrderedJson::parse(**text, nullptr, false) : OrderedJson{{"$erased", true}};
        return 1;
    }
    std::size_t count = 0;
    const auto open_part = [&](const std::string& name, OrderedJson& part) -> std::expected<void, DecodeError> {
        const std::size_t length = path.size();
        path += '/' + pointer_token(name);
        const auto opened = open_parts(path, part);
        path.resize(length);
        if (!opened) return std::unexpected(opened.error());
        count += *opened;
        return {};
    };
    if (json.is_structured()) {
        for (const auto& [name, part] : json.items()) {
            if (auto opened = open_part(name, part); !opened) return std::unexpected(std::move(opened.error()));
        }
    }
    return count;
}

} // namespace evenfold::codec
