/// Failures of the kind `defect`: a function of the domain threw an exception, or returned a value that cannot be
/// stored. The kernel catches such exceptions, so that one wrong command or event does not end the program.
#pragma once

#include <string>
#include <string_view>

#include "evenfold/journal/failure.hpp"

namespace evenfold::kernel {

/// Returns the text of the exception that is being handled. Call it in a handler only.
[[nodiscard]] std::string current_exception_message();

/// Returns the failure for the exception that is being handled. `subject` names what could not be done, such as
/// "command 0192... (Deposit) could not be decided".
[[nodiscard]] journal::Failure exception_failure(std::string_view subject);

} // namespace evenfold::kernel
