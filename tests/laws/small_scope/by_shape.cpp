#include "evenfold/tests/laws/small_scope/by_shape.hpp"

#include <doctest/doctest.h>
#include <map>

#include "evenfold/core/reflection/shape_of.hpp"
#include "evenfold/core/values/uuid.hpp"

namespace evenfold::orchestration::tests::small_scope {
namespace {

/// Enumerates all sequences of choices. Each run repeats the previous one up to the last choice that can still change.
class EveryChoice {
public:
    /// Returns a number below `count`; the first is 0.
    std::size_t choose(std::size_t count) {
        if (at_ == choices_.size()) choices_.push_back({.chosen = 0, .count = count});
        return choices_[at_++].chosen;
    }

    /// Begins the next run. Returns false if there is none.
    bool next() {
        at_ = 0;
        while (!choices_.empty() && choices_.back().chosen + 1 == choices_.back().count) choices_.pop_back();
        if (choices_.empty()) return false;
        ++choices_.back().chosen;
        return true;
    }

private:
    struct Choice {
        std::size_t chosen;
        std::size_t count;
    };

    std::vector<Choice> choices_;
    std::size_t at_ = 0;
};

using IdsByEntity = std::map<std::string_view, std::vector<Uuid>>;

template <class SomeId>
void add_ids(IdsByEntity& all, const std::vector<SomeId>& ids) {
    const std::string_view entity = std::get<UuidShape>(shape_of<SomeId>().kind).entity;
    for (const SomeId& id : ids) all[entity].push_back(id.uuid);
}

IdsByEntity ids_of(const Names& names) {
    IdsByEntity all;
    add_ids(all, names.projects);
    add_ids(all, names.threads);
    add_ids(all, names.turns);
    add_ids(all, names.requests);
    add_ids(all, names.checkpoints);
    add_ids(all, names.commits);
    return all;
}

/// Fills a default-constructed object by the choices of one run.
class ChosenValue {
public:
    ChosenValue(EveryChoice& choices, const IdsByEntity& ids) : choices_(choices), ids_(ids) {}

    void fill(const Shape& shape, void* object) {
        std::visit([&](const auto& kind) { on(kind, object); }, shape.kind);
    }

private:
    void on(const BooleanShape&, void* object) { *static_cast<bool*>(object) = choices_.choose(2) == 1; }
    void on(const IntegerShape& kind, void* object) {
        kind.write(object, static_cast<std::int64_t>(choices_.choose(2)));
    }
    void on(const NaturalShape& kind, void* object) { kind.write(object, choices_.choose(2)); }
    void on(const RealShape&, void*) {}
    void on(const InstantShape&, void*) {}
    void on(const TextShape& kind, void* object) { kind.write(object, "text"); }
    void on(const UuidShape& kind, void* object) {
        const auto found = ids_.find(kind.entity);
        if (found == ids_.end()) return;
        *static_cast<Uuid*>(object) = found->second[choices_.choose(found->second.size())];
    }
    void on(const EnumerationShape& kind, void* object) { kind.write(object, choices_.choose(kind.names.size())); }
    void on(const StructureShape& kind, void* object) {
        for (const Field& field : kind.fields) fill(field.shape(), field.at(object));
    }
    void on(const VariantShape& kind, void* object) {
        const std::size_t chosen = choices_.choose(kind.alternatives.size());
        fill(kind.alternatives[chosen](), kind.emplace(object, chosen));
    }
    void on(const OptionalShape& kind, void* object) {
        if (choices_.choose(2) == 1) fill(kind.element(), kind.emplace(object));
    }
    void on(const SequenceShape& kind, void* object) {
        if (choices_.choose(2) == 0) return;
        kind.add(object, [&](void* element) {
            fill(kind.element(), element);
            return true;
        });
    }
    void on(const IndirectShape& kind, void* object) { fill(kind.content(), kind.value(object)); }
    void on(const PersonalShape& kind, void* object) { fill(kind.content(), kind.emplace(object)); }

    EveryChoice& choices_;
    const IdsByEntity& ids_;
};

} // namespace

std::vector<Command> commands_by_shape(const Names& names, std::size_t alternative, std::size_t count_max) {
    const auto& kind = std::get<VariantShape>(shape_of<Command>().kind);
    const Shape& shape = kind.alternatives[alternative]();
    const IdsByEntity ids = ids_of(names);
    std::vector<Command> all;
    EveryChoice choices;
    do {
        if (all.size() == count_max) {
            FAIL_CHECK("more than " << count_max << " letters of " << shape.name
                                    << ": write fewer in tests/laws/small_scope/alphabet.cpp");
            break;
        }
        ChosenValue(choices, ids).fill(shape, kind.emplace(&all.emplace_back(), alternative));
    } while (choices.next());
    return all;
}

} // namespace evenfold::orchestration::tests::small_scope
