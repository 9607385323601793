#include "evenfold/kernel/engine/defect.hpp"

#include <exception>
#include <fmt/format.h>

namespace evenfold::kernel {

std::string current_exception_message() {
    try {
        throw;
    } catch (const std::exception& thrown) {
        return thrown.what();
    } catch (...) {
        return "an exception of an unknown type";
    }
}

journal::Failure exception_failure(std::string_view subject) {
    return {.kind = journal::FailureKind::defect,
            .what = fmt::format("{}: an exception was thrown: {}", subject, current_exception_message()),
            .remedy =
                "correct the function that threw, because those of a domain must return a value for all arguments"};
}

} // namespace evenfold::kernel
