#include "evenfold/testing/law/codec_laws.hpp"

#include <expected>
#include <fmt/format.h>

#include "evenfold/codec/codec.hpp"
#include "evenfold/codec/event.hpp"
#include "evenfold/testing/personal/memory_sealer.hpp"

namespace evenfold::testing::kit {
namespace {

/// A decoded value, and the JSON of its unknown fields.
struct AnyDecoded {
    AnyPointer value;
    std::string unknown_fields;
};

/// Decodes `json` as codec::decode does.
std::expected<AnyDecoded, codec::DecodeError> decoded(const AnyType& type, std::string_view json) {
    AnyPointer value = type.make();
    if (codec::try_decode_fast(type.shape(), value.get(), json)) return AnyDecoded{std::move(value), {}};
    value = type.make();
    auto unknown = codec::decode(type.shape(), value.get(), json);
    if (!unknown) return std::unexpected(std::move(unknown.error()));
    return AnyDecoded{std::move(value), std::move(*unknown)};
}

Verdict answer_round_trip(const AnyTestable& domain, const AnyHistoryStep& step) {
    if (Verdict of_command = round_trip(domain.command_type(), step.command); !of_command) return of_command;
    if (step.decision.error) return round_trip(domain.error_type(), step.decision.error);
    for (std::size_t index = 0; index < step.decision.count; ++index) {
        if (Verdict of_event = round_trip(domain.event_type(), step.decision.event(index)); !of_event) return of_event;
    }
    return holds();
}

Verdict check_round_trips(const AnyHistory& history) {
    const AnyTestable& domain = history.domain();
    const Verdict verdict = each_sampled_step(
        history, [&](const AnyHistoryStep& step, const void*) { return answer_round_trip(domain, step); });
    return verdict ? round_trip(domain.model_type(), history.model()) : verdict;
}

Verdict check_unknown_fields(const AnyHistory& history) {
    return each_sampled_step(history, [&](const AnyHistoryStep& step, const void*) {
        for (std::size_t index = 0; index < step.decision.count; ++index) {
            const AnyType& events = history.domain().event_type();
            if (Verdict verdict = keeps_unknown_fields(events, step.decision.event(index)); !verdict) return verdict;
        }
        return holds();
    });
}

Verdict check_snapshots(const AnyHistory& history) {
    const std::size_t steps = history.size();
    const std::size_t stride = steps <= AnySampledSteps::short_max ? 1 : steps; // one snapshot is expensive
    const std::size_t first = history.count() % stride;
    const AnyType& models = history.domain().model_type();
    std::size_t index = 0;
    return each_step(history, [&](const AnyHistoryStep&, const void* model) {
        const std::size_t here = index++;
        if (here % stride != first) return holds();
        const auto snapshot = decoded(models, codec::encode(models.shape(), model));
        if (!snapshot) return breaks(codec::to_text(snapshot.error()));
        const Verdict verdict = continues_equally(history, here, snapshot->value.get());
        return verdict ? holds() : breaks("continued from a stored model, " + verdict.message());
    });
}

} // namespace

Verdict round_trip(const AnyType& type, const void* value) {
    const std::string json = codec::encode(type.shape(), value);
    const auto back = decoded(type, json);
    if (!back) return breaks(fmt::format("{} cannot be decoded: {}", json, codec::to_text(back.error())));
    if (!type.equal(back->value.get(), value))
        return equal(json + " is decoded to another value", type, value, back->value.get());
    if (!back->unknown_fields.empty()) return breaks(json + " is decoded with unknown fields");
    if (codec::encode(type.shape(), back->value.get()) != json)
        return breaks(json + " is encoded differently the second time");
    return holds();
}

Verdict keeps_unknown_fields(const AnyType& type, const void* event) {
    MemorySealer sealer;
    codec::StoredForm stored = codec::to_stored(type.shape(), event, {}, &sealer);
    if (!stored.data.starts_with('{')) return holds(); // an Unknown keeps all its bytes
    stored.data.insert(1, stored.data == "{}" ? R"("zz_later":[1])" : R"("zz_later":[1],)");
    const AnyPointer back = type.make();
    const auto unknown = codec::from_stored(type.shape(), back.get(), stored, {}, &sealer);
    if (!unknown) return breaks(fmt::format("{}: {}", stored.data, codec::to_text(unknown.error())));
    if (!type.equal(back.get(), event))
        return equal(stored.data + " is decoded to another value", type, event, back.get());
    if (codec::to_stored(type.shape(), back.get(), *unknown, &sealer).data.find(R"("zz_later":[1])") ==
        std::string::npos)
        return breaks("an unknown field is lost from " + stored.data);
    return holds();
}

Verdict continues_equally(const AnyHistory& history, std::size_t index, const void* snapshot) {
    const AnyTestable& domain = history.domain();
    const AnyPointer model = domain.model_type().copy(snapshot);
    for (; index < history.size(); ++index) {
        const AnyHistoryStep step = history.step(index);
        const auto again = domain.decide(step.command, model.get());
        if (!equal(domain, decision_view(*again), step.decision))
            return breaks(fmt::format("decide returns another result for {}", code_of_command(domain, step.command)));
        fold(domain, model.get(), step.decision);
    }
    return equal("the model differs at the end", domain.model_type(), history.model(), model.get());
}

AnyLaw codec_round_trip() {
    return {"codec-round-trip", "commands, events, errors and models survive a round trip through JSON",
            &check_round_trips};
}

AnyLaw unknown_fields_kept() {
    return {"unknown-fields-kept", "fields that this build does not know survive a round trip of an event",
            &check_unknown_fields};
}

AnyLaw snapshot_and_tail() {
    return {"snapshot-and-tail",
            "a model that was stored at any point decides and folds all later input as the live model does",
            &check_snapshots};
}

} // namespace evenfold::testing::kit
