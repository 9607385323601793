/// A domain and its histories without their types, as the laws use them. The laws and the search for histories that
/// break them are compiled once against these; only `TestableImplementation` is compiled per domain.
#pragma once

#include <concepts>
#include <cstddef>
#include <string_view>
#include <utility>
#include <vector>

#include "evenfold/core/effects.hpp"
#include "evenfold/core/reflection/type_name.hpp"
#include "evenfold/kernel/engine/state.hpp"
#include "evenfold/testing/history.hpp"
#include "evenfold/testing/testable.hpp"
#include "evenfold/testing/verdict.hpp"

namespace evenfold::testing {

/// The functions that values of one type need.
struct AnyType {
    ShapeFunction shape;
    AnyPointer (*make)();
    AnyPointer (*copy)(const void* value);
    bool (*equal)(const void* a, const void* b);
};

template <class T>
inline constexpr AnyType any_type{
    .shape = &shape_of<T>,
    .make = [] { return evenfold::make_any<T>(); },
    .copy = [](const void* value) { return evenfold::make_any<T>(*static_cast<const T*>(value)); },
    .equal = [](const void* a, const void* b) -> bool {
        return *static_cast<const T*>(a) == *static_cast<const T*>(b);
    },
};

/// The decision for a command: the error, or events. Must not outlive the step or decision that it refers to.
struct DecisionView {
    const void* error = nullptr;
    std::size_t count = 0; // of events
    const void* decision = nullptr;
    const void* (*event_at)(const void* decision, std::size_t index) = nullptr;

    [[nodiscard]] const void* event(std::size_t index) const { return event_at(decision, index); }
};

[[nodiscard]] DecisionView decision_view(const AnyDecision& decision);

template <class Decision>
[[nodiscard]] DecisionView typed_decision_view(const Decision& decision) {
    return {.error = decision ? nullptr : &decision.error(),
            .count = decision ? decision->size() : 0,
            .decision = &decision,
            .event_at = [](const void* object, std::size_t index) -> const void* {
                return &(**static_cast<const Decision*>(object))[index];
            }};
}

/// A command and its decision.
struct AnyHistoryStep {
    const void* command;
    DecisionView decision;
};

class AnyTestable : public kernel::AnyKernelDomain {
public:
    [[nodiscard]] virtual const AnyType& command_type() const = 0;
    [[nodiscard]] virtual const AnyType& event_type() const = 0;
    [[nodiscard]] virtual const AnyType& error_type() const = 0;
    [[nodiscard]] virtual const AnyType& model_type() const = 0;
    [[nodiscard]] virtual std::string_view name() const = 0;

    /// Returns an Unknown as an event of the domain, or null when the domain has none.
    [[nodiscard]] virtual AnyPointer new_unknown_event() const = 0;
    /// Checks that `model` and the equal model `same` have equal outstanding effects. Holds without effects.
    [[nodiscard]] virtual Verdict have_same_effects(const void* model, const void* same) const = 0;

    // Histories: each `history` points to a History of the domain.

    [[nodiscard]] virtual AnyPointer new_history() const = 0;
    virtual void submit(void* history, const void* command) const = 0;
    [[nodiscard]] virtual std::size_t step_count(const void* history) const = 0;
    [[nodiscard]] virtual AnyHistoryStep step(const void* history, std::size_t index) const = 0;
    [[nodiscard]] virtual const void* model(const void* history) const = 0;
    /// Returns the command that made the domain throw, or null.
    [[nodiscard]] virtual const void* throwing_command(const void* history) const = 0;
    [[nodiscard]] virtual std::string_view exception_text(const void* history) const = 0;
};

/// A History of any domain, which must outlive this object.
class AnyHistory {
public:
    AnyHistory(const AnyTestable& domain, const void* history) : domain_(&domain), history_(history) {}

