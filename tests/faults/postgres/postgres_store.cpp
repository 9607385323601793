#include "evenfold/tests/faults/postgres/postgres_store.hpp"

#include "evenfold/journal/postgres/postgres_journal.hpp"
#include "evenfold/tests/journal/chain/stored_journal.hpp"

namespace evenfold::tests::faults {

namespace {

/// Returns the options of a writer.
journal::PostgresOptions options_with(bool is_signed, std::uint64_t key) {
    journal::PostgresOptions options{.domain = "plans"};
    if (is_signed) options.signing = journal::SigningOptions{.key = chain::key_of(key)};
    return options;
}

} // namespace

TestedStore postgres_store(const std::string& url, bool is_signed) {
    return {.open =
                [url, is_signed](std::uint64_t key) {
                    return journal::open_postgres_journal(url, journal::Access::create, options_with(is_signed, key));
                },
            .is_signed = is_signed,
            .integrity = {}};
}

} // namespace evenfold::tests::faults
