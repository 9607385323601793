/// A model of any domain with its position in the journal, and the domain without its types, as kernels use it. The
/// code of kernels is compiled once against these; only `KernelImplementation` is compiled per domain.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <utility>

#include "evenfold/codec/event.hpp"
#include "evenfold/core/erased/any_domain.hpp"
#include "evenfold/core/events/events.hpp"

namespace evenfold::kernel {

/// The erasures that a model reflects. A model that was folded before a later one may still have what was erased.
struct Erasures {
    std::uint64_t of_journal = 0; // see JournalPosition
    std::uint64_t of_sealer = 0;  // 0 without a sealer
    friend bool operator==(const Erasures&, const Erasures&) = default;
};

/// A model with its position in the journal.
template <Domain D>
struct ReplayedModel {
    typename D::Model model{};
    Sequence head = 0;                // the last event folded
    std::uint64_t unknown_events = 0; // kept but not folded, because this build does not know them
    std::uint64_t removed_events = 0; // not folded, because their payloads were removed
    Erasures erasures;                // when the first event was folded
};

/// The members of a ReplayedModel of any domain.
struct AnyState {
    AnyPointer object; // the ReplayedModel, or null when it is owned elsewhere
    void* model;
    Sequence* head;
    std::uint64_t* unknown_events;
    std::uint64_t* removed_events;
    Erasures* erasures;
};

/// Returns pointers to the members of `state`, which must outlive them.
template <Domain D>
[[nodiscard]] AnyState members_of(ReplayedModel<D>& state) {
    return {.object = {nullptr, [](void*) {}},
            .model = &state.model,
            .head = &state.head,
            .unknown_events = &state.unknown_events,
            .removed_events = &state.removed_events,
            .erasures = &state.erasures};
}

template <Domain D>
[[nodiscard]] AnyState owned(ReplayedModel<D> state) {
    AnyPointer object = make_any<ReplayedModel<D>>(std::move(state));
    AnyState members = members_of(*static_cast<ReplayedModel<D>*>(object.get()));
    members.object = std::move(object);
    return members;
}

/// Returns the ReplayedModel that `state` owns.
template <Domain D>
[[nodiscard]] ReplayedModel<D>& typed(const AnyState& state) {
    return *static_cast<ReplayedModel<D>*>(state.object.get());
}

/// The fold of a domain.
class AnyFold {
public:
    AnyFold() = default;
    AnyFold(const AnyFold&) = delete;
    AnyFold& operator=(const AnyFold&) = delete;
    virtual ~AnyFold() = default;

    /// Returns the state before the first event.
    [[nodiscard]] virtual AnyState make() const = 0;
    /// Returns a copy of the ReplayedModel that `state` owns.
    [[nodiscard]] virtual AnyState copy(const AnyState& state) const = 0;
    /// Folds the events of `decision` from index `from` on, and advances the head by as many.
    virtual void fold(const AnyState& state, const AnyDecision& decision, std::size_t from) const = 0;
    /// Replaces the state by that before the first event.
    virtual void reset(const AnyState& state) const = 0;
};

class AnyKernelDomain : public AnyDomain {
public:
    [[nodiscard]] virtual const AnyFold& folding() const = 0;
    /// Returns the reader of the domain's stored events.
    [[nodiscard]] virtual const codec::EventReader& reader() const = 0;
};

/// Folds `event` into the model of `state`, and counts it.
inline void project(const AnyKernelDomain& domain, const AnyState& state, const void* event) {
    if (domain.is_unknown(event)) ++*state.unknown_events;
    domain.project(state.model, event);
    ++*state.head;
}

/// Returns the upcasters of D, if it has any.
template <Domain D>
[[nodiscard]] std::span<const codec::Upcaster> upcasters_of() {
    hooks::check_upcasters<D, codec::Upcaster>();
    if constexpr (HasUpcasters<D, codec::Upcaster>)
        return D::upcasters();
    else
        return {};
}

/// Whether a variant of events has an alternative for events that this build does not know.
template <class Event>
inline constexpr bool keeps_unknown = variants::holds<Unknown, Event>;

/// Counts `event` after it was folded.
template <class Event>
void count(Sequence& head, std::uint64_t& unknown_events, const Event& event) {
    ++head;
    if constexpr (keeps_unknown<Event>) {
        if (std::holds_alternative<Unknown>(event)) ++unknown_events;
    }
}

template <Domain D>
void fold(ReplayedModel<D>& state, const typename D::Event& event) {
    state.model = D::project(std::move(state.model), event);
    count(state.head, state.unknown_events, event);
}

template <Domain D>
class Fold final : public AnyFold {
public:
    [[nodiscard]] AnyState make() const override { return owned<D>({}); }
    [[nodiscard]] AnyState copy(const AnyState& state) const override { return owned<D>(typed<D>(state)); }
    void fold(const AnyState& state, const AnyDecision& decision, std::size_t from) const override {
        const auto& events = *static_cast<const erased::TypedDecision<D>&>(decision).value;
        for (std::size_t at = from; at < events.size(); ++at) kernel::fold<D>(typed<D>(state), events[at]);
    }
    void reset(const AnyState& state) const override {
        *static_cast<typename D::Model*>(state.model) = typename D::Model{};
        *state.head = 0;
        *state.unknown_events = 0;
        *state.removed_events = 0;
        *state.erasures = {};
    }
};

/// Returns the single AnyFold of D.
template <Domain D>
[[nodiscard]] const AnyFold& fold_of() {
    static const Fold<D> fold;
    return fold;
}

/// Implements Interface, which is AnyKernelDomain or derived from it, by the functions of D.
template <Domain D, class Interface = AnyKernelDomain>
class KernelImplementation : public erased::Implementation<D, Interface> {
public:
    [[nodiscard]] const AnyFold& folding() const final { return fold_of<D>(); }
    [[nodiscard]] const codec::EventReader& reader() const final {
        static const codec::EventReader reader(shape_of<typename D::Event>(), upcasters_of<D>());
        return reader;
    }
};

/// Returns the single AnyKernelDomain of D.
template <Domain D>
[[nodiscard]] const AnyKernelDomain& kernel_domain() {
    static const KernelImplementation<D> domain;
    return domain;
}

} // namespace evenfold::kernel
