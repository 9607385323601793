/// A small domain with effects: letters that a post office carries, and calls that continue until confirmed.
/// Shapes: a letter is written, then sent or lost. A call is confirmed from outside. Both wait for reactors until then.
#pragma once

#include <variant>

#include "evenfold/core/containers/table.hpp"
#include "evenfold/core/reflection/structure.hpp"
#include "evenfold/kernel/kernel.hpp"

namespace evenfold::letters {

using LetterId = Id<struct LetterTag>;
using EffectId = Id<struct EffectTag>;

struct Write {
    EVENFOLD_STRUCT(Write, (LetterId, letter), (std::string, to), (bool, by_phone));
    friend bool operator==(const Write&, const Write&) = default;
};
struct MarkSent {
    EVENFOLD_STRUCT(MarkSent, (LetterId, letter));
    friend bool operator==(const MarkSent&, const MarkSent&) = default;
};
struct MarkLost {
    EVENFOLD_STRUCT(MarkLost, (LetterId, letter), (std::string, reason));
    friend bool operator==(const MarkLost&, const MarkLost&) = default;
};

struct Written {
    EVENFOLD_STRUCT(Written, (LetterId, letter), (std::string, to), (bool, by_phone));
    friend bool operator==(const Written&, const Written&) = default;
};
struct Sent {
    EVENFOLD_STRUCT(Sent, (LetterId, letter));
    friend bool operator==(const Sent&, const Sent&) = default;
};
struct Lost {
    EVENFOLD_STRUCT(Lost, (LetterId, letter), (std::string, reason));
    friend bool operator==(const Lost&, const Lost&) = default;
};

struct NoSuchLetter {
    EVENFOLD_STRUCT(NoSuchLetter, (LetterId, letter));
    friend bool operator==(const NoSuchLetter&, const NoSuchLetter&) = default;
};
struct AlreadyWritten {
    EVENFOLD_STRUCT(AlreadyWritten, (LetterId, letter));
    friend bool operator==(const AlreadyWritten&, const AlreadyWritten&) = default;
};
struct AlreadySettled {
    EVENFOLD_STRUCT(AlreadySettled, (LetterId, letter));
    friend bool operator==(const AlreadySettled&, const AlreadySettled&) = default;
};

/// Carries a letter to a letterbox.
struct Carry {
    EVENFOLD_STRUCT(Carry, (LetterId, letter), (std::string, to));
    friend bool operator==(const Carry&, const Carry&) = default;
};
struct Ring {
    EVENFOLD_STRUCT(Ring, (LetterId, letter));
    friend bool operator==(const Ring&, const Ring&) = default;
};
struct Effect {
    EffectId id;
    std::variant<Carry, Ring> body;
    friend bool operator==(const Effect&, const Effect&) = default;
};

enum class State : std::uint8_t { written, sent, lost };

struct Letter {
    EVENFOLD_STRUCT(Letter, (LetterId, id), (std::string, to), (bool, by_phone), (State, state), (std::string, reason));
    friend bool operator==(const Letter&, const Letter&) = default;
};
struct Office {
    EVENFOLD_STRUCT(Office, (Table<Letter>, letters));
    friend bool operator==(const Office&, const Office&) = default;
};

struct Letters {
    using Command = std::variant<Write, MarkSent, MarkLost>;
    using Event = std::variant<Written, Sent, Lost>;
    using Error = std::variant<NoSuchLetter, AlreadyWritten, AlreadySettled>;
    using Model = Office;

    static std::expected<std::vector<Event>, Error> decide(const Command& request, const Model& model);
    static Model project(Model model, const Event& event);
    static std::vector<Effect> outstanding(const Model& model);
};

using Kernel = kernel::Kernel<Letters>;

[[nodiscard]] LetterId letter(unsigned number);

/// Returns a kernel over `journal` whose clock stands still.
[[nodiscard]] std::unique_ptr<Kernel> kernel_over(journal::Journal& journal);

/// Submits `body` to the kernel, which must accept it.
void submit(Kernel& kernel, Letters::Command body);

/// Returns letter `number` from the kernel's model.
[[nodiscard]] Letter read(const Kernel& kernel, unsigned number);

} // namespace evenfold::letters
