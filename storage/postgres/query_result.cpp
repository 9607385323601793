#include "evenfold/storage/postgres/query_result.hpp"

#include <charconv>
#include <string_view>

namespace evenfold::storage::postgres {

std::uint64_t QueryResult::affected() const {
    const std::string_view text = PQcmdTuples(result_.get());
    std::uint64_t count = 0;
    std::from_chars(text.data(), text.data() + text.size(), count);
    return count;
}

} // namespace evenfold::storage::postgres
