#include "evenfold/journal/signatures.hpp"

namespace evenfold::journal {

namespace {

Failure removes_nothing() {
    return {.kind = FailureKind::unsupported,
            .what = "this kind of journal cannot remove payloads",
            .remedy = "export it, import it into a journal in an SQLite file, and remove them there"};
}

} // namespace

std::expected<std::unique_ptr<chain::ChainSink>, Failure> JournalSignatures::open_sink(Instant /*at*/) {
    return std::unexpected(Failure{.kind = FailureKind::unsupported,
                                   .what = "this kind of journal cannot import rows",
                                   .remedy = "Import into a SQLite file."});
}

std::expected<void, Failure> JournalSignatures::remove_payloads(const PayloadRemoval& /*removal*/) {
    return std::unexpected(removes_nothing());
}

std::expected<void, Failure> JournalSignatures::overwrite_removed() {
    return std::unexpected(removes_nothing());
}

} // namespace evenfold::journal
