#include "evenfold/journal/chain/source.hpp"

namespace evenfold::journal::chain {

std::expected<bool, system::Failure> ChainSource::next_of_stream(std::string_view, StreamEventRow&) {
    return std::unexpected(system::Failure{
        .kind = system::FailureKind::unsupported,
        .what = "one stream cannot be verified alone here, because this form is read from its beginning",
        .remedy = "Verify all events."});
}

} // namespace evenfold::journal::chain
