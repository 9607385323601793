#include "evenfold/testing/law/ambient_law.hpp"

#include <cstdio>
#include <fmt/format.h>
#include <memory>
#include <string>
#include <utility>

#include "evenfold/testing/engine/ambient_probe.hpp"

namespace evenfold::testing::kit {
namespace {

Verdict check_ambient(const AnyHistory& history, AmbientCounter counter) {
    const AnyTestable& domain = history.domain();
    Verdict verdict = each_step(history, [&](const AnyHistoryStep& step, const void* before) {
        AmbientCalls last = counter.calls();
        const auto has_read = [&] { return std::exchange(last, counter.calls()).count != last.count; };
        static_cast<void>(domain.decide(step.command, before));
        if (has_read()) return breaks(fmt::format("decide reads {}: it calls {}", last.source, last.name));
        const AnyPointer model = domain.model_type().copy(before);
        last = counter.calls();
        for (std::size_t index = 0; index < step.decision.count; ++index) {
            const void* event = step.decision.event(index);
            domain.project(model.get(), event);
            if (has_read())
                return breaks(fmt::format("project reads {}: it calls {} for {}", last.source, last.name,
                                          code_of_event(domain, event)));
        }
        return holds();
    });
    const auto read = AmbientProbe::take_read();
    if (!verdict || !read) return verdict;
    return breaks(fmt::format("decide or project reads {} once, and keeps it: it calls {} for {}", read->call.source,
                              read->call.name, read->command));
}

} // namespace

AnyLaw no_ambient_input(AmbientCounter counter) {
    if (counter.why_not().empty()) AmbientProbe::count_with(counter);
    const auto said = std::make_shared<bool>(false); // once per law, not once per history
    return {"no-ambient-input", "decide and project read no clock, randomness, environment, file or network",
            [counter, said](const AnyHistory& history) {
                const std::string_view why_not = counter.why_not();
                if (why_not.empty()) return check_ambient(history, counter);
                Verdict verdict;
                verdict.reason = fmt::format("the law no-ambient-input was NOT CHECKED: {}", why_not);
                if (!std::exchange(*said, true)) fmt::print(stderr, "evenfold: {}\n", verdict.message());
                return verdict;
            }};
}

} // namespace evenfold::testing::kit
