#include <future>
#include <span>

#include "evenfold/testing/law/codec_laws.hpp"
#include "evenfold/testing/law/fold_laws.hpp"
#include "evenfold/testing/law/journal_laws.hpp"
#include "evenfold/tests/laws/suite.hpp"
#include "evenfold/tests/laws/suite/law_parts.hpp"

namespace evenfold::orchestration::tests {
namespace {

/// Breaks unless `decide` returns the same when it is called from another thread and in the other order.
Verdict anywhere(const CoreHistory& history) {
    const auto backwards = [&] {
        std::vector<Decision> answers;
        for (auto step = history.steps.rbegin(); step != history.steps.rend(); ++step)
            answers.push_back(Core::decide(step->command, history.model));
        return answers;
    };
    const std::vector<Decision> elsewhere = std::async(std::launch::async, backwards).get();
    for (std::size_t place = 0; place < elsewhere.size(); ++place) {
        const auto& step = history.steps[history.steps.size() - 1 - place];
        if (!(Core::decide(step.command, history.model) == elsewhere[place]))
            return breaks("decide returns another result on another thread: " + testing::code_of(step.command));
    }
    return holds();
}

/// Breaks if a retained model changes when its copies are changed.
Verdict snapshots_stay(const CoreHistory& history) {
    const Events events = history.events();
    const Events front(events.begin(), events.begin() + static_cast<std::ptrdiff_t>(events.size() / 2));
    const Model kept = folded<Core>(Model{}, front);
    static_cast<void>(folded<Core>(kept, std::span(events).subspan(front.size())));
    return kept == folded<Core>(Model{}, front) ? holds() : breaks("a retained model changed when its copy was folded");
}

/// Breaks unless the stored model equals the live one after a crash.
Verdict is_restored(const Model& model) {
    const auto stored = codec::decode<Model>(codec::encode(model));
    return stored ? testing::equal("the stored model differs", model, stored->value)
                  : breaks(codec::to_text(stored.error()));
}

/// Breaks if the result of `decide` depends on the transcript.
Verdict without_transcript(const CoreStep& step, const Model& model) {
    Model evicted{};
    evicted->index = model->index;
    return evenfold::decide<Core>(step.command, evicted) == step.decision ? holds()
                                                                          : breaks("decide depends on the transcript");
}

} // namespace

CoreLaws purity_laws() {
    using namespace testing;
    return section({
        all_of("L1", "decide is deterministic: equal inputs, equal outputs, on any thread, in any order",
               {deterministic_decide<Core>(), part(anywhere)}),
        on_every_fourth(
            all_of("L2", "decide never changes the model; fold leaves its input intact, and old snapshots stay valid",
                   {inputs_left_alone<Core>(), part(snapshots_stay)})),
        all_of("L3", "fold is total on all events, and identity on unknown ones",
               {never_throws<Core>(), total_project<Core>()}),
        all_of("L4", "folding the log gives the live model, for every prefix", {replay_equals_live<Core>()}),
        on_every_fourth(all_of("L5", "a stored model and the tail of the log give the whole; catch-up ends at the head",
                               {snapshot_and_tail<Core>(), cut_anywhere<Core>(), journals_agree<Core>({}),
                                part([](const CoreHistory& history) { return each_crash(history, is_restored); },
                                     32 * crashed_histories)})),
        {{"L6", "decide returns the same after any transcript is evicted",
          [](const CoreHistory& history) { return each_sampled_step(history, without_transcript); }}},
        all_of("L7", "a batch equals its events one by one", {batch_equals_parts<Core>()}),
        on_every_fourth(all_of("L9", "encoded values are decoded to equal ones; unknown fields survive",
                               {codec_round_trip<Core>(), unknown_fields_kept<Core>()})),
    });
}

} // namespace evenfold::orchestration::tests
