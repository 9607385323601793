#include "evenfold/kernel/refusal_json.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "evenfold/codec/codec.hpp"
#include "evenfold/codec/compact_text.hpp"

namespace evenfold::kernel {

std::string to_json(const journal::Failure& failure) {
    const codec::OrderedJson json{{"class", "failure"},
                                  {"type", system::name_of(failure.kind)},
                                  {"what", failure.what},
                                  {"remedy", failure.remedy}};
    return codec::compact_text(json);
}

std::string to_json(const CommandIdConflict& conflict) {
    return fmt::format(R"({{"class":"conflict","type":"CommandIdConflict","command":"{}"}})",
                       to_text(conflict.command));
}

std::string to_json(const CauseNotFound& missing) {
    return fmt::format(R"({{"class":"not_found","type":"CauseNotFound","cause":{},"head":{}}})", missing.cause,
                       missing.head);
}

std::string to_json(const ExpectationFailed& failed) {
    return fmt::format(R"({{"class":"conflict","type":"ExpectationFailed","have":{}}})", failed.have);
}

std::string
invalid_json(std::string_view type, const std::string& at, const std::string& expected, const std::string& got) {
    const codec::OrderedJson json{
        {"class", "invalid"}, {"type", type}, {"at", at}, {"expected", expected}, {"got", got}};
    return codec::compact_text(json);
}

std::string to_json(const NotStorable& invalid) {
    const codec::EncodeError& error = invalid.error;
    return invalid_json("NotStorable", error.type + error.path, error.expected, error.got);
}

std::string error_json(std::string_view error_class, const Shape& shape, const void* error) {
    const std::string encoded = codec::encode(shape, error);
    std::string json = fmt::format(R"({{"class":"{}")", error_class);
    if (!std::holds_alternative<VariantShape>(shape.kind)) // only the alternatives of a variant carry their type
        json += fmt::format(R"(,"type":"{}")", shape.name);
    if (!encoded.starts_with('{')) return json + R"(,"value":)" + encoded + "}";
    return encoded == "{}" ? json + "}" : json + "," + encoded.substr(1);
}

} // namespace evenfold::kernel
