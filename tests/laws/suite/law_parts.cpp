#include "evenfold/tests/laws/suite/law_parts.hpp"

#include <algorithm>
#include <iterator>

#include "evenfold/core/events/orchestration.hpp"

namespace evenfold::orchestration::tests {
namespace {

/// Calls `visit(uuid)` for every id that the object of that shape names.
template <class Visit>
void each_id(const Shape& shape, const void* object, const Visit& visit) {
    const auto into = [&](ShapeFunction part, const void* inner) {
        if (inner) each_id(part(), inner, visit);
    };
    std::visit(
        [&]<class Kind>(const Kind& kind) {
            if constexpr (std::is_same_v<Kind, UuidShape>) visit(*static_cast<const Uuid*>(object));
            if constexpr (std::is_same_v<Kind, StructureShape>) {
                for (const Field& field : kind.fields) into(field.shape, field.at(to_read(object)));
            }
            if constexpr (std::is_same_v<Kind, VariantShape>)
                into(kind.alternatives[kind.index(object)], kind.value(to_read(object)));
            if constexpr (std::is_same_v<Kind, OptionalShape>) into(kind.element, kind.value(to_read(object)));
            if constexpr (std::is_same_v<Kind, SequenceShape>)
                kind.each(object, [&](const void* element) { into(kind.element, element); });
        },
        shape.kind);
}

std::vector<Uuid> ids_in(const Shape& shape, const void* object) {
    std::vector<Uuid> ids;
    each_id(shape, object, [&](const Uuid& id) { ids.push_back(id); });
    return ids;
}

} // namespace

CoreLaws all_of(std::string_view name, std::string_view statement, CoreLaws parts) {
    for (CoreLaw& one : parts) {
        one.name = name;
        one.statement = statement;
    }
    return parts;
}

CoreLaws section(std::vector<CoreLaws> laws) {
    CoreLaws all;
    for (CoreLaws& one : laws) std::ranges::move(one, std::back_inserter(all));
    return all;
}

CoreLaw part(std::function<Verdict(const CoreHistory&)> check, std::uint64_t interval) {
    return {"part", "", std::move(check), interval};
}

CoreLaws on_every_fourth(CoreLaws laws) {
    for (CoreLaw& law : laws) law.interval = std::max<std::uint64_t>(law.interval, 4);
    return laws;
}

CoreLaw structural(std::string_view name, std::string_view statement) {
    return {name, statement, [name](const CoreHistory& history) {
                for (const Invariant& invariant : invariants()) {
                    if (invariant.law != name) continue;
                    const Verdict verdict =
                        each_model(history, [&](const Model& model) { return first_of(invariant.look(model)); });
                    if (!verdict) return verdict;
                }
                for (const StepInvariant& invariant : step_invariants()) {
                    if (invariant.law != name) continue;
                    const Verdict verdict =
                        each_change(history, [&](const Model& before, const CoreStep&, const Model& after) {
                            return first_of(invariant.look(before, after));
                        });
                    if (!verdict) return verdict;
                }
                return holds();
            }};
}

std::optional<Model> accepted(const Model& model, const Command& command) {
    const Decision decision = Core::decide(command, model);
    if (!decision) return std::nullopt;
    return folded<Core>(model, *decision);
}

std::optional<ThreadId> thread_of(const Effect& effect) {
    return std::visit(
        [](const auto& due) -> std::optional<ThreadId> {
            if constexpr (requires { due.thread; })
                return due.thread;
            else
                return std::nullopt;
        },
        effect.body);
}

std::vector<Uuid> ids_in(const Command& command) {
    return ids_in(shape_of<Command>(), &command);
}

std::vector<Uuid> ids_in(const Event& event) {
    return ids_in(shape_of<Event>(), &event);
}

Verdict first_of(const Violations& found) {
    return found.empty() ? holds() : breaks(found.front());
}

} // namespace evenfold::orchestration::tests
