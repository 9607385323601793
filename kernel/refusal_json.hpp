/// The reasons why a kernel refuses a command, as JSON.
/// Shapes: `{"class": "conflict", "type": "ThreadBusy", "turn": ...}`; type and fields are those of the error. A domain
/// that has `static ErrorClass class_of(const Error&, Actor)` names the class of its errors; otherwise the class is
/// "rejected". The class of a failure of the journal is "failure".
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

/// Returns the error of the given shape as JSON, with its class.
[[nodiscard]] std::string error_json(std::string_view error_class, const Shape& shape, const void* error);

template <Domain D>
[[nodiscard]] std::string to_json(const Refusal<D>& refusal, Actor actor) {
    hooks::check<D>();
    return std::visit(
        [&]<class Reason>(const Reason& reason) {
            if constexpr (std::is_same_v<Reason, Rejected<D>>) {
                std::string_view error_class = "rejected";
                if constexpr (HasErrorClasses<D>) error_class = name_of(D::class_of(reason.error, actor));
                return error_json(error_class, shape_of<typename D::Error>(), &reason.error);
            } else {
                return to_json(reason);
            }
        },
        refusal);
}

} // namespace evenfold::kernel
