#include "evenfold/testing/law/hook_laws.hpp"

#include <string>

namespace evenfold::testing::kit {
namespace {

Verdict effects_of_the_model(const AnyHistory& history) {
    const AnyTestable& domain = history.domain();
    Verdict verdict = each_sampled_step(history, [&](const AnyHistoryStep&, const void* model) {
        return domain.have_same_effects(model, domain.model_type().copy(model).get());
    });
    if (!verdict) return verdict;
    const AnyPointer replayed = domain.model_type().make();
    for (const void* event : history.events()) domain.project(replayed.get(), event);
    const Verdict at_the_end = domain.have_same_effects(history.model(), replayed.get());
    return at_the_end ? holds() : breaks("at the end: " + at_the_end.message());
}

Verdict streams_of_the_model(const AnyHistory& history) {
    const AnyTestable& domain = history.domain();
    return each_sampled_step(history, [&](const AnyHistoryStep& step, const void* before) {
        const AnyPointer model = domain.model_type().copy(before);
        for (std::size_t index = 0; index < step.decision.count; ++index) {
            const void* event = step.decision.event(index);
            const AnyPointer copy = domain.model_type().copy(model.get());
            const std::string stream = domain.stream_of(event, model.get());
            if (domain.stream_of(event, model.get()) != stream)
                return breaks("stream_of returns another stream when it is called again for " +
                              code_of_event(domain, event));
            if (domain.stream_of(event, copy.get()) != stream)
                return breaks("stream_of returns another stream with a copy of the model for " +
                              code_of_event(domain, event));
            domain.project(model.get(), event);
        }
        return holds();
    });
}

} // namespace

AnyLaw effects_follow() {
    return {"effects-follow", "the outstanding effects follow from the model alone, each with an id of its own",
            &effects_of_the_model};
}

AnyLaw streams_follow() {
    return {"streams-follow", "the stream of an event follows from the event and the model alone",
            &streams_of_the_model};
}

} // namespace evenfold::testing::kit
