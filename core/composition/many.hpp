/// `Many<Key, D>`: one instance of the domain D per key. Each key has its own decider, and none sees the others.
/// Commands and events are those of D with the key added. The model is a table of the models of D; a key without events
/// has no entry. The streams are `<key>/<stream of D>`. A domain with effects or upcasters does not compile.
/// Laws: with one key it equals D; keys do not affect each other.
///
///     using Counters = Many<std::uint64_t, Counter>;
///     const auto decision = decide<Counters>(Keyed<std::uint64_t, Add>{.key = 7, .content = {60}}, Counters::Model{});
///     const Counters::Model model = Counters::project(Counters::Model{}, decision->front());
///     assert(Counters::find(model, 7)->value == 60 && !Counters::find(model, 8));
#pragma once

#include <expected>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "evenfold/core/composition/requirements.hpp"
#include "evenfold/core/containers/table.hpp"
#include "evenfold/core/domain.hpp"
#include "evenfold/core/events/unknown.hpp"
#include "evenfold/core/reflection/structure.hpp"
#include "evenfold/core/reflection/type_name.hpp"
#include "evenfold/core/variants/compiled_variant.hpp"

namespace evenfold {

/// A command or event of the domain instance that `key` names. Stored under the name of its content.
template <class Key, class T>
struct Keyed {
    EVENFOLD_STRUCT(Keyed, (Key, key), (T, content));
    static constexpr std::string_view stored_name = type_name<T>;
    friend bool operator==(const Keyed&, const Keyed&) = default;
};

namespace composition {

template <class Key, class T>
struct WithKey {
    using type = std::variant<Keyed<Key, T>>;
};
template <class Key>
struct WithKey<Key, Unknown> {
    using type = Unknown;
};
template <class Key, class... T>
struct WithKey<Key, std::variant<T...>> {
    template <class One>
    using Of = std::conditional_t<std::is_same_v<One, Unknown>, Unknown, Keyed<Key, One>>;
    using type = std::variant<Of<T>...>;
};

} // namespace composition

template <class Key, Domain D>
struct Many {
    static_assert(composition::can_be_composed<D>());

    using Command = typename composition::WithKey<Key, StandardVariant<typename D::Command>>::type;
    using Event = typename composition::WithKey<Key, StandardVariant<typename D::Event>>::type;
    using Error = typename D::Error;

    struct KeyedModel {
        EVENFOLD_STRUCT(KeyedModel, (Key, id), (typename D::Model, model));
        static constexpr std::string_view stored_name = "Part"; // its first name
        friend bool operator==(const KeyedModel&, const KeyedModel&) = default;
    };
    struct Model {
        EVENFOLD_STRUCT(Model, (Table<KeyedModel>, parts));
        friend bool operator==(const Model&, const Model&) = default;
    };

    /// Returns the domain's model under that key, or null.
    [[nodiscard]] static const typename D::Model* find(const Model& model, const Key& key) {
        const KeyedModel* part = model.parts.find(key);
        return part ? &part->model : nullptr;
    }

    [[nodiscard]] static std::expected<std::vector<Event>, Error> decide(const Command& command, const Model& model) {
        return std::visit(
            [&](const auto& alternative) -> std::expected<std::vector<Event>, Error> {
                const typename D::Model* known = find(model, alternative.key);
                auto decision =
                    evenfold::decide<D>(typename D::Command(alternative.content), known ? *known : typename D::Model{});
                if (!decision) return std::unexpected(std::move(decision.error()));
                std::vector<Event> events;
                events.reserve(decision->size());
                for (const auto& event : *decision) events.push_back(with_key(alternative.key, event));
                return events;
            },
            command);
    }

    [[nodiscard]] static Model project(Model model, const Event& event) {
        std::visit(
            [&]<class SomeEvent>(const SomeEvent& alternative) {
                if constexpr (!std::is_same_v<SomeEvent, Unknown>) {
                    KeyedModel* part = model.parts.find(alternative.key);
                    if (!part) part = &model.parts.insert({.id = alternative.key, .model = {}});
                    part->model = D::project(std::move(part->model), typename D::Event(alternative.content));
                }
            },
            event);
        return model;
    }

    [[nodiscard]] static std::string stream_of(const Event& event, const Model& model) {
        return std::visit(
            [&]<class SomeEvent>(const SomeEvent& alternative) -> std::string {
                if constexpr (std::is_same_v<SomeEvent, Unknown>) {
                    return "unknown";
                } else {
                    const typename D::Model* part = find(model, alternative.key);
                    return text_of(alternative.key) + '/' +
                           evenfold::stream_of<D>(typename D::Event(alternative.content),
                                                  part ? *part : typename D::Model{});
                }
            },
            event);
    }

    [[nodiscard]] static std::optional<Error> forbid(Actor actor, const Command& command) {
        return std::visit(
            [&](const auto& alternative) {
                return evenfold::forbid<D>(actor, typename D::Command(alternative.content));
            },
            command);
    }

private:
    static std::string text_of(const Key& key) {
        if constexpr (requires { std::to_string(key); })
            return std::to_string(key);
        else if constexpr (requires { std::string(key); })
            return std::string(key);
        else
            return to_text(key);
    }

    template <class... T>
    static Event with_key(const Key& key, const std::variant<T...>& event) {
        return std::visit([&](const auto& one) { return with_key(key, one); }, event);
    }
    template <class Alternatives>
    static Event with_key(const Key& key, const CompiledVariant<Alternatives>& event) {
        return std::visit([&](const auto& one) { return with_key(key, one); }, event);
    }
    static Event with_key(const Key&, const Unknown& event) { return Event(event); }
    template <class T>
    static Event with_key(const Key& key, const T& event) {
        return Event(Keyed<Key, T>{.key = key, .content = event});
    }
};

} // namespace evenfold
