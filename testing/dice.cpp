#include "evenfold/testing/dice.hpp"

namespace evenfold::testing {

std::vector<Row> simpler(const Row& row) {
    std::vector<Row> all;
    for (std::size_t length = row.size(); length > 0; length /= 2) {
        for (std::size_t from = 0; from + length <= row.size(); from += length) {
            Row without = row;
            const auto first = without.begin() + static_cast<std::ptrdiff_t>(from);
            without.erase(first, first + static_cast<std::ptrdiff_t>(length));
            all.push_back(std::move(without));
        }
    }
    for (std::size_t place = 0; place < row.size(); ++place) {
        for (const std::uint32_t smaller : {0U, row[place] / 2, row[place] - 1}) {
            if (smaller >= row[place]) continue; // 0 has none
            Row with = row;
            with[place] = smaller;
            all.push_back(std::move(with));
        }
    }
    return all;
}

} // namespace evenfold::testing
