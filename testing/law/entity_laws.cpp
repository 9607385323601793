#include "evenfold/testing/law/entity_laws.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <set>

#include "evenfold/testing/law/entities.hpp"

namespace evenfold::testing::kit {
namespace {

using EntityKeys = std::set<EntityKey>;

std::string name_of(const EntityKey& key) {
    return fmt::format("the entity {} of {}", to_text(key.second), key.first);
}

bool is_one_of(const std::vector<std::string>& names, std::string_view name) {
    return std::ranges::find(names, name) != names.end();
}

/// Checks that each exception is one of `known`, because a misspelled one would be ignored.
template <class Names>
Verdict are_known(const std::vector<std::string>& except, const Names& known, std::string_view what) {
    for (const std::string& name : except) {
        if (std::ranges::find(known, name) == known.end())
            return breaks(
                fmt::format("the exception '{}' is not {}: expected one of {}", name, what, fmt::join(known, ", ")));
    }
    return holds();
}

EntityMap entities_in(const AnyTestable& domain, const void* model, bool with_texts = false) {
    return entities_of(domain.model_type().shape(), model, with_texts);
}

// references-live

Verdict references_of(const AnyTestable& domain, const void* model, const EntityShapes& shapes,
                      const std::vector<std::string>& except) {
    const EntityMap entities = entities_in(domain, model);
    for (const EntityReference& reference : entities.references) {
        if (!shapes.kinds.contains(reference.target.first) || is_one_of(except, reference.field)) continue;
        if (!entities.texts.contains(reference.target))
            return breaks(
                fmt::format("{} refers to {}, which is not in the model", reference.field, name_of(reference.target)));
    }
    return holds();
}

Verdict check_references(const AnyHistory& history, const std::vector<std::string>& except) {
    const AnyTestable& domain = history.domain();
    const EntityShapes shapes = entity_shapes(domain.model_type().shape());
    if (Verdict verdict = are_known(except, shapes.fields, "a field of the model"); !verdict) return verdict;
    Verdict verdict = each_sampled_step(history, [&](const AnyHistoryStep& step, const void* before) {
        const AnyPointer model = domain.model_type().copy(before);
        fold(domain, model.get(), step.decision);
        return references_of(domain, model.get(), shapes, except);
    });
    return verdict ? references_of(domain, history.model(), shapes, except) : verdict;
}

// ids-never-return

EntityKeys keys_of(const EntityMap& entities) {
    EntityKeys keys;
    for (const auto& [key, text] : entities.texts) keys.insert(key);
    return keys;
}

Verdict check_ids(const AnyHistory& history, const std::vector<std::string>& except) {
    const AnyTestable& domain = history.domain();
    const EntityShapes shapes = entity_shapes(domain.model_type().shape());
    if (Verdict verdict = are_known(except, shapes.kinds, "a type of id of an entity"); !verdict) return verdict;
    EntityKeys live;
    EntityKeys removed;
    return each_step(history, [&](const AnyHistoryStep& step, const void* before) {
        const AnyPointer model = domain.model_type().copy(before);
        for (std::size_t index = 0; index < step.decision.count; ++index) {
            domain.project(model.get(), step.decision.event(index));
            EntityKeys now = keys_of(entities_in(domain, model.get()));
            for (const EntityKey& key : now) {
                if (removed.contains(key) && !is_one_of(except, key.first))
                    return breaks(fmt::format("{} was removed and is back after {}", name_of(key),
                                              code_of_event(domain, step.decision.event(index))));
            }
            std::ranges::set_difference(live, now, std::inserter(removed, removed.end()));
            live = std::move(now);
        }
        return holds();
    });
}

// touches-only-named

/// The references before and after an event.
class References {
public:
    References(const EntityMap& before, const EntityMap& after) {
        add(before);
        add(after);
    }

    /// Returns `named`, all that refer to them, and all to which these refer, each any number of times.
    [[nodiscard]] EntityKeys reached_from(EntityKeys named) const {
        spread(named, [](const EntityReference& one) { return std::pair(one.target, one.owner); });
        spread(named, [](const EntityReference& one) { return std::pair(one.owner, one.target); });
        return named;
    }

private:
    void add(const EntityMap& map) {
        for (const EntityReference& one : map.references) {
            if (one.owner != EntityKey()) all_.push_back(one);
        }
    }

