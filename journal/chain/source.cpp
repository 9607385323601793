#include "evenfold/journal/chain/source.hpp"

namespace evenfold::journal::chain {

std::expected<bool, system::Failure> ChainSource::next_of_stream(std::string_view, StreamEventRow&) {
    return std::unexpected(system::Failure{
        .kind = system::FailureKind::unsupported,
        .what = "one stream cannot be verified alone here, because this form is read from its beginning",
        .remedy = "Verify all events."});
}

std::expected<bool, system::Failure> ChainSource::next_proven(ProvenEventRow&) {
    return std::unexpected(
        system::Failure{.kind = system::FailureKind::unsupported,
                        .what = "a whole journal has no proofs beside its events, as a part of one has",
                        .remedy = "Verify all events."});
}

} // namespace evenfold::journal::chain
