#include "evenfold/testing/dice.hpp"

namespace evenfold::testing {
namespace {

/// Returns copies of `list` without all of it, without each half, each quarter, ..., each element.
template <class List>
std::vector<List> shorter(const List& list) {
    std::vector<List> all;
    for (std::size_t length = list.size(); length > 0; length /= 2) {
        for (std::size_t from = 0; from + length <= list.size(); from += length) {
            List without = list;
            const auto first = without.begin() + static_cast<std::ptrdiff_t>(from);
            without.erase(first, first + static_cast<std::ptrdiff_t>(length));
            all.push_back(std::move(without));
        }
    }
    return all;
}

} // namespace

std::vector<Row> simpler(const Row& row) {
    std::vector<Row> all = shorter(row);
    for (std::size_t place = 0; place < row.size(); ++place) {
        for (const std::uint32_t smaller : {0U, row[place] / 2, row[place] - 1}) {
            if (smaller >= row[place]) continue; // 0 has no smaller number
            Row with = row;
            with[place] = smaller;
            all.push_back(std::move(with));
        }
    }
    return all;
}

std::vector<std::vector<Row>> simpler(const std::vector<Row>& rows) {
    std::vector<std::vector<Row>> all = shorter(rows);
    for (std::size_t place = 0; place < rows.size(); ++place) {
        for (Row& row : simpler(rows[place])) {
            all.push_back(rows);
            all.back()[place] = std::move(row);
        }
    }
    return all;
}

} // namespace evenfold::testing
