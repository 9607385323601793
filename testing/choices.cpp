#include "evenfold/testing/choices.hpp"

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

std::vector<Choices> simpler(const Choices& choices) {
    std::vector<Choices> all = shorter(choices);
    for (std::size_t index = 0; index < choices.size(); ++index) {
        for (const std::uint32_t smaller : {0U, choices[index] / 2, choices[index] - 1}) {
            if (smaller >= choices[index]) continue; // 0 has no smaller number
            Choices with = choices;
            with[index] = smaller;
            all.push_back(std::move(with));
        }
    }
    return all;
}

std::vector<std::vector<Choices>> simpler(const std::vector<Choices>& choice_lists) {
    std::vector<std::vector<Choices>> all = shorter(choice_lists);
    for (std::size_t index = 0; index < choice_lists.size(); ++index) {
        for (Choices& choices : simpler(choice_lists[index])) {
            all.push_back(choice_lists);
            all.back()[index] = std::move(choices);
        }
    }
    return all;
}

} // namespace evenfold::testing
