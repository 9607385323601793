/// The reactor for effects of one kind.
/// Shape: a policy, a lane and two functions. `handle` returns the commands that complete an effect; `give_up` returns
/// the command that gives it up.
/// Errors: an AttemptError, which says whether a retry makes sense.
#pragma once

#include <concepts>
#include <expected>
#include <functional>
#include <stop_token>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "evenfold/core/effects.hpp"
#include "evenfold/kernel/kernel.hpp"
#include "evenfold/kernel/reacting/policy.hpp"

namespace evenfold::kernel {

/// The reason why an attempt did not succeed.
struct AttemptError {
    std::string reason;
    bool is_final = false; // a retry makes no sense
    friend bool operator==(const AttemptError&, const AttemptError&) = default;
};

/// The commands that complete an effect, in order. Empty: the effect was begun and will be confirmed from outside.
template <Domain D>
using HandlerResult = std::expected<std::vector<typename D::Command>, AttemptError>;

/// One attempt at an effect, on its own thread.
template <Domain D>
struct Attempt {
    std::uint32_t number = 1;
    std::stop_token stop; // requested when the deadline has passed or the loop stops
    const Kernel<D>& kernel;

    /// Returns the result of `view(model, sequence)` for the current model.
    template <class View>
    [[nodiscard]] decltype(auto) read(View view) const {
        return kernel.read(view);
    }
};

namespace reacting {

/// The kinds of effects of a domain: the alternatives of a member `body`, or the effect itself.
template <class Effect>
struct EffectKinds {
    static constexpr std::size_t count = 1;
    static std::size_t index(const Effect&) { return 0; }
    template <class Kind>
    static constexpr std::size_t index_of = 0;
    template <class Kind>
    static const Kind& get(const Effect& effect) {
        static_assert(std::is_same_v<Kind, Effect>,
                      "this domain has one kind of effect: its handler must take the whole effect");
        return effect;
    }
};

template <class Effect>
    requires requires(const Effect& effect) { std::variant_size_v<std::remove_cvref_t<decltype(effect.body)>>; }
struct EffectKinds<Effect> {
    using Body = decltype(Effect::body);
    static constexpr std::size_t count = std::variant_size_v<Body>;
    static std::size_t index(const Effect& effect) { return effect.body.index(); }
    template <class Kind>
    static constexpr std::size_t index_of = []<std::size_t... at>(std::index_sequence<at...>) {
        static_assert((std::is_same_v<Kind, std::variant_alternative_t<at, Body>> || ...),
                      "no effect of this domain has a body of this kind");
        return ((std::is_same_v<Kind, std::variant_alternative_t<at, Body>> ? at : 0) + ... + 0);
    }(std::make_index_sequence<count>{});
    template <class Kind>
    static const Kind& get(const Effect& effect) {
        return std::get<Kind>(effect.body);
    }
};

template <Domain D, class Result>
[[nodiscard]] HandlerResult<D> to_handler_result(Result result) {
    if constexpr (std::convertible_to<Result, HandlerResult<D>>) {
        return result;
    } else if constexpr (std::convertible_to<Result, typename D::Command>) {
        return std::vector<typename D::Command>{std::move(result)};
    } else {
        static_assert(
            requires {
                { *result } -> std::convertible_to<typename D::Command>;
            },
            "a handler must return a command, a vector of commands, or std::expected of either with an AttemptError");
        if (!result) return std::unexpected(std::move(result.error()));
        return std::vector<typename D::Command>{std::move(*result)};
    }
}

} // namespace reacting

/// A function from an effect of that kind, and optionally the attempt, to a HandlerResult, a command, or an
/// expected command.
template <Domain D, class Kind>
class EffectHandler {
public:
    template <class Function>
        requires std::invocable<Function&, const Kind&, const Attempt<D>&> || std::invocable<Function&, const Kind&>
    EffectHandler(Function function) // NOLINT(google-explicit-constructor): a lambda may be passed as a handler
        : function_([function = std::move(function)](const Kind& kind, const Attempt<D>& attempt) mutable {
              if constexpr (std::invocable<Function&, const Kind&, const Attempt<D>&>)
                  return reacting::to_handler_result<D>(function(kind, attempt));
              else
                  return reacting::to_handler_result<D>(function(kind));
          }) {}

    HandlerResult<D> operator()(const Kind& kind, const Attempt<D>& attempt) const { return function_(kind, attempt); }

private:
    std::function<HandlerResult<D>(const Kind&, const Attempt<D>&)> function_;
};

/// A function from an effect of that kind and a reason to the command that gives the effect up. If a domain has no such
/// command, it returns nullopt: the effect stays outstanding and is reported, and the next loop retries it.
template <Domain D, class Kind>
class GiveUpHandler {
public:
    template <class Function>
        requires std::invocable<Function&, const Kind&, const std::string&>
    GiveUpHandler(Function function) // NOLINT(google-explicit-constructor): as above
        : function_(std::move(function)) {}

    std::optional<typename D::Command> operator()(const Kind& kind, const std::string& reason) const {
        return function_(kind, reason);
    }

private:
    std::function<std::optional<typename D::Command>(const Kind&, const std::string&)> function_;
};

/// The reactor for effects of one kind. Handlers run on other threads, concurrently for different lanes.
template <Domain D, class Kind>
struct Reactor {
    ReactorPolicy policy{};
    std::function<std::string(const Kind&)>
        lane{}; // one effect per lane runs at a time; empty: each effect has its own lane
    EffectHandler<D, Kind> handle;
    GiveUpHandler<D, Kind> give_up;
};

} // namespace evenfold::kernel
