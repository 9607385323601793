#include "evenfold/journal/signatures.hpp"

namespace evenfold::journal {

std::expected<std::unique_ptr<chain::ChainSink>, Failure> JournalSignatures::open_sink(Instant /*at*/) {
    return std::unexpected(Failure{.kind = FailureKind::unsupported,
                                   .what = "this kind of journal cannot import rows",
                                   .remedy = "Import into a SQLite file."});
}

} // namespace evenfold::journal
