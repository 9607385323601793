#include "evenfold/testing/law/order_law.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "evenfold/codec/codec.hpp"
#include "evenfold/core/values/hash_salt.hpp"
#include "evenfold/testing/engine/other_ids.hpp"

namespace evenfold::testing::kit {
namespace {

/// The first lets many ids collide, because a std::unordered_map without collisions lists its elements in the order of
/// insertion, whatever their hash. Three elements have another order if only the first and the last collide.
constexpr std::array<std::uint64_t, 2> multipliers{std::uint64_t{1} << 11U, 0xc2b2ae3d27d4eb4fU};

/// Each command is submitted this many times, each time with other ids, because small histories have few entities.
constexpr std::uint8_t copies = 3;

/// The law takes as long as half of all others together on each history.
constexpr std::uint64_t order_law_interval = 4;

/// While it lives, ids have another hash.
class OtherHash {
public:
    explicit OtherHash(std::uint64_t multiplier) : usual_(std::exchange(containers::hash_multiplier, multiplier)) {}
    ~OtherHash() { containers::hash_multiplier = usual_; }
    OtherHash(const OtherHash&) = delete;
    OtherHash& operator=(const OtherHash&) = delete;

private:
    std::uint64_t usual_;
};

std::string encoded(const AnyTestable& domain, const DecisionView& decision) {
    if (decision.error) return "the error " + codec::encode(domain.error_type().shape(), decision.error);
    std::string text = "the events [";
    for (std::size_t index = 0; index < decision.count; ++index)
        text += (index > 0 ? "," : "") + codec::encode(domain.event_shape(), decision.event(index));
    return text + ']';
}

/// Returns whether values of that shape may contain a Set or a Table.
bool has_hash_table(const Shape& shape, std::set<const Shape*>& seen) {
    if (!seen.insert(&shape).second) return false;
    const auto has = [&](ShapeFunction part) { return has_hash_table(part(), seen); };
    return std::visit(
        [&]<class Kind>(const Kind& kind) {
            if constexpr (std::is_same_v<Kind, StructureShape>)
                return std::ranges::any_of(kind.fields, [&](const Field& field) { return has(field.shape); });
            else if constexpr (std::is_same_v<Kind, VariantShape>)
                return std::ranges::any_of(kind.alternatives, has);
            else if constexpr (std::is_same_v<Kind, SequenceShape>)
                return !kind.ordered || has(kind.element);
            else if constexpr (std::is_same_v<Kind, OptionalShape>)
                return has(kind.element);
            else if constexpr (std::is_same_v<Kind, IndirectShape> || std::is_same_v<Kind, PersonalShape>)
                return has(kind.content);
            else
                return false;
        },
        shape.kind);
}

/// Decisions and the last model as text, which stays comparable when ids have another hash. Tables and sets do not.
struct HistoryText {
    std::vector<std::string> decisions;
    std::string model;
    friend bool operator==(const HistoryText&, const HistoryText&) = default;
};

/// A history in which each command comes several times, with other ids.
class CopiedHistory {
public:
    explicit CopiedHistory(const AnyHistory& history) : history_(history) {
        const Shape& shape = domain().command_shape();
        std::set<const Shape*> seen;
        if (!has_hash_table(shape, seen)) return;
        for (std::size_t index = 0; index < history.size(); ++index)
            commands_.push_back(codec::encode(shape, history.step(index).command));
    }

    /// Decides and folds the commands, and returns the results as text. Ends if the domain throws.
    [[nodiscard]] HistoryText run() const {
        HistoryText text;
        const AnyPointer again = domain().new_history();
        for (std::size_t number = 0; number < history_.size() * copies; ++number) {
            domain().submit(again.get(), command(number).get());
            if (domain().throwing_command(again.get())) {
                text.decisions.push_back("the exception " + std::string(domain().exception_text(again.get())));
                return text;
            }
            text.decisions.push_back(encoded(domain(), domain().step(again.get(), number).decision));
        }
        text.model = codec::encode(domain().model_type().shape(), domain().model(again.get()));
        return text;
    }

    [[nodiscard]] AnyPointer command(std::size_t number) const {
        const Shape& shape = domain().command_shape();
        const std::size_t index = number / copies;
        AnyPointer copy = commands_.empty() ? domain().command_type().copy(history_.step(index).command)
                                            : domain().command_type().make();
        if (!commands_.empty()) static_cast<void>(codec::decode(shape, copy.get(), commands_[index]));
        rename_ids(shape, copy.get(), static_cast<std::uint8_t>(number % copies));
        return copy;
    }

private:
    [[nodiscard]] const AnyTestable& domain() const { return history_.domain(); }

    const AnyHistory& history_;
    std::vector<std::string> commands_; // as JSON; empty if commands contain no hash table
};

Verdict same_results(const AnyHistory& history, const CopiedHistory& copied, const HistoryText& usual,
                     const HistoryText& other) {
    const auto [one, another] = std::ranges::mismatch(usual.decisions, other.decisions);
    if (one != usual.decisions.end() && another != other.decisions.end()) {
        const auto number = static_cast<std::size_t>(one - usual.decisions.begin());
        return breaks(fmt::format("at command {} ({}), when each command comes {} times with other ids: the decision "
                                  "depends on the order of a hash table: {}; in another order {}",
                                  number / copies + 1, code_of_command(history.domain(), copied.command(number).get()),
                                  copies, *one, *another));
    }
    if (usual.model == other.model) return holds();
    return breaks(fmt::format("when each command comes {} times with other ids, the model depends on the order of a "
                              "hash table: {}; in another order {}",
                              copies, usual.model, other.model));
}

Verdict check_order(const AnyHistory& history) {
    const CopiedHistory copied(history);
    const HistoryText usual = copied.run();
    for (const std::uint64_t multiplier : multipliers) {
        const auto other = [&] {
            const OtherHash hash(multiplier);
            return copied.run();
        }();
        if (other == usual) continue;
        if (copied.run() != usual) return holds(); // other results each time, which other laws find
        return same_results(history, copied, usual, other);
    }
    return holds();
}

} // namespace

AnyLaw order_free() {
    return {"order-free", "decide and project return equal results, in whatever order hash tables list their elements",
            &check_order, order_law_interval};
}

} // namespace evenfold::testing::kit