    /// Returns whether the keys contain `key`. A bare Uuid stands for every entity with that id.
    static bool contains(const EntityKeys& keys, const EntityKey& key) {
        if (keys.contains(key) || keys.contains({std::string_view(), key.second})) return true;
        return key.first.empty() &&
               std::ranges::any_of(keys, [&](const EntityKey& one) { return one.second == key.second; });
    }

    template <class Ends>
    void spread(EntityKeys& keys, Ends ends) const {
        for (bool more = true; more;) {
            more = false;
            for (const EntityReference& reference : all_) {
                const auto [from, to] = ends(reference);
                if (contains(keys, from)) more = keys.insert(to).second || more;
            }
        }
    }

    std::vector<EntityReference> all_;
};

/// Returns the entities that an object names: all ids in it.
EntityKeys named_in(const Shape& shape, const void* object) {
    const EntityMap map = entities_of(shape, object, false);
    EntityKeys keys = keys_of(map);
    for (const EntityReference& reference : map.references) keys.insert(reference.target);
    return keys;
}

Verdict check_touch(const AnyTestable& domain, const EntityMap& before, const EntityMap& after, const void* event) {
    EntityKeys changed;
    for (const auto& [key, text] : before.texts) {
        const auto found = after.texts.find(key);
        if (found == after.texts.end() || found->second != text) changed.insert(key);
    }
    for (const auto& [key, text] : after.texts) {
        if (!before.texts.contains(key)) changed.insert(key);
    }
    if (changed.empty()) return holds();
    const EntityKeys reached = References(before, after).reached_from(named_in(domain.event_shape(), event));
    for (const EntityKey& key : changed) {
        if (!reached.contains(key) && !reached.contains({std::string_view(), key.second}))
            return breaks(fmt::format("{} changes {}, which it neither names nor reaches", code_of_event(domain, event),
                                      name_of(key)));
    }
    return holds();
}

Verdict check_touches(const AnyHistory& history, const std::vector<std::string>& except) {
    const AnyTestable& domain = history.domain();
    const auto* kinds = std::get_if<VariantShape>(&domain.event_shape().kind);
    std::vector<std::string_view> names;
    if (!kinds) names.push_back(domain.event_shape().name);
    for (const ShapeFunction one : kinds ? kinds->alternatives : std::span<const ShapeFunction>())
        names.push_back(one().name);
    if (Verdict verdict = are_known(except, names, "a kind of event"); !verdict) return verdict;
    return each_sampled_step(history, [&](const AnyHistoryStep& step, const void* start) {
        const AnyPointer model = domain.model_type().copy(start);
        EntityMap before = entities_in(domain, model.get(), true);
        for (std::size_t index = 0; index < step.decision.count; ++index) {
            const void* event = step.decision.event(index);
            domain.project(model.get(), event);
            EntityMap after = entities_in(domain, model.get(), true);
            if (!is_one_of(except, names[kinds ? kinds->index(event) : 0])) {
                if (Verdict verdict = check_touch(domain, before, after, event); !verdict) return verdict;
            }
            before = std::move(after);
        }
        return holds();
    });
}

} // namespace

AnyLaw references_live(std::vector<std::string> except) {
    return {"references-live", "each id in the model refers to an entity of the model",
            [except = std::move(except)](const AnyHistory& history) { return check_references(history, except); }, 1,
            true};
}

AnyLaw ids_never_return(std::vector<std::string> except) {
    return {"ids-never-return", "the id of an entity that was removed is never used again",
            [except = std::move(except)](const AnyHistory& history) { return check_ids(history, except); }, 1, true};
}

AnyLaw touches_only_named(std::vector<std::string> except) {
    return {"touches-only-named", "an event changes only entities that it names or reaches",
            [except = std::move(except)](const AnyHistory& history) { return check_touches(history, except); }, 1,
            true};
}

} // namespace evenfold::testing::kit
