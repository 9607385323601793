/// Reminders: requested, then delivered, or given up if that fails.
/// Shape: the outstanding effects are a function of the model, so they are run again after a crash.
#pragma once

#include <evenfold/core/containers/table.hpp>
#include <evenfold/core/effects.hpp>
#include <evenfold/core/reflection/structure.hpp>

#include <variant>

namespace reminders {

using ReminderId = evenfold::Id<struct ReminderTag>;
using EffectId = evenfold::Id<struct EffectTag>;

struct Remind {
    EVENFOLD_STRUCT(Remind, (ReminderId, reminder), (std::string, text));
    friend bool operator==(const Remind&, const Remind&) = default;
};
struct MarkDelivered {
    EVENFOLD_STRUCT(MarkDelivered, (ReminderId, reminder));
    friend bool operator==(const MarkDelivered&, const MarkDelivered&) = default;
};
struct GiveUp {
    EVENFOLD_STRUCT(GiveUp, (ReminderId, reminder), (std::string, reason));
    friend bool operator==(const GiveUp&, const GiveUp&) = default;
};

struct Requested {
    EVENFOLD_STRUCT(Requested, (ReminderId, reminder), (std::string, text));
    friend bool operator==(const Requested&, const Requested&) = default;
};
struct Delivered {
    EVENFOLD_STRUCT(Delivered, (ReminderId, reminder));
    friend bool operator==(const Delivered&, const Delivered&) = default;
};
struct GivenUp {
    EVENFOLD_STRUCT(GivenUp, (ReminderId, reminder), (std::string, reason));
    friend bool operator==(const GivenUp&, const GivenUp&) = default;
};

struct NoSuchReminder {
    EVENFOLD_STRUCT(NoSuchReminder, (ReminderId, reminder));
    friend bool operator==(const NoSuchReminder&, const NoSuchReminder&) = default;
};

struct Reminder {
    EVENFOLD_STRUCT(Reminder, (ReminderId, id), (std::string, text));
    friend bool operator==(const Reminder&, const Reminder&) = default;
};
struct Waiting {
    EVENFOLD_STRUCT(Waiting, (evenfold::Table<Reminder>, reminders));
    friend bool operator==(const Waiting&, const Waiting&) = default;
};

/// An effect: deliver the reminder.
struct Deliver {
    EffectId id;
    ReminderId reminder;
    std::string text;
    friend bool operator==(const Deliver&, const Deliver&) = default;
};

struct Reminders {
    using Command = std::variant<Remind, MarkDelivered, GiveUp>;
    using Event = std::variant<Requested, Delivered, GivenUp>;
    using Error = std::variant<NoSuchReminder>;
    using Model = Waiting;
    using Decision = std::expected<std::vector<Event>, Error>;

    static Decision decide(const Command& command, const Model& model) {
        return std::visit([&](const auto& one) { return on(one, model); }, command);
    }
    static Model project(Model model, const Event& event) {
        std::visit([&](const auto& one) { on(one, model); }, event);
        return model;
    }

    static std::vector<Deliver> outstanding(const Model& model) {
        std::vector<Deliver> effects;
        for (const Reminder* one : model.reminders.sorted())
            effects.push_back({.id = derive<EffectTag>(one->id, "deliver"), .reminder = one->id, .text = one->text});
        return effects;
    }

    static Decision on(const Remind& command, const Model& model) {
        if (model.reminders.contains(command.reminder)) return std::vector<Event>{}; // no events: it already exists
        return std::vector<Event>{Requested{.reminder = command.reminder, .text = command.text}};
    }
    static Decision on(const MarkDelivered& command, const Model& model) {
        if (!model.reminders.contains(command.reminder)) return std::unexpected(NoSuchReminder{command.reminder});
        return std::vector<Event>{Delivered{command.reminder}};
    }
    static Decision on(const GiveUp& command, const Model& model) {
        if (!model.reminders.contains(command.reminder)) return std::unexpected(NoSuchReminder{command.reminder});
        return std::vector<Event>{GivenUp{.reminder = command.reminder, .reason = command.reason}};
    }

    static void on(const Requested& event, Model& model) {
        model.reminders.insert({.id = event.reminder, .text = event.text});
    }
    static void on(const Delivered& event, Model& model) { model.reminders.erase(event.reminder); }
    static void on(const GivenUp& event, Model& model) { model.reminders.erase(event.reminder); }
};

} // namespace reminders
