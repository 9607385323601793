/// A journal at work on real files: the kernel, a thread that this process has claimed, and the git reactors.
/// Errors: complaints that were made; the answer is how the program ends.
#pragma once

#include <expected>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "evenfold/cli/options.hpp"
#include "evenfold/cli/orchestration_kernel.hpp"
#include "evenfold/cli/recording/recorder.hpp"
#include "evenfold/reactors/orchestration/git_reactors.hpp"
#include "evenfold/reactors/orchestration/presence.hpp"

namespace evenfold::cli {

class Workshop {
public:
    /// `database` is the journal's file: it is left out of all checkpoints.
    [[nodiscard]] static std::expected<Workshop, Exit> open(journal::Journal& journal, const std::string& database);

    /// The thread of that name, made if need be, is this process's; what was left outstanding in it is done.
    [[nodiscard]] std::expected<orchestration::ThreadId, Exit> claim(const PlaceOptions& place);

    /// The same for what is only to be recorded: no file is touched, for its agent may be at work on them.
    [[nodiscard]] std::expected<orchestration::ThreadId, Exit> claim_to_record(const PlaceOptions& place);

    /// The thread is this process's.
    [[nodiscard]] std::expected<void, Exit> claim(const orchestration::ThreadId& thread);

    /// Asks it for the user, or for `actor`.
    [[nodiscard]] std::expected<void, Exit> ask(orchestration::Command asked, Actor actor = Actor::user);

    /// The same, where a rejection means that somebody else was first: then nothing is said.
    [[nodiscard]] std::expected<void, Exit> ask_unless_settled(orchestration::Command asked, Actor actor);

    /// Does all that is outstanding for `thread`, and gives back what nobody needs any more, until there is nothing
    /// left to do or somebody presses Ctrl-C, more than `interrupts_before` times.
    [[nodiscard]] std::expected<void, Exit>
    settle(const orchestration::ThreadId& thread, unsigned interrupts_before = 0);

    /// What programs that are gone have left in other threads than `mine`, which is at rest: their turns are over, and
    /// files that `mine` is about to change are captured. Reverts and commits wait for a command on their own thread.
    [[nodiscard]] std::expected<void, Exit> recover_others(const orchestration::ThreadId& mine);

    /// What is told of `thread` from here on goes into the journal.
    [[nodiscard]] Recorder recorder(const orchestration::ThreadId& thread, std::string no_checkpoints);

    /// What `view(model)` answers.
    template <class View>
    [[nodiscard]] decltype(auto) read(View view) const {
        return kernel_->read([&](const orchestration::Model& model, Sequence) { return view(model); });
    }

private:
    [[nodiscard]] Outcome submit(orchestration::Command asked, Actor actor);
    Workshop(journal::Journal& journal, const std::string& database, std::unique_ptr<Kernel> kernel,
             orchestration::Presence presence);
    [[nodiscard]] std::expected<void, Exit> take(const orchestration::ThreadId& thread);
    [[nodiscard]] Exit complain_of_writer(const orchestration::ThreadId& thread) const;
    [[nodiscard]] std::expected<void, Exit> end_what_is_dead();
    [[nodiscard]] std::expected<void, Exit>
    settle(const std::function<bool(const orchestration::Effect&, const orchestration::Model&)>& mine,
           unsigned interrupts_before);

    journal::Journal* journal_;
    std::unique_ptr<Kernel> kernel_;
    orchestration::Presence presence_;
    orchestration::Reactors reactors_;
};

} // namespace evenfold::cli
