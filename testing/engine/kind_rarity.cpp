#include "evenfold/testing/engine/kind_rarity.hpp"

#include <algorithm>
#include <tuple>

namespace evenfold::testing {
namespace {

constexpr std::size_t shrinking_factor = 16;
constexpr std::size_t candidates_max = 4;

std::size_t counted(const KindUse& use, bool is_growing) {
    return use.shrinks.value_or(false) && is_growing ? shrinking_factor * (use.times + 1) : use.times;
}

} // namespace

KindRarity::KindRarity(const Shape& command, const Generators& generators)
    : kinds_(std::get_if<VariantShape>(&command.kind)),
      generators_(generators),
      uses_(kinds_ ? kinds_->alternatives.size() : 1) {}

std::vector<std::size_t>
KindRarity::in_order(Random& random, bool is_growing, const std::function<bool(std::size_t kind)>& is_wanted) const {
    std::vector<std::tuple<bool, std::size_t, std::uint64_t, std::size_t>> all;
    for (std::size_t kind = 0; kind < uses_.size(); ++kind) {
        const unsigned weight = kinds_ ? generators_.weight(kinds_->alternatives[kind]()) : 1;
        if (weight > 0)
            all.emplace_back(!is_wanted(kind), counted(uses_[kind], is_growing) / weight, random.next(), kind);
    }
    std::ranges::sort(all);
    std::vector<std::size_t> order;
    for (const auto& [unwanted, times, tie, kind] : all) order.push_back(kind);
    if (order.empty()) order.push_back(0);
    return order;
}

std::size_t KindRarity::tries(std::size_t kind) const {
    return std::max<std::size_t>(1, candidates_max / (1 + uses_[kind].futile / candidates_max));
}

bool KindRarity::is_put_off(std::size_t kind) const {
    if (!uses_[kind].shrinks.value_or(false)) return false;
    std::size_t all = 0;
    for (const KindUse& use : uses_) all += use.times;
    return counted(uses_[kind], true) * uses_.size() > all;
}

Choices KindRarity::choices_of(std::size_t kind) const {
    return kinds_ ? Choices{generators_.choice_of(*kinds_, kind)} : Choices();
}

} // namespace evenfold::testing
