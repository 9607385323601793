/// Runs the contract of a journal over journals that are broken on purpose.
/// Shape: Broken is a journal type that is default-constructible.
#pragma once

#include <memory>

#include "evenfold/tests/contracts/journal_contract.hpp"

namespace evenfold::journal {

template <class Broken>
contract::Violations violations_of() {
    class BrokenFixture final : public contract::JournalFixture {
    public:
        Journal& journal() override { return journal_; }

    private:
        Broken journal_;
    };
    return contract::violations_of_all_rules([] { return std::make_unique<BrokenFixture>(); });
}

} // namespace evenfold::journal
