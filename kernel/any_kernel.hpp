/// `AnyKernel`: a kernel of a domain that is chosen by name at run time. Commands, events and models are JSON text, in
/// the codec's form (docs/codec.md). Any thread may call it. The journal must outlive it.
/// A command is either a bare `{"type": ...}` or has an envelope: `{"command_id", "actor", "at", "cause",
/// "correlation", "expectation", "body": {"type": ...}}`, where only the body is required. An expectation is
/// `{"type": "ExpectedHead", "head": 7}` or `{"type": "ExpectedVersion", "stream": "...", "version": 3}`.
/// Errors: a text that is not a command of the domain, a refusal by the domain or the kernel, and a failure of the
/// journal are different types.
///
///     constexpr std::array<const kernel::DomainEntry*, 1> domains{&counter_entry}; // see register_domain.hpp
///     const auto domain = kernel::find_domain(domains, "counter");
///     if (!domain) return report(domain.error().message()); // lists the registered names
///     const auto kernel = (*domain)->open(journal, &kernel::now);
///     const auto receipt = (*kernel)->submit(R"({"type": "Add", "amount": 60})");
///     std::puts((*kernel)->model()->to_json().c_str());
#pragma once

#include <expected>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "evenfold/journal/journal.hpp"
#include "evenfold/kernel/domain_entry.hpp"
#include "evenfold/kernel/event_list.hpp"

namespace evenfold::kernel {

/// The domain or the kernel refuses the command.
struct RefusedCommand {
    std::string json; // {"class", "type", ...}, with the fields of the domain's error
    friend bool operator==(const RefusedCommand&, const RefusedCommand&) = default;
};

using SubmitError = std::variant<InvalidCommand, RefusedCommand, journal::Failure>;

/// Returns the error as a JSON object {"class", "type", ...}; the class of a Failure is "failure".
[[nodiscard]] std::string to_json(const SubmitError& error);

/// The live model compared with two replays of the journal.
struct ReplayComparison {
    Sequence events = 0;
    std::uint64_t unknown_events = 0; // kept, but of types that this build does not know
    std::uint64_t removed_events = 0; // whose payloads were removed
    double seconds = 0;               // of the replay from nothing
    std::string digest_live;
    std::string digest_replayed;      // folded from nothing
    std::string digest_from_snapshot; // folded in two parts; the model between them went through the codec

    [[nodiscard]] bool is_equal() const {
        return digest_live == digest_replayed && digest_live == digest_from_snapshot;
    }
};

/// One domain over one journal. Functions may be called from any thread.
class AnyKernel {
public:
    AnyKernel(const DomainEntry& domain, journal::Journal& journal, codec::Sealer* sealer)
        : domain_(&domain), journal_(&journal), sealer_(sealer) {}
    AnyKernel(const AnyKernel&) = delete;
    AnyKernel& operator=(const AnyKernel&) = delete;
    virtual ~AnyKernel() = default;

    [[nodiscard]] const DomainEntry& domain() const { return *domain_; }

    /// Decodes and submits a command. Returns its receipt once its events are durable. Idempotent: submitting the same
    /// command id and body again returns the original receipt and appends nothing.
    [[nodiscard]] std::expected<journal::Receipt, SubmitError> submit(std::string_view json);
    /// Submits a command that `DomainEntry::parse_command` of this domain returned.
    [[nodiscard]] std::expected<journal::Receipt, SubmitError> submit(CommandRequest request) {
        return submit_request(std::move(request));
    }

    /// Folds what other writers have appended. Returns the sequence of the last event in the model.
    [[nodiscard]] virtual std::expected<Sequence, journal::Failure> catch_up() = 0;
    /// Returns the model as it is now. Fails only if the domain's `outstanding` throws.
    [[nodiscard]] virtual std::expected<ModelText, journal::Failure> model() const = 0;
    /// Returns the model after the event `until`, or at the head if that comes first. O(journal).
    [[nodiscard]] std::expected<ModelText, journal::Failure> model_at(Sequence until) const {
        const auto document = domain_->model_at(*journal_, until, sealer_);
        if (!document) return std::unexpected(document.error());
        return document->to_text();
    }
    /// Returns the digest of the model as it is now, in hexadecimal digits.
    [[nodiscard]] virtual std::string digest() const = 0;

    /// Returns the stored events of `range`, each as a JSON object (see event_list.hpp).
    [[nodiscard]] std::expected<std::vector<std::string>, journal::Failure> events(const EventRange& range = {}) const {
        return list_events(*journal_, range);
    }
    /// Returns how many events of each type the journal holds.
    [[nodiscard]] std::expected<EventCounts, journal::Failure> count_events() const {
        return kernel::count_events(*journal_);
    }

    /// Replays the journal from nothing, and again through a snapshot, up to the sequence of the live model.
    [[nodiscard]] virtual std::expected<ReplayComparison, journal::Failure> compare_replay() const = 0;

protected:
    [[nodiscard]] journal::Journal& journal() const { return *journal_; }
    [[nodiscard]] codec::Sealer* sealer() const { return sealer_; }

private:
    [[nodiscard]] virtual std::expected<journal::Receipt, SubmitError> submit_request(CommandRequest request) = 0;

    const DomainEntry* domain_;
    journal::Journal* journal_;
    codec::Sealer* sealer_;
};

} // namespace evenfold::kernel
