#include "evenfold/testing/search.hpp"

#include <charconv>
#include <cstdlib>
#include <fmt/format.h>
#include <stdexcept>
#include <string_view>
#include <utility>

namespace evenfold::testing {
namespace {

/// Replaces the choices by simpler ones as long as the law is still broken.
class Reduction {
public:
    using Broken = std::function<bool(const std::vector<Choices>&)>;

    Reduction(std::vector<Choices> choice_lists, std::uint64_t tries, const Broken& broken)
        : choices_(std::move(choice_lists)), left_(tries), broken_(broken) {}

    std::vector<Choices> run() {
        while (remove_commands() || simplify_commands()) {}
        return std::move(choices_);
    }

private:
    /// Removes stretches of commands: all, half of them, a quarter, ..., one.
    bool remove_commands() {
        for (std::size_t length = choices_.size(); length > 0; length /= 2) {
            for (std::size_t from = 0; from + length <= choices_.size();) {
                std::vector<Choices> without = choices_;
                const auto first = without.begin() + static_cast<std::ptrdiff_t>(from);
                without.erase(first, first + static_cast<std::ptrdiff_t>(length));
                if (try_candidate(std::move(without))) {
                    changed_ = true;
                } else {
                    from += length;
                }
            }
        }
        return std::exchange(changed_, false);
    }

    /// Simplifies single commands.
    bool simplify_commands() {
        for (std::size_t index = 0; index < choices_.size(); ++index) {
            for (bool more = true; more;) {
                more = false;
                for (Choices& choices : simpler(choices_[index])) {
                    std::vector<Choices> with = choices_;
                    with[index] = std::move(choices);
                    if (!try_candidate(std::move(with))) continue;
                    more = changed_ = true;
                    break;
                }
            }
        }
        return std::exchange(changed_, false);
    }

    bool try_candidate(std::vector<Choices> candidate) {
        if (left_ == 0) return false;
        --left_;
        if (!broken_(candidate)) return false;
        choices_ = std::move(candidate);
        return true;
    }

    std::vector<Choices> choices_;
    std::uint64_t left_;
    const Broken& broken_;
    bool changed_ = false;
};

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
    return Reduction(std::move(choice_lists), tries_max, broken).run();
}

} // namespace evenfold::testing
