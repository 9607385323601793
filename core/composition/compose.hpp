/// `Compose<A, B>`: several domains as one. Each decides its own commands and folds its own events, and none sees the
/// model of another. Commands, events and errors are flat variants with distinct names; the model is a tuple.
/// Two alternatives of one name do not compile, nor does a domain with effects or upcasters.
/// Laws: Compose<A> equals A; composition is associative; a command of one domain changes no model of another.
/// Source: J. Chassaing, "Functional Event Sourcing Decider" (2021), section on composing.
///
///     using Both = Compose<Counter, Switch>;
///     const auto decision = decide<Both>(Add{60}, Both::Model{});
///     const Both::Model model = Both::project(Both::Model{}, decision->front());
///     assert(std::get<0>(model).value == 60); // std::get<1>(model) is the model of Switch
#pragma once

#include <expected>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "evenfold/core/composition/flat.hpp"
#include "evenfold/core/composition/requirements.hpp"
#include "evenfold/core/domain.hpp"
#include "evenfold/core/events/unknown.hpp"

namespace evenfold {

template <Domain... D>
struct Compose {
    static_assert((composition::can_be_composed<D>() && ...));

    using Command = composition::Flat<typename D::Command...>;
    using Event = composition::Flat<typename D::Event...>;
    using Error = composition::Flat<typename D::Error...>;
    using Model = std::tuple<typename D::Model...>;

    /// Returns the index of the domain that has T among its commands or events; sizeof...(D) if none has.
    template <class T>
    [[nodiscard]] static consteval std::size_t index_of_command() {
        return index_of<composition::is_in<T, typename D::Command>...>();
    }
    template <class T>
    [[nodiscard]] static consteval std::size_t index_of_event() {
        return index_of<composition::is_in<T, typename D::Event>...>();
    }
    template <std::size_t index>
    using DomainAt = std::tuple_element_t<index, std::tuple<D...>>;

    [[nodiscard]] static constexpr std::expected<std::vector<Event>, Error>
    decide(const Command& command, const Model& model) {
        static_assert(composition::are_names_distinct<Compose>());
        return std::visit(
            [&]<class SomeCommand>(const SomeCommand& alternative) -> std::expected<std::vector<Event>, Error> {
                constexpr std::size_t index = index_of_command<SomeCommand>();
                auto decision = evenfold::decide<DomainAt<index>>(typename DomainAt<index>::Command(alternative),
                                                                  std::get<index>(model));
                if (!decision) return std::unexpected(composition::widen<Error>(std::move(decision.error())));
                std::vector<Event> events;
                events.reserve(decision->size());
                for (auto& event : *decision) events.push_back(composition::widen<Event>(std::move(event)));
                return events;
            },
            command);
    }

    [[nodiscard]] static constexpr Model project(Model model, const Event& event) {
        std::visit(
            [&]<class SomeEvent>(const SomeEvent& alternative) {
                if constexpr (!std::is_same_v<SomeEvent, Unknown>) {
                    constexpr std::size_t index = index_of_event<SomeEvent>();
                    auto& part = std::get<index>(model);
                    part = DomainAt<index>::project(std::move(part), typename DomainAt<index>::Event(alternative));
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
                    constexpr std::size_t index = index_of_event<SomeEvent>();
                    return evenfold::stream_of<DomainAt<index>>(typename DomainAt<index>::Event(alternative),
                                                                std::get<index>(model));
                }
            },
            event);
    }

    [[nodiscard]] static std::optional<Error> forbid(Actor actor, const Command& command) {
        return std::visit(
            [&]<class SomeCommand>(const SomeCommand& alternative) -> std::optional<Error> {
                constexpr std::size_t index = index_of_command<SomeCommand>();
                auto error = evenfold::forbid<DomainAt<index>>(actor, typename DomainAt<index>::Command(alternative));
                if (!error) return std::nullopt;
                return composition::widen<Error>(std::move(*error));
            },
            command);
    }

private:
    template <bool... has>
    [[nodiscard]] static consteval std::size_t index_of() {
        static_assert((std::size_t{has} + ... + 0) <= 1, "two domains have one type among their commands or events");
        std::size_t index = 0;
        static_cast<void>(((has || (++index, false)) || ...));
        return index;
    }
};

} // namespace evenfold
