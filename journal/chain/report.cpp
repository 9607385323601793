#include "evenfold/journal/chain/report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <iterator>

#include "evenfold/core/reflection/type_name.hpp"
#include "evenfold/core/text/utf8.hpp"
#include "evenfold/core/values/hex.hpp"

namespace evenfold::journal::chain {
namespace {

/// Returns `text` as a string in JSON. Written here because this library links no JSON library for one small document.
std::string json_text_of(std::string_view text) {
    std::string json = "\"";
    while (!text.empty()) {
        const std::size_t size = utf8::character_size(text);
        const auto first = static_cast<unsigned char>(text.front());
        if (size == 0)
            json += utf8::replacement;
        else if (first == '"' || first == '\\')
            json.append({'\\', text.front()});
        else if (first < 0x20)
            fmt::format_to(std::back_inserter(json), "\\u{:04x}", first);
        else
            json += text.substr(0, size);
        text.remove_prefix(std::max<std::size_t>(size, 1));
    }
    return json + '"';
}

std::string json_of(const ChainBreak& broken) {
    return fmt::format(R"("broken_at": {}, "reason": {}, "stream": {}, "version": {}, "detail": {}, "last_good": {}, )",
                       broken.broken_at, json_text_of(name_of(broken.reason)), json_text_of(broken.stream),
                       broken.version, json_text_of(broken.detail),
                       broken.broken_at - std::min<Sequence>(broken.broken_at, 1));
}

std::string json_of(const KeyUse& key) {
    return fmt::format(R"({{"id": {}, "scheme": {}, "events": {}}})", json_text_of(key.id), json_text_of(key.scheme),
                       key.events);
}

std::string json_of(const ChainRemark& remark) {
    return fmt::format(R"({{"remark": {}, "from": {}, "count": {}}})", json_text_of(name_of(remark.kind)), remark.from,
                       remark.count);
}

template <class Values>
std::string list_of(const Values& values) {
    std::string json;
    for (const auto& value : values) json += (json.empty() ? "" : ", ") + json_of(value);
    return "[" + json + "]";
}

std::string scope_of(const ProvenPart& part) {
    const std::string head = part.head ? fmt::format(R"({{"size": {}, "root": {}}})", part.head->size,
                                                     json_text_of(hex::encode(part.head->root)))
                                       : "null";
    return fmt::format(R"("scope": "part", "of": {}, "first": {}, "last": {}, "proven_by": {}, )",
                       part.part.stream ? json_text_of(*part.part.stream) : "null", part.part.first, part.part.last,
                       head);
}

std::string scope_of(const ChainReport& report) {
    if (report.part) return scope_of(*report.part);
    if (report.stream) return fmt::format(R"("scope": "stream", "of": {}, )", json_text_of(*report.stream));
    if (report.first > 1) return fmt::format(R"("scope": "from_head", "first": {}, )", report.first);
    return R"("scope": "all", )";
}

} // namespace

std::string_view name_of(BreakReason reason) {
    if (reason == BreakReason::is_unsigned) return "unsigned"; // a keyword of C++
    return evenfold::name_of<BreakReason>(reason);
}

std::string_view name_of(RemarkKind kind) {
    return evenfold::name_of<RemarkKind>(kind);
}

std::string to_json(const ChainReport& report) {
    std::string json = report.ok() ? R"({"ok": true, )" : R"({"ok": false, )" + json_of(*report.broken);
    json += scope_of(report);
    json += fmt::format(R"("events": {}, "signed": {}, "removed": {}, "head": {{"sequence": {}, )", report.events,
                        report.signed_events, report.removed, report.head);
    json += fmt::format(
        R"("signature": {}, "root": {}}}, "keys": {}, )", report.mac ? json_text_of(hex::encode(*report.mac)) : "null",
        report.stream || report.part ? "null" : json_text_of(hex::encode(report.root)), list_of(report.keys));
    if (report.anchored) {
        const AnchoredSize& anchored = *report.anchored;
        json += fmt::format(R"("anchored": {{"size": {}, "anchor": {}, "at": {}}}, )", anchored.size,
                            json_text_of(anchored.anchor), json_text_of(to_text(anchored.at)));
    } else {
        json += R"("anchored": null, )";
    }
    return json + R"("remarks": )" + list_of(report.remarks) + "}";
}

} // namespace evenfold::journal::chain
