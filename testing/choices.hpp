/// Sources of random choices: a seed, or recorded choices.
/// Shape: a value is generated from a list of choices. A shorter list, or smaller choices, gives a simpler value.
/// rapidcheck is not used because every user of the kit would need it, and because generators of single fields do not
/// see the history: they found 65 of 87 planted bugs, this finds all (docs/hand-written.md). Random is splitmix64
/// because one is made for each candidate of a command; std::mt19937_64 initializes 2.5 kB each time.
/// Source: Hypothesis (MacIver and Donaldson, "Test-Case Reduction via Test-Case Generation", 2020);
/// splitmix64 (Steele, Lea and Flood, 2014).
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "evenfold/core/platform/language.hpp"

namespace evenfold::testing {

/// The choices behind one value, in order. Missing choices are 0, the simplest choice.
using Choices = std::vector<std::uint32_t>;

/// Random numbers from a seed: equal seeds give equal numbers on every machine.
class Random {
public:
    explicit Random(std::uint64_t seed) : state_(seed) {}

    [[nodiscard]] std::uint64_t next() {
        state_ += 0x9e3779b97f4a7c15U;
        std::uint64_t mixed = state_;
        mixed = (mixed ^ (mixed >> 30U)) * 0xbf58476d1ce4e5b9U;
        mixed = (mixed ^ (mixed >> 27U)) * 0x94d049bb133111ebU;
        return mixed ^ (mixed >> 31U);
    }

private:
    std::uint64_t state_;
};

/// Makes the choices of one value. It is the only source of randomness of every generator function.
class ChoiceSource {
public:
    /// Makes new random choices and records them.
    explicit ChoiceSource(Random& random) : random_(&random) {}

    /// Repeats `first`, then makes new random choices.
    ChoiceSource(Random& random, std::span<const std::uint32_t> first) : random_(&random), given_(first) {}

    /// Repeats the recorded `choices`.
    explicit ChoiceSource(std::span<const std::uint32_t> choices) : given_(choices) {}

    /// Returns a number from 0 to `bound` - 1; `bound` is from 1 to 2^32.
    [[nodiscard]] std::size_t below(std::size_t bound) {
        const bool is_new = random_ && made_.size() >= given_.size();
        const std::uint64_t number = is_new ? random_->next() : given();
        made_.push_back(static_cast<std::uint32_t>(number % bound));
        return made_.back();
    }

    /// Returns true with a probability of `percent` in a hundred; always from 100 on. The simplest choice is false.
    [[nodiscard]] bool chance(unsigned percent) { return below(100) + percent >= 100; }

    template <class T>
    [[nodiscard]] const T& one_of(const std::vector<T>& all) {
        return all[below(all.size())];
    }

    /// Returns the choices so far.
    [[nodiscard]] const Choices& choices() const { return made_; }

private:
    [[nodiscard]] std::uint32_t given() const { return made_.size() < given_.size() ? given_[made_.size()] : 0; }

    Random* random_ = nullptr;
    std::span<const std::uint32_t> given_;
    Choices made_;
};

/// Returns lists simpler than `choices`, the largest reductions first: without a stretch, then with smaller numbers.
[[nodiscard]] std::vector<Choices> simpler(const Choices& choices);

/// Returns variants simpler than `choice_lists`, the largest reductions first: without a stretch of lists, then with
/// one list simpler.
[[nodiscard]] std::vector<std::vector<Choices>> simpler(const std::vector<Choices>& choice_lists);

} // namespace evenfold::testing
