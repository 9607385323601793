#include <evenfold/core/reflection/shape_of.hpp>
#include <evenfold/journal/sqlite/sqlite_journal.hpp>
#include <evenfold/kernel/fresh_id.hpp>
#include <evenfold/kernel/reacting/loop.hpp>
#include <evenfold/kernel/reacting/thread_runtime.hpp>

#include <cstdio>

#include "reminders.hpp"

namespace {

using namespace reminders;
namespace kernel = evenfold::kernel;
namespace journals = evenfold::journal;

/// Prints reminders to standard output. A reminder that cannot be printed is given up, with the reason.
kernel::Reactors<Reminders> printing() {
    kernel::Reactors<Reminders> reactors;
    reactors.add<Deliver>({
        .policy = {},
        .lane = {},
        .handle = {[](const Deliver& due) -> std::expected<Reminders::Command, kernel::AttemptError> {
            if (std::printf("%s\n", due.text.c_str()) < 0)
                return std::unexpected(kernel::AttemptError{.reason = "cannot write to stdout", .is_final = false});
            return MarkDelivered{due.reminder};
        }},
        .give_up = {[](const Deliver& due, const std::string& reason) {
            return GiveUp{.reminder = due.reminder, .reason = reason};
        }},
    });
    return reactors;
}

bool remind(kernel::Kernel<Reminders>& kernel, const char* text) {
    return kernel
        .submit({.command = kernel::fresh<evenfold::CommandId>(),
                 .actor = evenfold::Actor::user,
                 .at = kernel::now(),
                 .cause = {},
                 .correlation = {},
                 .body = Remind{.reminder = kernel::fresh<ReminderId>(), .text = text}})
        .has_value();
}

} // namespace

int main(int count, char** words) {
    const auto journal = journals::open_sqlite_journal(count > 1 ? words[1] : "reminders.db", journals::Access::create,
                                                       {.domain = "reminders"});
    if (!journal) return 1;
    const auto kernel = kernel::Kernel<Reminders>::open(**journal, &kernel::now);
    if (!kernel || !remind(**kernel, "water the plants") || !remind(**kernel, "call Ada")) return 1;

    const auto reactors = printing();
    kernel::ThreadRuntime runtime(**journal);
    kernel::ReactorLoop<Reminders> loop(**kernel, reactors, runtime);
    return loop.run_until_idle() ? 0 : 1;
}
