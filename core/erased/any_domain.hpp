/// A domain behind an interface without its types, so that code which serves every domain is compiled once and not once
/// per domain. Kernels and laws are written against it.
///
///     const AnyDomain& domain = any_domain<Counter>();
///     const auto decision = domain.decide(&command, &model);    // of Counter::Command and Counter::Model
///     for (std::size_t at = 0; at < decision->count(); ++at) domain.project(&model, decision->event(at));
///
/// Every `const void*` points to an object of the domain's own type, named by the parameter: a command to `D::Command`,
/// an event to `D::Event`, a model to `D::Model`, an error to `D::Error`.
/// Threads: all functions are const and may be called from any thread, as those of the domain itself.
#pragma once

#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "evenfold/core/domain.hpp"
#include "evenfold/core/events/unknown.hpp"
#include "evenfold/core/reflection/shape.hpp"
#include "evenfold/core/variants/compiled_variant.hpp"

namespace evenfold {

/// Owns one object of an erased type.
using AnyPointer = std::unique_ptr<void, void (*)(void*)>;

/// Constructs a T from `arguments`.
template <class T, class... Arguments>
[[nodiscard]] AnyPointer make_any(Arguments&&... arguments) {
    return {new T(std::forward<Arguments>(arguments)...), [](void* object) { delete static_cast<T*>(object); }};
}

/// The result of `decide`: events, or the error that rejects the command.
class AnyDecision {
public:
    AnyDecision() = default;
    AnyDecision(const AnyDecision&) = delete;
    AnyDecision& operator=(const AnyDecision&) = delete;
    virtual ~AnyDecision() = default;

    /// Returns the number of events; 0 if the command is rejected.
    [[nodiscard]] virtual std::size_t count() const = 0;
    /// Returns the event at `index`, which must be below count().
    [[nodiscard]] virtual const void* event(std::size_t index) const = 0;
    /// Returns the error, or null if the command is accepted.
    [[nodiscard]] virtual const void* error() const = 0;
};

class AnyDomain {
public:
    AnyDomain() = default;
    AnyDomain(const AnyDomain&) = delete;
    AnyDomain& operator=(const AnyDomain&) = delete;
    virtual ~AnyDomain() = default;

    [[nodiscard]] virtual const Shape& command_shape() const = 0;
    [[nodiscard]] virtual const Shape& event_shape() const = 0;

    [[nodiscard]] virtual AnyPointer new_event() const = 0;
    /// Returns whether the event is an Unknown: one that this build does not know.
    [[nodiscard]] virtual bool is_unknown(const void* event) const = 0;

    [[nodiscard]] virtual std::unique_ptr<AnyDecision> decide(const void* command, const void* model) const = 0;
    /// Returns a decision with an error if `actor` must not send this command; null if it may.
    [[nodiscard]] virtual std::unique_ptr<AnyDecision> forbid(Actor actor, const void* command) const = 0;
    /// Folds `event` into `model`, in place.
    virtual void project(void* model, const void* event) const = 0;
    [[nodiscard]] virtual std::string stream_of(const void* event, const void* model) const = 0;
};

namespace erased {

template <Domain D>
class TypedDecision final : public AnyDecision {
public:
    using Value = std::expected<std::vector<typename D::Event>, typename D::Error>;

    explicit TypedDecision(Value decided) : value(std::move(decided)) {}

    [[nodiscard]] std::size_t count() const override { return value ? value->size() : 0; }
    [[nodiscard]] const void* event(std::size_t index) const override { return &(*value)[index]; }
    [[nodiscard]] const void* error() const override { return value ? nullptr : &value.error(); }

    Value value;
};

/// Implements Interface, which is AnyDomain or derived from it, with the functions of D.
template <Domain D, class Interface = AnyDomain>
class Implementation : public Interface {
public:
    using Command = typename D::Command;
    using Event = typename D::Event;
    using Model = typename D::Model;

    [[nodiscard]] const Shape& command_shape() const final { return shape_of<Command>(); }
    [[nodiscard]] const Shape& event_shape() const final { return shape_of<Event>(); }

    [[nodiscard]] AnyPointer new_event() const final { return make_any<Event>(); }
    [[nodiscard]] bool is_unknown(const void* event) const final {
        if constexpr (variants::holds<Unknown, Event>)
            return std::holds_alternative<Unknown>(*static_cast<const Event*>(event));
        else
            return false;
    }

    [[nodiscard]] std::unique_ptr<AnyDecision> decide(const void* command, const void* model) const final {
        return std::make_unique<TypedDecision<D>>(
            evenfold::decide<D>(*static_cast<const Command*>(command), *static_cast<const Model*>(model)));
    }
    [[nodiscard]] std::unique_ptr<AnyDecision> forbid(Actor actor, const void* command) const final {
        std::optional<typename D::Error> error = evenfold::forbid<D>(actor, *static_cast<const Command*>(command));
        if (!error) return nullptr;
        return std::make_unique<TypedDecision<D>>(std::unexpected(std::move(*error)));
    }
    void project(void* model, const void* event) const final {
        auto& typed = *static_cast<Model*>(model);
        typed = D::project(std::move(typed), *static_cast<const Event*>(event));
    }
    [[nodiscard]] std::string stream_of(const void* event, const void* model) const final {
        return evenfold::stream_of<D>(*static_cast<const Event*>(event), *static_cast<const Model*>(model));
    }
};

} // namespace erased

/// Returns the single AnyDomain of D. A domain with many alternatives instantiates it in one file: `extern template
/// const AnyDomain& any_domain<Counter>();` in a header, `template ...` in the .cpp.
template <Domain D>
[[nodiscard]] const AnyDomain& any_domain() {
    static const erased::Implementation<D> domain;
    return domain;
}

} // namespace evenfold
