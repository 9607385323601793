#include "evenfold/kernel/event_list.hpp"

#include <nlohmann/json.hpp>

#include "evenfold/codec/compact_text.hpp"
#include "evenfold/codec/text.hpp"
#include "evenfold/core/reflection/type_name.hpp"

namespace evenfold::kernel {
namespace {

using Json = codec::OrderedJson;

} // namespace

std::expected<Sequence, journal::Failure> visit_events(journal::Journal& journal, const EventRange& range,
                                                       const std::function<bool(const journal::Record&)>& visit) {
    Sequence next = range.from;
    std::size_t left = range.at_most;
    if (left == 0) return next;
    // Events of other streams are skipped here, so a stream limits the number of events only after they are read.
    const std::uint64_t read_max = range.stream.empty() ? left : journal::all_events;
    const auto cursor = journal.open_cursor({.from = range.from, .at_most = read_max});
    if (!cursor) return std::unexpected(cursor.error());
    journal::EventPage page;
    for (;;) {
        const auto has_events = (*cursor)->next(page);
        if (!has_events) return std::unexpected(has_events.error());
        if (!*has_events) return next;
        for (const journal::Record& record : page.records()) {
            next = record.sequence + 1;
            if (!range.stream.empty() && record.stream != range.stream) continue;
            if (!visit(record) || --left == 0) return next;
        }
    }
}

std::expected<std::vector<std::string>, journal::Failure>
list_events(journal::Journal& journal, const EventRange& range) {
    std::vector<std::string> events;
    const auto read = visit_events(journal, range, [&](const journal::Record& record) {
        events.push_back(to_json(record));
        return true;
    });
    if (!read) return std::unexpected(read.error());
    return events;
}

std::expected<EventCounts, journal::Failure> count_events(journal::Journal& journal) {
    EventCounts counts;
    const auto read = visit_events(journal, {}, [&](const journal::Record& record) {
        const std::string_view type = record.removed ? removed_type : std::string_view(record.type);
        const auto found = counts.find(type);
        if (found == counts.end())
            counts.emplace(type, 1);
        else
            ++found->second;
        return true;
    });
    if (!read) return std::unexpected(read.error());
    return counts;
}

std::string to_json(const journal::Record& record) {
    Json json{{"sequence", record.sequence},           {"stream", record.stream}, {"version", record.version},
              {"command_id", to_text(record.command)}, {"index", record.index},   {"actor", name_of(record.actor)}};
    if (record.cause) json["cause"] = *record.cause;
    json["correlation"] = to_text(record.correlation);
    json["at"] = to_text(record.at);
    json["stored_at"] = to_text(record.stored_at);
    json["type"] = record.type;
    json["type_version"] = record.type_version;
    if (record.removed) {
        json["removed"] = true;
        return codec::compact_text(json);
    }
    Json data =
        codec::is_shallow(record.data) ? Json::parse(record.data, nullptr, false) : Json(Json::value_t::discarded);
    json["data"] = data.is_discarded() ? Json(record.data) : std::move(data);
    return codec::compact_text(json);
}

} // namespace evenfold::kernel
