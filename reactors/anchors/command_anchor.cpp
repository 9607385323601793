#include "evenfold/reactors/anchors/command_anchor.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "evenfold/core/text/visible.hpp"
#include "evenfold/reactors/anchors/anchor_spec.hpp"
#include "evenfold/reactors/anchors/continuation.hpp"
#include "evenfold/reactors/anchors/witness_exchange.hpp"
#include "evenfold/reactors/process/child.hpp"

namespace evenfold::reactors::anchors {
namespace {

using journal::heads::SignedHead;
using process::Child;
using process::SteadyTime;

constexpr std::string_view old_size_variable = "EVENFOLD_ANCHOR_OLD_SIZE=";
constexpr std::string_view secret_variable = "EVENFOLD_HMAC_SECRET=";
constexpr std::size_t shown_bytes_max = 300; // of a program's error output

/// The end of a program that was run.
struct CommandEnd {
    process::ExitStatus status;
    std::string output; // its beginning
    std::string errors; // the last line or lines of its standard error
};

std::vector<std::string> environment_with(std::uint64_t old_size) {
    std::vector<std::string> variables = process::inherited_environment();
    std::erase_if(variables, [](const std::string& variable) {
        return variable.starts_with(old_size_variable) || variable.starts_with(secret_variable);
    });
    variables.push_back(fmt::format("{}{}", old_size_variable, old_size));
    return variables;
}

/// Returns the end of the program's error output, in a form for one line of a message.
std::string shown_errors(std::string_view tail) {
    while (tail.ends_with('\n')) tail.remove_suffix(1);
    if (tail.size() > shown_bytes_max) tail.remove_prefix(tail.size() - shown_bytes_max);
    std::string text = visible(tail);
    std::ranges::replace(text, '\n', ' ');
    return text.empty() ? "it printed no error" : text;
}

class CommandAnchor final : public Anchor {
public:
    explicit CommandAnchor(CommandAnchorOptions options)
        : options_(std::move(options)),
          name_(to_text(AnchorSpec{.kind = AnchorKind::command, .path = {}, .command = options_.command})) {}

    [[nodiscard]] const std::string& name() const override { return name_; }

    [[nodiscard]] std::expected<AnchorReceipt, Failure> publish(const HeadPublication& publication) override {
        const SteadyTime deadline = std::chrono::steady_clock::now() + options_.deadline;
        const auto head = head_of(publication);
        if (!head) return std::unexpected(head.error());
        auto end = send(*head, publication, publication.old_size, deadline);
        if (!end) return std::unexpected(std::move(end.error()));
        if (options_.is_witness && !end->status.is_success()) {
            const auto size = size_in_conflict(end->output);
            if (size && *size != publication.old_size) end = send(*head, publication, *size, deadline);
            if (!end) return std::unexpected(std::move(end.error()));
        }
        if (!end->status.is_success())
            return failed(fmt::format("{}: {}", describe_exit(end->status), end->errors), "Run the command by hand.");
        AnchorReceipt receipt{.response = std::move(end->output), .note = publication.note};
        if (!options_.is_witness) return receipt;
        auto note = with_cosignatures(publication.note, receipt.response, options_.witnesses);
        if (!note) {
            note.error().what = name_ + ": " + note.error().what;
            return std::unexpected(std::move(note.error()));
        }
        receipt.note = *std::move(note);
        return receipt;
    }

    [[nodiscard]] std::expected<std::optional<AnchoredHead>, Failure> newest() override { return std::nullopt; }
    [[nodiscard]] std::expected<std::vector<AnchoredHead>, Failure> heads() override {
        return std::vector<AnchoredHead>();
    }

private:
    [[nodiscard]] std::unexpected<Failure> failed(const std::string& how, std::string remedy) const {
        return std::unexpected(
            Failure{.kind = FailureKind::ended, .what = fmt::format("{} {}", name_, how), .remedy = std::move(remedy)});
    }

    /// Runs the program with the head, whose history begins with the `old_size` events of the last one.
    [[nodiscard]] std::expected<CommandEnd, Failure> send(const SignedHead& head, const HeadPublication& publication,
                                                          std::uint64_t old_size, SteadyTime deadline) const {
        if (old_size > head.tree.size)
            return std::unexpected(
                Failure{.kind = FailureKind::inconsistent,
                        .what = fmt::format("{}: has a head of {} events, and this head has only {}", name_, old_size,
                                            head.tree.size),
                        .remedy = "Sign a newer head. If the journal has fewer events, it was cut, or an old copy was "
                                  "restored."});
        if (!options_.is_witness) return run(publication.note, old_size, deadline);
        journal::chain::TreeProof proof;
        if (old_size > 0 && old_size < head.tree.size) {
            auto proven = publication.consistency(old_size);
            if (!proven) return std::unexpected(std::move(proven.error()));
            proof = *std::move(proven);
        }
        return run(add_checkpoint_request(old_size, proof, publication.note), old_size, deadline);
    }

    [[nodiscard]] std::expected<CommandEnd, Failure>
    run(const std::string& input, std::uint64_t old_size, SteadyTime deadline) const {
        const auto child = Child::start({.command = options_.command,
                                         .folder = {},
                                         .environment = environment_with(old_size),
                                         .errors = process::ErrorOutput::kept});
        if (!child) return std::unexpected(child.error());
        // A program that does not read its input fails the write. Its exit code decides.
        static_cast<void>((*child)->write(input));
        (*child)->close_input();
        CommandEnd end;
        while (!(*child)->ended() && std::chrono::steady_clock::now() < deadline) {
            const process::ReadResult result = (*child)->read(deadline);
            const std::size_t space = command_output_bytes_max - end.output.size();
            end.output.append(result.output, 0, space);
        }
        if (!(*child)->ended())
            return failed(fmt::format("was killed, because it had not ended after {} ms", options_.deadline.count()),
                          "Run the command by hand, or give it more time.");
        end.status = *(*child)->ended();
        end.errors = shown_errors((*child)->error_tail());
        return end;
    }

    CommandAnchorOptions options_;
    std::string name_;
};

} // namespace

std::unique_ptr<Anchor> open_command_anchor(CommandAnchorOptions options) {
    return std::make_unique<CommandAnchor>(std::move(options));
}

} // namespace evenfold::reactors::anchors
