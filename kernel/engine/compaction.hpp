/// Plans the compaction of the journal of a domain (compaction_plan.hpp). It changes nothing. It holds the decoded
/// events of the whole journal, and folds them twice. Errors: the journal cannot be read; an event that would get
/// another payload is of another version than this build writes; the domain changes its model.
///
///     const auto plan = kernel::plan_compaction<Plans>(journal, "plans").value();
///     assert(plan.changes.front().data->size() > 0); // the new payload of the first event that changes
#pragma once

#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "evenfold/core/hooks.hpp"
#include "evenfold/core/reflection/digest.hpp"
#include "evenfold/core/reflection/shape_of.hpp"
#include "evenfold/journal/journal.hpp"
#include "evenfold/kernel/engine/compaction_plan.hpp"
#include "evenfold/kernel/engine/defect.hpp"
#include "evenfold/kernel/event_list.hpp"
#include "evenfold/kernel/replay.hpp"

namespace evenfold::kernel {

namespace compacting {

/// An event as it is stored. With unknown fields it has version 0, because this build cannot write it.
struct WrittenEvent {
    Sequence sequence = 0;
    std::string type;
    std::uint32_t version = 0;
};

[[nodiscard]] journal::Failure personal_values();
[[nodiscard]] journal::Failure another_version(const WrittenEvent& written);
[[nodiscard]] journal::Failure another_model(std::string_view function);

/// The events of a journal that have a payload.
template <Domain D>
struct DecodedLog {
    std::vector<typename D::Event> events;
    std::vector<WrittenEvent> written; // the same
    Sequence head = 0;
};

template <Domain D>
[[nodiscard]] std::expected<DecodedLog<D>, journal::Failure> decoded_log(journal::Journal& journal) {
    DecodedLog<D> log;
    std::optional<journal::Failure> failure;
    const auto end = visit_events(journal, {}, [&](const journal::Record& record) {
        if (record.removed) return true;
        auto event = event_of<D>(record);
        if (!event) {
            failure = std::move(event.error());
            return false;
        }
        log.events.push_back(std::move(event->body));
        log.written.push_back({record.sequence, record.type, event->unknown_fields.empty() ? record.type_version : 0});
        return true;
    });
    if (failure) return std::unexpected(std::move(*failure));
    if (!end) return std::unexpected(end.error());
    log.head = *end - 1;
    return log;
}

/// Returns the data of `event` as it is stored in place of `written`.
template <Domain D>
[[nodiscard]] std::expected<std::string, journal::Failure>
data_in_place(const typename D::Event& event, const WrittenEvent& written) {
    auto form = codec::to_stored(shape_of<typename D::Event>(), &event);
    if (form.type == written.type && form.version == written.version) return std::move(form.data);
    return std::unexpected(another_version(written));
}

template <HasCompaction D>
[[nodiscard]] std::expected<CompactionPlan, journal::Failure> plan(journal::Journal& journal, std::string function) {
    const auto log = decoded_log<D>(journal);
    if (!log) return std::unexpected(log.error());
    const std::vector<std::optional<typename D::Event>> compacted = D::compact(log->events);
    CompactionPlan plan;
    plan.function = std::move(function);
    plan.head = log->head;
    typename D::Model before{};
    typename D::Model after{};
    for (std::size_t index = 0; index < log->events.size(); ++index) {
        const std::optional<typename D::Event>& event = compacted[index];
        before = D::project(std::move(before), log->events[index]);
        if (event) after = D::project(std::move(after), *event);
        if (event == log->events[index]) continue;
        plan.changes.push_back({.sequence = log->written[index].sequence, .data = {}});
        if (!event) continue;
        auto data = data_in_place<D>(*event, log->written[index]);
        if (!data) return std::unexpected(std::move(data.error()));
        plan.changes.back().data = std::move(*data);
    }
    if (digest(D::kept_by_compaction(before)) != digest(D::kept_by_compaction(after)))
        return std::unexpected(another_model(plan.function));
    plan.digest_before = to_text(digest(before));
    plan.digest_after = to_text(digest(after));
    return plan;
}

} // namespace compacting

/// Returns the plan for all events of `journal`. `name` is that of the domain.
template <HasCompaction D>
[[nodiscard]] std::expected<CompactionPlan, journal::Failure>
plan_compaction(journal::Journal& journal, std::string_view name) {
    if (codec::has_personal_fields(shape_of<typename D::Event>()))
        return std::unexpected(compacting::personal_values());
    try {
        return compacting::plan<D>(journal, std::string(name) + "/" + std::to_string(D::compaction_version));
    } catch (...) {
        return std::unexpected(exception_failure("the events could not be compacted"));
    }
}

} // namespace evenfold::kernel
