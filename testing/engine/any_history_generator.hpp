/// Random histories of any domain: their options, and the generator.
/// Shape: as testing/history_generator.hpp, which is for a domain with its types.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "evenfold/testing/engine/any_testable.hpp"
#include "evenfold/testing/engine/crash_reporter.hpp"
#include "evenfold/testing/engine/kind_rarity.hpp"
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

    /// Adds a newly drawn command and returns its choices. Without a function of the user, draws candidates of one kind
    /// after the other, those that had events least often first, until one has events, so that histories reach many
    /// states.
    Choices add(Random& random);

    /// Returns the history, a History of the domain.
    [[nodiscard]] const void* history() const { return history_.get(); }
    [[nodiscard]] AnyPointer take_history() { return std::move(history_); }

private:
    enum class Candidate : std::uint8_t { useless, shrinking, useful };

    [[nodiscard]] AnyPointer draw(ChoiceSource& source) const;
    [[nodiscard]] const void* model() const { return domain_.model(history_.get()); }
    Choices add_useful(Random& random);
    Choices add_any(Random& random);
    [[nodiscard]] bool is_wanted(std::size_t kind) const;
    [[nodiscard]] Candidate ranked(std::size_t kind, const void* candidate);
    [[nodiscard]] std::size_t size_of(const void* of_model) const;
    [[nodiscard]] bool is_growing() const { return swarm_ % 4 != 0; } // three in four histories
    void submit(const void* command);

    const AnyTestable& domain_;
    const AnyHistoryOptions& how_;
    std::uint64_t swarm_;
    AnyPointer history_;
    ReportedHistory reported_;
    KnownValues known_;
    KindRarity rarity_;
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
