#include "evenfold/tests/laws/fold/compaction_laws.hpp"

#include <fmt/format.h>

#include "evenfold/core/projector/orchestration/compaction.hpp"

namespace evenfold::orchestration::tests {
namespace {

using testing::Verdict;

/// Returns the model after `log`, without the field that compaction may change.
Model model_of(const Events& log) {
    return kept_by_compaction(folded<Core>({}, log));
}

} // namespace

Verdict compacts_well(const Events& log, const Compaction& compaction) {
    const Model whole = model_of(log);
    const Events once = compaction(log);
    if (Verdict verdict = testing::equal("the compacted log gives another model", whole, model_of(once)); !verdict)
        return verdict;
    if (compaction(once) != once) return testing::breaks("compacting the log again changes it");
    for (const std::size_t cut : {log.size() / 3, log.size() - log.size() / 3}) {
        const std::span<const Event> all(log);
        Events grown = compaction(all.first(cut));
        grown.insert(grown.end(), all.begin() + static_cast<std::ptrdiff_t>(cut), all.end());
        if (Verdict verdict = testing::equal(fmt::format("compacted after {} events and at the end", cut), whole,
                                             model_of(compaction(grown)));
            !verdict)
            return verdict;
    }
    return testing::holds();
}

CoreLaw compaction_law(const Compaction& compaction) {
    return {"L8", "a compacted log folds to the same model",
            [compaction](const CoreHistory& history) { return compacts_well(history.events(), compaction); }};
}

CoreLaws compaction_laws() {
    return {compaction_law(compact)};
}

} // namespace evenfold::orchestration::tests
