/// `Idempotent<D>`: executes each command id once. Repeating an accepted command has no events, the same id with
/// another body is the error CommandIdConflict, and a refused command may be sent again. An event CommandDone records
/// each accepted command, and the model keeps it. A kernel does the same with receipts; use this where there is no
/// kernel.
/// Laws: without repeats it equals D; repeating an accepted command, at any later time, changes nothing.
///
///     using Once = Idempotent<Counter>;
///     const Once::Command add{.id = id, .body = Add{60}};
///     const auto decision = decide<Once>(add, Once::Model{});
///     Once::Model model{};
///     for (const Once::Event& event : *decision) model = Once::project(std::move(model), event);
///     assert(model.model.value == 60 && decide<Once>(add, model)->empty()); // the second time nothing happens
#pragma once

#include <expected>
#include <optional>
#include <string>
#include <vector>

#include "evenfold/core/composition/flat.hpp"
#include "evenfold/core/composition/requirements.hpp"
#include "evenfold/core/containers/table.hpp"
#include "evenfold/core/decider/decider.hpp"
#include "evenfold/core/domain.hpp"
#include "evenfold/core/reflection/digest.hpp"
#include "evenfold/core/reflection/structure.hpp"

namespace evenfold {

/// The command of that id was accepted. `body` is the digest of the command's body, in hexadecimal digits.
struct CommandDone {
    EVENFOLD_STRUCT(CommandDone, (CommandId, id), (std::string, body));
    friend bool operator==(const CommandDone&, const CommandDone&) = default;
};

namespace composition {

/// In a function, so that a compiler reports only this error and continues.
template <class D>
consteval bool keeps_no_commands() {
    static_assert(!is_in<CommandDone, typename D::Event>,
                  "this domain is idempotent already: Idempotent of Idempotent is not allowed");
    return true;
}

} // namespace composition

template <Domain D>
struct Idempotent {
    static_assert(composition::can_be_composed<D>());
    static_assert(composition::keeps_no_commands<D>());

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
        static_assert(composition::are_names_distinct<NamedVariants>());
        const std::string body = to_text(digest(command.body));
        if (const CommandDone* done = model.done.find(command.id)) {
            if (done->body == body) return std::vector<Event>{};
            return std::unexpected<Error>(CommandIdConflict{command.id});
        }
        auto decision = evenfold::decide<D>(command.body, model.model);
        if (!decision) return std::unexpected(composition::widen<Error>(std::move(decision.error())));
        std::vector<Event> events;
        events.reserve(decision->size() + 1);
        for (auto& event : *decision) events.push_back(composition::widen<Event>(std::move(event)));
        events.push_back(CommandDone{.id = command.id, .body = body});
        return events;
    }

    [[nodiscard]] static Model project(Model model, const Event& event) {
        std::visit(
            [&]<class SomeEvent>(const SomeEvent& alternative) {
                if constexpr (std::is_same_v<SomeEvent, CommandDone>)
                    model.done.insert(alternative);
                else
                    model.model = D::project(std::move(model.model), typename D::Event(alternative));
            },
            event);
        return model;
    }

    /// Returns the stream `commands` for CommandDone if the domain has streams.
    [[nodiscard]] static std::string stream_of(const Event& event, const Model& model) {
        return std::visit(
            [&]<class SomeEvent>(const SomeEvent& alternative) -> std::string {
                if constexpr (std::is_same_v<SomeEvent, CommandDone>)
                    return HasStreams<D> ? "commands" : "domain";
                else
                    return evenfold::stream_of<D>(typename D::Event(alternative), model.model);
            },
            event);
    }

    [[nodiscard]] static std::optional<Error> forbid(Actor actor, const Command& command) {
        auto error = evenfold::forbid<D>(actor, command.body);
        if (!error) return std::nullopt;
        return composition::widen<Error>(std::move(*error));
    }

private:
    /// The variants whose alternatives must have distinct names.
    struct NamedVariants {
        using Command = std::variant<typename Idempotent::Command>;
        using Event = typename Idempotent::Event;
        using Error = typename Idempotent::Error;
    };
};

} // namespace evenfold
