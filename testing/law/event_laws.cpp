#include "evenfold/testing/law/event_laws.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <map>

#include "evenfold/testing/engine/crash_reporter.hpp"
#include "evenfold/testing/generators.hpp"

namespace evenfold::testing::kit {
namespace {

constexpr std::size_t draws_per_model = 24;

/// The kinds of events of a domain: the alternatives of its variant, or the one struct.
class EventKinds {
public:
    explicit EventKinds(const AnyTestable& domain)
        : domain_(domain), kinds_(std::get_if<VariantShape>(&domain.event_shape().kind)) {}

    [[nodiscard]] std::size_t of(const void* event) const { return kinds_ ? kinds_->index(event) : 0; }
    [[nodiscard]] std::string_view name(std::size_t kind) const {
        return kinds_ ? kinds_->alternatives[kind]().name : domain_.event_shape().name;
    }
    [[nodiscard]] std::size_t count() const { return kinds_ ? kinds_->alternatives.size() : 1; }

    /// Returns an arbitrary event of that kind.
    [[nodiscard]] AnyPointer draw(std::size_t kind, ChoiceSource& source, const KnownValues& known) const {
        AnyPointer event = domain_.event_type().make();
        const Generators generators;
        if (kinds_)
            generators.draw(kinds_->alternatives[kind](), kinds_->emplace(event.get(), kind), source, known);
        else
            generators.draw(domain_.event_shape(), event.get(), source, known);
        return event;
    }

private:
    const AnyTestable& domain_;
    const VariantShape* kinds_; // null when there is one kind only
};

bool changes(const AnyTestable& domain, const void* model, const void* event) {
    const ReportedInput now(domain.event_shape(), event);
    const AnyPointer after = domain.model_type().copy(model);
    domain.project(after.get(), event);
    return !domain.model_type().equal(after.get(), model);
}

/// Returns how often each kind that never changed the model happened, in this history.
std::map<std::size_t, std::size_t> without_effect(const AnyHistory& history, const EventKinds& kinds) {
    const AnyTestable& domain = history.domain();
    std::vector<bool> matters(kinds.count());
    std::map<std::size_t, std::size_t> times;
    const AnyPointer model = domain.model_type().make();
    for (const void* event : history.events()) {
        const std::size_t kind = kinds.of(event);
        if (!matters[kind] && !domain.is_unknown(event)) {
            matters[kind] = changes(domain, model.get(), event);
            ++times[kind];
        }
        domain.project(model.get(), event);
    }
    std::erase_if(times, [&](const auto& one) { return matters[one.first]; });
    return times;
}

/// Returns whether an arbitrary event of that kind changes the model, at any time in the history. Without this a kind
/// whose only events in a history came too late would break the law.
bool could_change(const AnyHistory& history, const EventKinds& kinds, std::size_t kind) {
    const AnyTestable& domain = history.domain();
    Random random(history.size());
    KnownValues known;
    for (const void* event : history.events()) known.past.add(domain.event_shape(), event);
    const auto changes_here = [&](const void* model) {
        known.live = {};
        known.live.add(domain.model_type().shape(), model);
        for (std::size_t draw = 0; draw < draws_per_model; ++draw) {
            ChoiceSource source(random);
            if (changes(domain, model, kinds.draw(kind, source, known).get())) return true;
        }
        return false;
    };
    const Verdict none = each_step(history, [&](const AnyHistoryStep&, const void* model) {
        return changes_here(model) ? breaks("it does") : holds();
    });
    return !none || changes_here(history.model());
}

Verdict check_events(const AnyHistory& history, const std::vector<std::string>& records) {
    const EventKinds kinds(history.domain());
    std::vector<std::string_view> names;
    for (std::size_t kind = 0; kind < kinds.count(); ++kind) names.push_back(kinds.name(kind));
    for (const std::string& record : records) {
        if (std::ranges::find(names, record) == names.end())
            return breaks(
                fmt::format("'{}' is not a kind of event: expected one of {}", record, fmt::join(names, ", ")));
    }
    for (const auto& [kind, times] : without_effect(history, kinds)) {
        const std::string name(names[kind]);
        if (std::ranges::find(records, name) != records.end() || could_change(history, kinds, kind)) continue;
        return breaks(fmt::format("{0} happened {1} time{2} and never changed the model, nor did any other event of "
                                  "that kind; if it is only a record, name it: events_matter<D>({{\"{0}\"}})",
                                  name, times, times == 1 ? "" : "s"));
    }
    return holds();
}

} // namespace

AnyLaw events_matter(std::vector<std::string> records) {
    const bool own = !records.empty();
    return {"events-matter", "each kind of event changes the model at some time",
            [records = std::move(records)](const AnyHistory& history) { return check_events(history, records); }, 1,
            own};
}

} // namespace evenfold::testing::kit
