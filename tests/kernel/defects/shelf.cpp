#include "evenfold/tests/kernel/defects/shelf.hpp"

#include <stdexcept>

namespace evenfold::shelf {

std::expected<std::vector<Domain::Event>, Domain::Error>
Domain::decide(const Command& command, const Model& /*model*/) {
    const Put& put = std::get<Put>(command);
    if (put.part == Part::decide) throw std::runtime_error("no decision");
    if (put.part == Part::class_of) return std::unexpected(Refused{"class_of"});
    const Added added{.amount = put.amount, .part = put.part, .until = put.until};
    const Added wrong{.amount = put.amount, .part = no_part, .until = put.until};
    if (put.part == Part::wrong_event) return std::vector<Event>{wrong};
    if (put.part == Part::wrong_second_event) return std::vector<Event>{added, wrong};
    return std::vector<Event>{added};
}

Shelf Domain::project(Model model, const Event& event) {
    const Added& added = std::get<Added>(event);
    if (folds_left >= 0 && folds_left-- == 0) throw std::runtime_error("no fold this time");
    if (added.part == Part::project) throw std::runtime_error("no fold");
    model.amounts.push_back(added.amount);
    model.last = added.part;
    model.until = added.until;
    return model;
}

std::optional<Domain::Error> Domain::forbid(Actor /*actor*/, const Command& command) {
    if (std::get<Put>(command).part == Part::forbid) throw 7;
    return std::nullopt;
}

std::string Domain::stream_of(const Event& event, const Model& /*model*/) {
    if (std::get<Added>(event).part == Part::stream_of) throw std::runtime_error("no stream");
    return "shelf";
}

std::vector<Label> Domain::outstanding(const Model& model) {
    if (model.last == Part::outstanding) throw std::runtime_error("no effects");
    const bool is_due = !model.amounts.empty() && model.amounts.back() == 7;
    return is_due ? std::vector<Label>(1) : std::vector<Label>();
}

ErrorClass Domain::class_of(const Error& /*error*/, Actor /*actor*/) {
    throw std::runtime_error("no class");
}

Kernel::Command put(std::uint8_t number, std::uint32_t amount, Part part) {
    Kernel::Command command;
    command.command.uuid.bytes.back() = number;
    command.body = Put{.amount = amount, .part = part, .until = {}};
    return command;
}

std::unique_ptr<Kernel> open(journal::Journal& journal) {
    return Kernel::open(journal, [] { return Instant{5000}; }).value();
}

std::vector<std::uint32_t> amounts(const Kernel& kernel) {
    return kernel.snapshot()->model.amounts;
}

journal::Failure failure_of(const Outcome& outcome) {
    const auto* failure = outcome ? nullptr : std::get_if<journal::Failure>(&outcome.error());
    return failure ? *failure : journal::Failure{};
}

} // namespace evenfold::shelf