    [[nodiscard]] const AnyTestable& domain() const { return *domain_; }
    [[nodiscard]] const void* history() const { return history_; }
    [[nodiscard]] std::size_t size() const { return domain_->step_count(history_); }
    [[nodiscard]] AnyHistoryStep step(std::size_t index) const { return domain_->step(history_, index); }
    [[nodiscard]] const void* model() const { return domain_->model(history_); }
    [[nodiscard]] const void* throwing_command() const { return domain_->throwing_command(history_); }
    [[nodiscard]] std::string_view exception_text() const { return domain_->exception_text(history_); }
    /// Returns the number of events.
    [[nodiscard]] std::size_t count() const;
    /// Returns all events, in order.
    [[nodiscard]] std::vector<const void*> events() const;

private:
    const AnyTestable* domain_;
    const void* history_;
};

[[nodiscard]] bool equal(const AnyTestable& domain, const DecisionView& a, const DecisionView& b);
/// Folds the events of `decision` into `model`.
void fold(const AnyTestable& domain, void* model, const DecisionView& decision);

template <class D>
concept HasComparableEffects = HasEffectIds<D> && std::equality_comparable<EffectOf<D>>;

/// Checks that each effect has its own id.
[[nodiscard]] Verdict have_distinct_ids(std::vector<Uuid> ids);

template <Testable D>
class TestableImplementation final : public kernel::KernelImplementation<D, AnyTestable> {
public:
    using Command = typename D::Command;
    using Model = typename D::Model;

    [[nodiscard]] const AnyType& command_type() const override { return any_type<Command>; }
    [[nodiscard]] const AnyType& event_type() const override { return any_type<typename D::Event>; }
    [[nodiscard]] const AnyType& error_type() const override { return any_type<typename D::Error>; }
    [[nodiscard]] const AnyType& model_type() const override { return any_type<Model>; }
    [[nodiscard]] std::string_view name() const override { return type_name<D>; }

    [[nodiscard]] AnyPointer new_unknown_event() const override {
        if constexpr (std::constructible_from<typename D::Event, Unknown>)
            return evenfold::make_any<typename D::Event>(Unknown{.kind = "UnknownEvent", .version = 1, .bytes = "{}"});
        else
            return {nullptr, [](void*) {}};
    }
    [[nodiscard]] Verdict have_same_effects(const void* model, const void* same) const override {
        if constexpr (HasComparableEffects<D>) {
            const auto effects = D::outstanding(*static_cast<const Model*>(model));
            if (!(effects == D::outstanding(*static_cast<const Model*>(model))))
                return {.holds = false, .reason = "outstanding returns other effects when it is called again"};
            if (!(effects == D::outstanding(*static_cast<const Model*>(same))))
                return {.holds = false, .reason = "outstanding returns other effects for an equal model"};
            std::vector<Uuid> ids;
            for (const auto& effect : effects) ids.push_back(effect.id.uuid);
            return have_distinct_ids(std::move(ids));
        } else {
            return {};
        }
    }

    [[nodiscard]] AnyPointer new_history() const override { return evenfold::make_any<History<D>>(); }
    void submit(void* history, const void* command) const override {
        static_cast<History<D>*>(history)->submit(*static_cast<const Command*>(command));
    }
    [[nodiscard]] std::size_t step_count(const void* history) const override { return typed(history).steps.size(); }
    [[nodiscard]] AnyHistoryStep step(const void* history, std::size_t index) const override {
        const HistoryStep<D>& step = typed(history).steps[index];
        return {.command = &step.command, .decision = typed_decision_view(step.decision)};
    }
    [[nodiscard]] const void* model(const void* history) const override { return &typed(history).model; }
    [[nodiscard]] const void* throwing_command(const void* history) const override {
        return typed(history).throwing_command ? &*typed(history).throwing_command : nullptr;
    }
    [[nodiscard]] std::string_view exception_text(const void* history) const override {
        return typed(history).exception_text;
    }

private:
    static const History<D>& typed(const void* history) { return *static_cast<const History<D>*>(history); }
};

/// Returns the single AnyTestable of D. A domain with many alternatives instantiates it in one file: `extern template
/// const AnyTestable& any_testable<Counter>();` in a header, `template ...` in the .cpp.
template <Testable D>
[[nodiscard]] const AnyTestable& any_testable() {
    static const TestableImplementation<D> domain;
    return domain;
}

template <Testable D>
[[nodiscard]] AnyHistory any_history(const History<D>& history) {
    return {any_testable<D>(), &history};
}

} // namespace evenfold::testing
