/// A domain whose commands may be told twice: the same command of the same id happens once.
/// Shape: commands carry an id; what was done is told by one event more, CommandDone, and kept in the model. A kernel
/// does the same with receipts; this is for where there is none.
/// Laws: without repeats it is the domain; repeating any command at any later time changes nothing.
#pragma once

#include <expected>
#include <string>
#include <vector>

#include "evenfold/core/composition/flat.hpp"
#include "evenfold/core/decider/decider.hpp"
#include "evenfold/core/domain.hpp"
#include "evenfold/core/reflection/structure.hpp"
#include "evenfold/core/values/digest.hpp"
#include "evenfold/core/values/table.hpp"

namespace evenfold {

/// The command of that id was accepted; `body` is the digest of what it asked, in hexadecimal digits.
struct CommandDone {
    EVENFOLD_STRUCT(CommandDone, (CommandId, id), (std::string, body));
    friend bool operator==(const CommandDone&, const CommandDone&) = default;
};

template <Domain D>
struct Idempotent {
    struct Command {
        EVENFOLD_STRUCT(Command, (CommandId, id), (typename D::Command, body));
        friend bool operator==(const Command&, const Command&) = default;
    };
    using Event = composition::Flat<typename D::Event, CommandDone>;
    using Error = composition::Flat<typename D::Error, CommandIdConflict>;
    struct Model {
        EVENFOLD_STRUCT(Model, (typename D::Model, model), (Table<CommandDone>, done));
        friend bool operator==(const Model&, const Model&) = default;
    };

    [[nodiscard]] static std::expected<std::vector<Event>, Error> decide(const Command& command, const Model& model) {
        const std::string body = to_text(digest(command.body));
        if (const CommandDone* done = model.done.find(command.id)) {
            if (done->body == body) return std::vector<Event>{};
            return std::unexpected<Error>(CommandIdConflict{command.id});
        }
        auto decision = D::decide(command.body, model.model);
        if (!decision) return std::unexpected(composition::widened<Error>(std::move(decision.error())));
        std::vector<Event> events;
        events.reserve(decision->size() + 1);
        for (auto& event : *decision) events.push_back(composition::widened<Event>(std::move(event)));
        events.push_back(CommandDone{.id = command.id, .body = body});
        return events;
    }

    [[nodiscard]] static Model project(Model model, const Event& event) {
        std::visit(
            [&]<class Happened>(const Happened& happened) {
                if constexpr (std::is_same_v<Happened, CommandDone>)
                    model.done.insert(happened);
                else
                    model.model = D::project(std::move(model.model), typename D::Event(happened));
            },
            event);
        return model;
    }
};

} // namespace evenfold
