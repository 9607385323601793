/// Random histories of any domain: their options, and the generator.
/// Shape: as testing/history_generator.hpp, which is for a domain with its types.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "evenfold/testing/engine/any_testable.hpp"
#include "evenfold/testing/engine/crash_reporter.hpp"
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
    /// The use of a kind of command in this history so far.
    struct KindUse {
        std::size_t times = 0;       // with events
        std::size_t futile = 0;      // candidates without events, since the kinds of entities in the model changed
        std::optional<bool> shrinks; // whether the last one made the model smaller
    };
    enum class Candidate : std::uint8_t { useless, shrinking, useful };

    static constexpr std::size_t tries_max = 4; // candidates of one kind for one command

    [[nodiscard]] AnyPointer draw(ChoiceSource& source) const;
    [[nodiscard]] const void* model() const { return domain_.model(history_.get()); }
    Choices add_useful(Random& random);
    Choices add_any(Random& random);
    [[nodiscard]] std::size_t tries_of(std::size_t kind) const;
    [[nodiscard]] bool is_wanted(std::size_t kind) const;
    [[nodiscard]] std::vector<std::size_t> kinds_in_order(Random& random) const;
    [[nodiscard]] std::size_t counted(std::size_t kind) const;
    [[nodiscard]] Candidate ranked(std::size_t kind, const void* candidate);
    [[nodiscard]] std::size_t size_of(const void* of_model) const;
    [[nodiscard]] bool is_growing() const { return swarm_ % 4 != 0; } // three in four histories
    void submit(const void* command);

    const AnyTestable& domain_;
    const AnyHistoryOptions& how_;
    const VariantShape* kinds_; // of commands; null when there is one kind only
    std::uint64_t swarm_;
    AnyPointer history_;
    ReportedHistory reported_;
    KnownValues known_;
    std::vector<KindUse> uses_; // by kind
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
