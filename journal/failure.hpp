/// Why an operation of a journal failed for a reason that lies outside of it: the storage, or another program.
/// Shape: the failure type of the operating system layer, which has the kinds of journals among its own.
#pragma once

#include "evenfold/system/failure.hpp"

namespace evenfold::journal {

using system::Failure;
using system::FailureKind;

} // namespace evenfold::journal
