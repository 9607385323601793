/// A domain by name: decodes its commands, opens its kernel, and describes it (see any_kernel.hpp).
/// Shapes: JSON text in, and text out; a table of pointers to entries is the registry of a program.
/// Errors: a text that is not a command, with its position and a remedy; an unknown name, with the registered names.
/// kernel/register_domain.hpp creates an entry, in one source per domain.
#pragma once

#include <expected>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "evenfold/codec/codec.hpp"
#include "evenfold/codec/personal/sealer.hpp"
#include "evenfold/core/commands/commands.hpp"
#include "evenfold/core/erased/any_domain.hpp"
#include "evenfold/journal/journal.hpp"
#include "evenfold/kernel/engine/compaction_plan.hpp"

namespace evenfold::kernel {

/// A decoded command, with the fields of its envelope that were given.
struct CommandRequest {
    std::optional<CommandId> command_id;           // absent: a new id
    std::optional<Actor> actor;                    // absent: user
    std::optional<Instant> at;                     // absent: the time of the kernel's clock
    std::optional<Sequence> cause;                 // the event that caused this command
    std::optional<CommandId> correlation;          // the command that began the chain of causes
    std::optional<CommandExpectation> expectation; // refused unless this holds
    AnyPointer body = {nullptr, [](void*) {}};     // a D::Command
};

/// The text is not a command of the domain. Nothing was submitted.
struct InvalidCommand {
    std::string json;    // {"class": "invalid", "type", ...}: the path, the expected and the found value
    std::string message; // the same as one sentence
    std::string remedy;
    friend bool operator==(const InvalidCommand&, const InvalidCommand&) = default;
};

/// A model as text. `outstanding` is the array of the effects that the model owes; empty if the domain has none.
struct ModelText {
    Sequence sequence = 0; // of the last event folded
    std::string digest;
    std::string model;       // JSON, in canonical order
    std::string outstanding; // JSON

    /// Returns {"sequence", "digest", "model", "outstanding"}, without the last if the domain has no effects.
    [[nodiscard]] std::string to_json() const;
};

/// A model that is written as text piece by piece, so that its whole text never exists. It owns the model.
struct ModelDocument {
    Sequence sequence = 0; // of the last event folded
    std::string digest;
    std::function<void(const codec::TextSink&)> write_model;       // as JSON, in canonical order
    std::function<void(const codec::TextSink&)> write_outstanding; // as JSON; null if the domain has no effects

    /// Writes what ModelText::to_json returns.
    void write_json(const codec::TextSink& sink) const;
    /// Returns the same model as text.
    [[nodiscard]] ModelText to_text() const;
};

class AnyKernel;

/// The functions that a program needs to serve a domain by name.
struct DomainEntry {
    std::string_view name; // recorded in journals of the domain
    ShapeFunction command_shape;
    ShapeFunction event_shape;
    ShapeFunction error_shape;
    /// Decodes a command. Fails on fields that the command does not have.
    std::expected<CommandRequest, codec::DecodeError> (*decode_command)(std::string_view json);
    /// Call `open` and `model_at` instead.
    std::expected<std::unique_ptr<AnyKernel>, journal::Failure> (*open_kernel)(const DomainEntry& domain,
                                                                               journal::Journal& journal,
                                                                               std::function<Instant()> clock,
                                                                               codec::Sealer* sealer);
    std::expected<ModelDocument, journal::Failure> (*replay_model)(journal::Journal& journal, Sequence until,
                                                                   codec::Sealer* sealer);
    /// Null if the domain has no compaction.
    std::expected<CompactionPlan, journal::Failure> (*plan_compaction)(journal::Journal& journal,
                                                                       std::string_view name);
    /// Opens a kernel whose model has caught up with the journal, which must outlive it, as must the sealer, which a
    /// domain with personal fields requires. O(journal).
    [[nodiscard]] std::expected<std::unique_ptr<AnyKernel>, journal::Failure>
    open(journal::Journal& journal, std::function<Instant()> clock, codec::Sealer* sealer = nullptr) const;
    /// Replays the journal up to the event `until`, or to its head if that comes first. Opens no kernel.
    [[nodiscard]] std::expected<ModelDocument, journal::Failure>
    model_at(journal::Journal& journal, Sequence until, codec::Sealer* sealer = nullptr) const;
    /// Decodes and checks a command without submitting it.
    [[nodiscard]] std::expected<CommandRequest, InvalidCommand> parse_command(std::string_view json) const;
    /// Returns the commands with their fields as text: a name per line, its fields indented below it.
    [[nodiscard]] std::string describe_commands() const;
    /// Returns {"domain", "commands": [{"name", "fields": [{"name", "type", "optional"}], "example"}], "events",
    /// "errors"}; events and errors have no example.
    [[nodiscard]] std::string description() const;
};

using DomainRegistry = std::span<const DomainEntry* const>; // the domains that a program serves

/// No registered domain has the name `name`.
struct UnknownDomain {
    std::string name;
    std::vector<std::string> registered;
    friend bool operator==(const UnknownDomain&, const UnknownDomain&) = default;

    /// Returns `there is no domain 'bnak': the registered domains are bank, orders`.
    [[nodiscard]] std::string message() const;
};

/// Returns the domain of that name.
[[nodiscard]] std::expected<const DomainEntry*, UnknownDomain>
find_domain(DomainRegistry registry, std::string_view name);

} // namespace evenfold::kernel
