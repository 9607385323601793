/// The reasons why a kernel refuses a command, as JSON.
/// Shapes: `{"class": "conflict", "type": "ThreadBusy", "turn": ...}`; type and fields are those of the error. A domain
/// that has `static ErrorClass class_of(const Error&, Actor)` names the class of its errors; otherwise, or if it
/// throws, the class is "rejected". The class of a failure of the journal is "failure".
#pragma once

#include <string>
#include <string_view>
#include <type_traits>
#include <variant>

#include "evenfold/core/decider/decider.hpp"
#include "evenfold/core/reflection/type_name.hpp"
#include "evenfold/kernel/outcome.hpp"

namespace evenfold::kernel {

[[nodiscard]] std::string to_json(const journal::Failure& failure);
[[nodiscard]] std::string to_json(const CommandIdConflict& conflict);
[[nodiscard]] std::string to_json(const CauseNotFound& missing);
[[nodiscard]] std::string to_json(const ExpectationFailed& failed);
[[nodiscard]] std::string to_json(const NotStorable& invalid);

/// Returns the JSON of a value that has `got` instead of `expected` at the path `at`.
[[nodiscard]] std::string
invalid_json(std::string_view type, const std::string& at, const std::string& expected, const std::string& got);

/// Returns the error of the given shape as JSON, with its class.
[[nodiscard]] std::string error_json(std::string_view error_class, const Shape& shape, const void* error);

template <Domain D>
[[nodiscard]] std::string_view error_class_of(const typename D::Error& error, Actor actor) {
    if constexpr (HasErrorClasses<D>) {
        try {
            return name_of(D::class_of(error, actor));
        } catch (...) {
            return "rejected"; // the refusal matters more than its class
        }
    }
    return "rejected";
}

template <Domain D>
[[nodiscard]] std::string to_json(const Refusal<D>& refusal, Actor actor) {
    hooks::check<D>();
    return std::visit(
        [&]<class Reason>(const Reason& reason) {
            if constexpr (std::is_same_v<Reason, Rejected<D>>) {
                return error_json(error_class_of<D>(reason.error, actor), shape_of<typename D::Error>(), &reason.error);
            } else {
                return to_json(reason);
            }
        },
        refusal);
}

} // namespace evenfold::kernel
