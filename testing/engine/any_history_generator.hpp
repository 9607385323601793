/// Random histories of any domain: their options, and the generator.
/// Shape: as testing/history_generator.hpp, which is for a domain with its types.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "evenfold/testing/engine/any_testable.hpp"
#include "evenfold/testing/generators.hpp"

namespace evenfold::testing {

/// Options for generating histories.
struct AnyHistoryOptions {
    const Generators& generators;
    std::function<AnyPointer(ChoiceSource&, const void* model)> command; // if set, returns the next command
    std::size_t commands_max;
    unsigned unfiltered_percent;
};

/// The generator of one history, with the values that the history has used.
class AnyHistoryGenerator {
public:
    /// Starts a history. `swarm` selects the kinds of newly drawn commands. `domain` and `how` must outlive it.
    AnyHistoryGenerator(const AnyTestable& domain, const AnyHistoryOptions& how,
                        std::uint64_t swarm = ~std::uint64_t{0});

    /// Adds the command that `choices` generates.
    void add(const Choices& choices);

    /// Adds a newly drawn command and returns its choices. Without a function of the user, selects among several
    /// candidates one that has events, of the kind that was accepted least often, so that histories reach many states.
    Choices add(Random& random);

    /// Returns the history, a History of the domain.
    [[nodiscard]] const void* history() const { return history_.get(); }
    [[nodiscard]] AnyPointer take_history() { return std::move(history_); }

private:
    static constexpr std::size_t candidates = 12;

    [[nodiscard]] AnyPointer draw(ChoiceSource& source) const;
    [[nodiscard]] const void* model() const { return domain_.model(history_.get()); }
    [[nodiscard]] bool is_wanted(const void* command) const;
    [[nodiscard]] bool is_rarer(const void* a, const void* b) const;
    [[nodiscard]] std::size_t counted(std::size_t kind) const;
    [[nodiscard]] bool is_interesting(const void* candidate) const;
    void submit(const void* command);

    const AnyTestable& domain_;
    const AnyHistoryOptions& how_;
    const VariantShape* kinds_; // of commands; null when there is one kind only
    std::uint64_t swarm_;
    AnyPointer history_;
    KnownValues known_;
    std::vector<std::size_t> times_; // accepted commands, per kind
    std::vector<bool> shrinks_;      // whether the last accepted command shrank the model, per kind
};

/// A new random history, and the choices that generate it again.
struct AnyGeneratedHistory {
    std::vector<Choices> choice_lists;
    AnyPointer history;
};

/// Returns the history that `choice_lists` generate.
[[nodiscard]] AnyPointer
history_of(const AnyTestable& domain, const std::vector<Choices>& choice_lists, const AnyHistoryOptions& how);
[[nodiscard]] AnyGeneratedHistory
generate_history(const AnyTestable& domain, Random& random, const AnyHistoryOptions& how);

} // namespace evenfold::testing
