#include "evenfold/tests/kernel/reacting/letters.hpp"

#include <doctest/doctest.h>

#include "evenfold/core/reflection/shape_of.hpp"
#include "evenfold/kernel/fresh_id.hpp"

namespace evenfold::letters {
namespace {

using Decision = std::expected<std::vector<Letters::Event>, Letters::Error>;

Decision on(const Write& request, const Office& office) {
    if (office.letters.contains(request.letter)) return std::unexpected(AlreadyWritten{request.letter});
    return std::vector<Letters::Event>{
        Written{.letter = request.letter, .to = request.to, .by_phone = request.by_phone}};
}

Decision close_letter(const LetterId& id, const Office& office, State state, Letters::Event event) {
    const Letter* letter = office.letters.find(id);
    if (!letter) return std::unexpected(NoSuchLetter{id});
    if (letter->state == state) return std::vector<Letters::Event>{};
    if (letter->state != State::written) return std::unexpected(AlreadySettled{id});
    return std::vector<Letters::Event>{std::move(event)};
}

Decision on(const MarkSent& request, const Office& office) {
    return close_letter(request.letter, office, State::sent, Sent{request.letter});
}
Decision on(const MarkLost& request, const Office& office) {
    return close_letter(request.letter, office, State::lost, Lost{.letter = request.letter, .reason = request.reason});
}

void move(Office& office, const Written& event) {
    office.letters.insert(
        {.id = event.letter, .to = event.to, .by_phone = event.by_phone, .state = State::written, .reason = {}});
}
void move(Office& office, const Sent& event) {
    if (Letter* letter = office.letters.find(event.letter)) letter->state = State::sent;
}
void move(Office& office, const Lost& event) {
    Letter* letter = office.letters.find(event.letter);
    if (!letter) return;
    letter->state = State::lost;
    letter->reason = event.reason;
}

} // namespace

std::expected<std::vector<Letters::Event>, Letters::Error> Letters::decide(const Command& request, const Model& model) {
    return std::visit([&](const auto& submit) { return on(submit, model); }, request);
}

Office Letters::project(Office model, const Event& event) {
    std::visit([&](const auto& happened) { move(model, happened); }, event);
    return model;
}

std::vector<Effect> Letters::outstanding(const Office& model) {
    std::vector<Effect> effects;
    for (const Letter* letter : model.letters.sorted()) {
        if (letter->state != State::written) continue;
        const auto id = derive<EffectTag>(letter->id, "carry");
        if (letter->by_phone)
            effects.push_back({.id = id, .body = Ring{letter->id}});
        else
            effects.push_back({.id = id, .body = Carry{.letter = letter->id, .to = letter->to}});
    }
    return effects;
}

LetterId letter(unsigned number) {
    Uuid id;
    id.bytes = {0x1e};
    id.bytes[14] = static_cast<std::uint8_t>(number >> 8U);
    id.bytes[15] = static_cast<std::uint8_t>(number);
    return {id};
}

std::unique_ptr<Kernel> kernel_over(journal::Journal& journal) {
    auto opened = Kernel::open(journal, [] { return Instant{1}; });
    REQUIRE(opened);
    return std::move(*opened);
}

void submit(Kernel& kernel, Letters::Command body) {
    REQUIRE(kernel.submit({.command = kernel::fresh<CommandId>(),
                           .actor = Actor::user,
                           .at = {1},
                           .cause = {},
                           .correlation = {},
                           .body = std::move(body)}));
}

Letter read(const Kernel& kernel, unsigned number) {
    return kernel.read([&](const Office& office, Sequence) {
        const Letter* found = office.letters.find(letter(number));
        REQUIRE(found);
        return *found;
    });
}

} // namespace evenfold::letters
