/// Laws of the stored forms: what goes through JSON comes back, and what this build does not know is kept.
/// Cost: commands and answers of the steps that are looked at are encoded and decoded; so are two models.
/// Source: the laws L5 and L9 of the orchestration specification, section 6.8.
#pragma once

#include <fmt/format.h>

#include "evenfold/codec/codec.hpp"
#include "evenfold/codec/event.hpp"
#include "evenfold/testing/law/look.hpp"

namespace evenfold::testing {

/// `value` through its JSON.
template <class T>
[[nodiscard]] Verdict round_trip(const T& value) {
    const std::string json = codec::encode(value);
    const auto decoded = codec::decode<T>(json);
    if (!decoded) return breaks(fmt::format("{} cannot be decoded: {}", json, codec::to_text(decoded.error())));
    if (!(decoded->value == value)) return equal(json + " is decoded to something else", value, decoded->value);
    if (!decoded->unknown_fields.empty()) return breaks(json + " is decoded with fields that are unknown");
    if (codec::encode(decoded->value) != json) return breaks(json + " is encoded otherwise the second time");
    return holds();
}

/// `event` through the form in which a journal keeps it, with a field beside its own.
template <class Event>
[[nodiscard]] Verdict keeps_unknown_fields(const Event& event) {
    codec::StoredForm stored = codec::to_stored(shape_of<Event>(), &event);
    if (!stored.data.starts_with('{')) return holds(); // an Unknown keeps all its bytes
    stored.data.insert(1, stored.data == "{}" ? R"("zz_later":[1])" : R"("zz_later":[1],)");
    Event decoded{};
    const auto unknown = codec::from_stored(shape_of<Event>(), &decoded, stored);
    if (!unknown) return breaks(fmt::format("{}: {}", stored.data, codec::to_text(unknown.error())));
    if (!(decoded == event)) return equal(stored.data + " is decoded to something else", event, decoded);
    if (codec::to_stored(shape_of<Event>(), &decoded, *unknown).data.find(R"("zz_later":[1])") == std::string::npos)
        return breaks("a field of a later version is lost from " + stored.data);
    return holds();
}

template <Domain D>
[[nodiscard]] Law<D> codec_round_trip() {
    return {"codec-round-trip", "commands, events, errors and models come back from JSON as they went",
            [](const History<D>& history) {
                const Verdict verdict = each_look(history, [](const Step<D>& step, const typename D::Model&) {
                    if (Verdict of_command = round_trip(step.command); !of_command) return of_command;
                    if (!step.answer) return round_trip(step.answer.error());
                    for (const auto& event : *step.answer) {
                        if (Verdict of_event = round_trip(event); !of_event) return of_event;
                    }
                    return holds();
                });
                return verdict ? round_trip(history.model) : verdict;
            }};
}

template <Domain D>
[[nodiscard]] Law<D> unknown_fields_kept() {
    return {"unknown-fields-kept", "fields that this build does not know survive a round trip of an event",
            [](const History<D>& history) {
                return each_look(history, [](const Step<D>& step, const typename D::Model&) {
                    if (!step.answer) return holds();
                    for (const auto& event : *step.answer) {
                        if (Verdict verdict = keeps_unknown_fields(event); !verdict) return verdict;
                    }
                    return holds();
                });
            }};
}

/// Whether a kernel that starts from `snapshot`, before step `place`, goes on as `history` did.
template <Domain D>
[[nodiscard]] Verdict goes_on(const History<D>& history, std::size_t place, typename D::Model snapshot) {
    for (; place < history.steps.size(); ++place) {
        const Step<D>& step = history.steps[place];
        if (D::decide(step.command, snapshot) != step.answer)
            return breaks(fmt::format("{} is answered otherwise", code_of(step.command)));
        if (step.answer) snapshot = folded<D>(std::move(snapshot), *step.answer);
    }
    return equal("the model differs at the end", history.model, snapshot);
}

template <Domain D>
[[nodiscard]] Law<D> snapshot_and_tail() {
    return {"snapshot-and-tail", "a model stored at any point answers and folds what follows as the live one does",
            [](const History<D>& history) {
                const std::size_t steps = history.steps.size();
                const std::size_t stride = steps <= Looks<D>::short_max ? 1 : steps; // one is dear
                const std::size_t first = history.count() % stride;
                std::size_t place = 0;
                return each_step(history, [&](const Step<D>&, const typename D::Model& model) {
                    const std::size_t here = place++;
                    if (here % stride != first) return holds();
                    auto snapshot = codec::decode<typename D::Model>(codec::encode(model));
                    if (!snapshot) return breaks(codec::to_text(snapshot.error()));
                    Verdict verdict = goes_on(history, here, std::move(snapshot->value));
                    return verdict ? holds() : breaks("from a model that was stored here, " + verdict.told());
                });
            }};
}

} // namespace evenfold::testing
