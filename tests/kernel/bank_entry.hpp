/// The bank as a domain that a program can select by name.
/// Shape: see kernel/any_kernel.hpp.
#pragma once

#include "evenfold/kernel/any_kernel.hpp"

namespace evenfold::bank {

extern const kernel::DomainEntry bank_entry;

} // namespace evenfold::bank
