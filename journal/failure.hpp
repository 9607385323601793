/// Failures of journal operations with an external cause: the storage, or another program.
/// Shape: the failure type of the operating system layer, whose kinds include those of journals.
#pragma once

#include "evenfold/system/failure.hpp"

namespace evenfold::journal {

using system::Failure;
using system::FailureKind;

} // namespace evenfold::journal
