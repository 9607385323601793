#include "evenfold/journal/exchange/compat_line.hpp"

#include <array>
#include <initializer_list>
#include <nlohmann/json.hpp>

#include "evenfold/codec/text.hpp"
#include "evenfold/core/values/hex.hpp"

namespace evenfold::journal::exchange {
namespace {

using Json = nlohmann::json; // whose members are sorted

/// Returns the text of the member `name` of `object`, which is valid JSON, as it stands there.
std::string_view raw_member(std::string_view object, const std::string& name) {
    std::size_t depth = 0;
    std::size_t begin = std::string_view::npos;
    bool is_wanted = false;
    for (std::size_t at = 0; at < object.size(); ++at) {
        const char byte = object[at];
        if (byte == '"') {
            const std::size_t first = at;
            for (++at; object[at] != '"'; ++at) at += object[at] == '\\' ? 1U : 0U;
            const bool is_name = depth == 1 && begin == std::string_view::npos;
            if (is_name) is_wanted = Json::parse(object.substr(first, at + 1 - first)) == name;
        } else if (byte == ':' && depth == 1 && begin == std::string_view::npos) {
            begin = at + 1;
        } else if ((byte == ',' && depth == 1) || (byte == '}' && depth == 1)) {
            if (is_wanted && begin != std::string_view::npos) return object.substr(begin, at - begin);
            begin = std::string_view::npos;
        }
        if (byte == '{' || byte == '[') ++depth;
        if (byte == '}' || byte == ']') --depth;
    }
    return {};
}

std::string_view without_spaces_around(std::string_view text) {
    constexpr std::string_view spaces = " \t\r\n";
    const std::size_t begin = text.find_first_not_of(spaces);
    if (begin == std::string_view::npos) return {};
    return text.substr(begin, text.find_last_not_of(spaces) + 1 - begin);
}

using Read = std::expected<void, std::string>;

std::unexpected<std::string> not_given(std::string_view name, std::string_view expected) {
    return std::unexpected("its member '" + std::string(name) + "' is not " + std::string(expected));
}

/// Reads the first member of `names` that is there, which must be a text.
Read read_text(const Json& object, std::initializer_list<const char*> names, std::string& text) {
    for (const char* name : names) {
        const auto found = object.find(name);
        if (found == object.end()) continue;
        if (!found->is_string()) return not_given(name, "a text");
        text = found->get<std::string>();
        return {};
    }
    return std::unexpected("it has no member '" + std::string(*names.begin()) + "'");
}

/// Turns hexadecimal digits into the bytes of a hash.
Read to_hash(std::string_view name, std::string& text) {
    const auto bytes = hex::decode(text);
    if (!bytes || bytes->size() != chain::hash_size) return not_given(name, "a hash of 64 hexadecimal digits");
    text = *bytes;
    return {};
}

Read read_payload(const Json& object, std::string_view line, CompatPayload form, CompatLine& read) {
    const auto found = object.find("payload");
    if (found == object.end()) return std::unexpected("it has no member 'payload'");
    if (found->is_string())
        read.payload = found->get<std::string>();
    else if (form == CompatPayload::sorted_keys)
        read.payload = found->dump();
    else
        read.payload = without_spaces_around(raw_member(line, "payload"));
    return {};
}

Read read_time(const Json& object, Instant& at) {
    const auto found = object.find("at");
    if (found == object.end()) return {};
    if (found->is_number_integer()) {
        at.unix_ms = found->get<std::int64_t>();
        return {};
    }
    const auto parsed = found->is_string() ? parse_instant(found->get<std::string>()) : std::nullopt;
    if (!parsed) return not_given("at", "a time, such as 2026-09-21T14:13:20.000Z");
    at = *parsed;
    return {};
}

Read read_previous(const Json& object, std::optional<std::string>& previous) {
    const auto found = object.find("prev_hash");
    if (found == object.end()) return {};
    if (!found->is_string() && !found->is_null()) return not_given("prev_hash", "a text or null");
    previous = found->is_null() ? std::string() : found->get<std::string>();
    return {};
}

} // namespace

std::expected<CompatLine, std::string> parse_compat_line(std::string_view line, CompatPayload payload) {
    if (!codec::is_shallow(line)) return std::unexpected("it is nested too deeply to be read");
    const Json object = Json::parse(line, nullptr, false);
    if (!object.is_object()) return std::unexpected("it is not a JSON object");
    CompatLine read;
    Read done = read_text(object, {"stream", "plan_id", "planId"}, read.stream);
    if (done) done = read_text(object, {"type"}, read.type);
    if (done) done = read_payload(object, line, payload, read);
    if (done) done = read_text(object, {"mac", "signature", "hmac"}, read.mac);
    if (done) done = to_hash("mac", read.mac);
    if (done && object.contains("payload_hash")) {
        done = read_text(object, {"payload_hash"}, read.payload_hash);
        if (done) done = to_hash("payload_hash", read.payload_hash);
    }
    if (done) done = read_previous(object, read.previous);
    if (done) done = read_time(object, read.at);
    if (!done) return std::unexpected(std::move(done.error()));
    return read;
}

} // namespace evenfold::journal::exchange
