#include "evenfold/testing/search.hpp"

#include <charconv>
#include <cstdlib>
#include <fmt/format.h>
#include <stdexcept>
#include <string_view>
#include <utility>

namespace evenfold::testing {
namespace {

/// Makes a list smaller as long as `broken` returns true for it.
template <class Element>
class ListReduction {
public:
    using List = std::vector<Element>;

    ListReduction(List list, std::uint64_t tries, const std::function<bool(const List&)>& broken)
        : list_(std::move(list)), left_(tries), broken_(broken) {}

    [[nodiscard]] const List& list() const { return list_; }

    /// Keeps only the first few elements, if that is possible.
    void keep_prefix() {
        for (std::size_t length = 1; length < list_.size(); length *= 2) {
            List prefix(list_.begin(), list_.begin() + static_cast<std::ptrdiff_t>(length));
            if (try_candidate(std::move(prefix))) return;
        }
    }

    /// Removes stretches: all, half of them, a quarter, ..., one. Returns whether one could be removed.
    bool remove_stretches() {
        const std::size_t size = list_.size();
        for (std::size_t length = list_.size(); length > 0; length /= 2) {
            for (std::size_t from = 0; from + length <= list_.size();) {
                List without = list_;
                const auto first = without.begin() + static_cast<std::ptrdiff_t>(from);
                without.erase(first, first + static_cast<std::ptrdiff_t>(length));
                if (!try_candidate(std::move(without))) from += length;
            }
        }
        return list_.size() < size;
    }

    /// Removes two elements that are anywhere. Returns whether that was possible.
    bool remove_pair() {
        for (std::size_t second = list_.size(); second-- > 0;) {
            for (std::size_t first = second; first-- > 0;) {
                List without = list_;
                without.erase(without.begin() + static_cast<std::ptrdiff_t>(second));
                without.erase(without.begin() + static_cast<std::ptrdiff_t>(first));
                if (try_candidate(std::move(without))) return true;
            }
        }
        return false;
    }

    bool try_candidate(List candidate) {
        if (left_ == 0) return false;
        --left_;
        if (!broken_(candidate)) return false;
        list_ = std::move(candidate);
        return true;
    }

private:
    List list_;
    std::uint64_t left_;
    const std::function<bool(const List&)>& broken_;
};

/// Makes the choices of single commands simpler. Returns whether that was possible.
bool simplify_commands(ListReduction<Choices>& reduction) {
    bool changed = false;
    for (std::size_t index = 0; index < reduction.list().size(); ++index) {
        for (bool more = true; more;) {
            more = false;
            for (Choices& choices : simpler(reduction.list()[index])) {
                std::vector<Choices> with = reduction.list();
                with[index] = std::move(choices);
                if (!reduction.try_candidate(std::move(with))) continue;
                more = changed = true;
                break;
            }
        }
    }
    return changed;
}

} // namespace

std::uint64_t number_from_environment(const char* name, std::uint64_t otherwise, std::uint64_t least) {
    const char* text = std::getenv(name); // NOLINT(concurrency-mt-unsafe): tests do not change their environment
    if (!text) return otherwise;
    const std::string_view digits(text);
    std::uint64_t wanted = 0;
    const auto [end, error] = std::from_chars(digits.begin(), digits.end(), wanted);
    if (error != std::errc() || end != digits.end() || wanted < least)
        throw std::invalid_argument(fmt::format("{}={} is not valid: expected an integer >= {}", name, text, least));
    return wanted;
}

SearchEffort from_environment(SearchEffort effort) {
    if (effort.fixed) return effort;
    effort.seed = number_from_environment("EVENFOLD_SEED", effort.seed, 0);
    effort.cases = number_from_environment("EVENFOLD_CASES", effort.cases, 1);
    return effort;
}

std::uint64_t seed_of_case(std::uint64_t seed, std::uint64_t n) {
    return n == 0 ? seed : Random(Random(seed).next() + n).next();
}

std::vector<Choices> reduced(std::vector<Choices> choice_lists, std::uint64_t tries_max,
                             const std::function<bool(const std::vector<Choices>&)>& broken) {
    ListReduction<Choices> reduction(std::move(choice_lists), tries_max, broken);
    reduction.keep_prefix();
    while (reduction.remove_stretches() || simplify_commands(reduction)) {}
    return reduction.list();
}

std::vector<const void*> reduced(std::vector<const void*> commands, std::uint64_t tries_max,
                                 const std::function<bool(const std::vector<const void*>&)>& broken) {
    ListReduction<const void*> reduction(std::move(commands), tries_max, broken);
    while (reduction.remove_stretches() || reduction.remove_pair()) {}
    return reduction.list();
}

} // namespace evenfold::testing
