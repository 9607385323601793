#include "evenfold/tests/kernel/bank_entry.hpp"

#include "evenfold/kernel/register_domain.hpp"
#include "evenfold/tests/kernel/bank.hpp"

namespace evenfold::bank {

constinit const kernel::DomainEntry bank_entry = kernel::register_domain<Bank>("bank");

} // namespace evenfold::bank
