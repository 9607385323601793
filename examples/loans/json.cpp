/// Executes commands that are JSON, one per line of standard input, and prints a line of JSON for each.
#include <evenfold/journal/sqlite/sqlite_journal.hpp>
#include <evenfold/kernel/any_kernel.hpp>
#include <evenfold/kernel/fresh_id.hpp>
#include <evenfold/kernel/register_domain.hpp>

#include <cstdio>
#include <iostream>

#include "loans.hpp"

namespace {

namespace journal = evenfold::journal;
namespace kernel = evenfold::kernel;

constinit const kernel::DomainEntry loans_entry = kernel::register_domain<loans::Loans>("loans");

bool run(journal::Journal& journal) {
    const auto library = loans_entry.open(journal, &kernel::now);
    if (!library) return false;
    for (std::string line; std::getline(std::cin, line);) {
        const auto receipt = (*library)->submit(line);
        if (receipt)
            std::printf(R"({"first":%zu,"count":%u})"
                        "\n",
                        std::size_t{receipt->first}, receipt->count);
        else
            std::puts(kernel::to_json(receipt.error()).c_str());
    }
    std::puts((*library)->model()->to_json().c_str());
    return true;
}

} // namespace

int main(int count, char** words) {
    const auto journal =
        journal::open_sqlite_journal(count > 1 ? words[1] : "loans.db", journal::Access::create, {.domain = "loans"});
    return journal && run(**journal) ? 0 : 1;
}
