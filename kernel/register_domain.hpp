/// Makes the DomainEntry of a domain, by which a program serves it by name (any_kernel.hpp).
///
///     // bank_domain.hpp
///     extern const kernel::DomainEntry bank_domain;
///     // bank_domain.cpp, the only source that includes this header for the bank
///     constinit const kernel::DomainEntry bank_domain = kernel::register_domain<Bank>("bank");
///
/// The domain's commands, events, errors and model must have shapes. A domain whose effects have a shape shows them as
/// the model's outstanding effects.
/// Cost: instantiates Kernel<D> and the codec of the domain, so include it in one source per domain only.
#pragma once

#include <chrono>
#include <utility>

#include "evenfold/codec/codec.hpp"
#include "evenfold/core/reflection/shape_of.hpp"
#include "evenfold/core/reflection/structure.hpp"
#include "evenfold/core/values/digest.hpp"
#include "evenfold/kernel/any_kernel.hpp"
#include "evenfold/kernel/fresh_id.hpp"
#include "evenfold/kernel/kernel.hpp"
#include "evenfold/kernel/refusal_json.hpp"

namespace evenfold::kernel {

namespace registration {

/// A command with its envelope, as it is decoded.
template <class Command>
struct Envelope {
    static constexpr std::string_view stored_name = "Asked"; // shown in decoding errors
    EVENFOLD_STRUCT(Envelope,
        (std::optional<CommandId>, command_id), (std::optional<Actor>, actor), (std::optional<Instant>, at),
        (std::optional<Sequence>, cause), (std::optional<CommandId>, correlation), (Command, body));
};

/// Whether `json` is a command without an envelope: an object without a body, or no object at all.
[[nodiscard]] bool is_bare(std::string_view json);

/// Returns the error for the first of the `unknown_fields` of a decoded command. A field that the command does not have
/// is an error, because it is misspelt and its value would be lost.
[[nodiscard]] codec::DecodeError unknown_field(std::string_view json, std::string_view unknown_fields);

/// Returns the failure of a snapshot that the codec has written and cannot read.
[[nodiscard]] journal::Failure broken_snapshot(const codec::DecodeError& error);

template <class T>
[[nodiscard]] std::expected<T, codec::DecodeError> decode_whole(std::string_view json) {
    auto decoded = codec::decode<T>(json);
    if (!decoded) return std::unexpected(std::move(decoded.error()));
    if (!decoded->unknown_fields.empty()) return std::unexpected(unknown_field(json, decoded->unknown_fields));
    return std::move(decoded->value);
}

template <class Command>
[[nodiscard]] std::expected<CommandRequest, codec::DecodeError> decode_command(std::string_view json) {
    if (is_bare(json)) {
        auto body = decode_whole<Command>(json);
        if (!body) return std::unexpected(std::move(body.error()));
        CommandRequest request;
        request.body = evenfold::make_any<Command>(std::move(*body));
        return request;
    }
    auto envelope = decode_whole<Envelope<Command>>(json);
    if (!envelope) return std::unexpected(std::move(envelope.error()));
    return CommandRequest{.command_id = envelope->command_id,
                          .actor = envelope->actor,
                          .at = envelope->at,
                          .cause = envelope->cause,
                          .correlation = envelope->correlation,
                          .body = evenfold::make_any<Command>(std::move(envelope->body))};
}

template <Domain D>
[[nodiscard]] ModelText text_of(const typename D::Model& model, Sequence sequence) {
    ModelText text{.sequence = sequence,
                   .digest = to_text(evenfold::digest(model)),
                   .model = codec::encode(model),
                   .outstanding = {}};
    if constexpr (HasEffects<D>) text.outstanding = codec::encode(D::outstanding(model));
    return text;
}

template <Domain D>
[[nodiscard]] std::expected<ModelText, journal::Failure> model_at(journal::Journal& journal, Sequence until) {
    const auto replayed = replay<D>(journal, {}, until);
    if (!replayed) return std::unexpected(replayed.error());
    return text_of<D>(replayed->model, replayed->head);
}

template <Domain D>
class TypedKernel final : public AnyKernel {
public:
    using Clock = std::function<Instant()>;

    static std::expected<std::unique_ptr<AnyKernel>, journal::Failure>
    open(const DomainEntry& domain, journal::Journal& journal, Clock clock) {
        auto kernel = Kernel<D>::open(journal, clock);
        if (!kernel) return std::unexpected(std::move(kernel.error()));
        return std::make_unique<TypedKernel>(domain, journal, std::move(*kernel), std::move(clock));
    }

    TypedKernel(const DomainEntry& domain, journal::Journal& journal, std::unique_ptr<Kernel<D>> kernel, Clock clock)
        : AnyKernel(domain, journal), kernel_(std::move(kernel)), clock_(std::move(clock)) {}

    std::expected<Sequence, journal::Failure> catch_up() override { return kernel_->catch_up(); }

    ModelText model() const override {
        return kernel_->read([](const typename D::Model& model, Sequence head) { return text_of<D>(model, head); });
    }

    std::string digest() const override {
        return kernel_->read([](const typename D::Model& model, Sequence) { return to_text(evenfold::digest(model)); });
    }

    std::expected<ReplayComparison, journal::Failure> compare_replay() const override {
        ReplayComparison comparison;
        const Sequence head = kernel_->read([&](const typename D::Model& model, Sequence at) {
            comparison.digest_live = to_text(evenfold::digest(model));
            return at;
        });
        const auto begin = std::chrono::steady_clock::now();
        const auto whole = replay<D>(journal(), {}, head);
        comparison.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
        if (!whole) return std::unexpected(whole.error());
        comparison.events = whole->head;
        comparison.unknown_events = whole->unknown_events;
        comparison.digest_replayed = to_text(evenfold::digest(whole->model));
        const auto parts = replay_by_snapshot(head);
        if (!parts) return std::unexpected(parts.error());
        comparison.digest_from_snapshot = to_text(evenfold::digest(parts->model));
        return comparison;
    }

private:
    /// Replays in two parts. The model between them is encoded and decoded.
    std::expected<Replayed<D>, journal::Failure> replay_by_snapshot(Sequence head) const {
        auto half = replay<D>(journal(), {}, head / 2);
        if (!half) return half;
        auto snapshot = codec::decode<typename D::Model>(codec::encode(half->model));
        if (!snapshot) return std::unexpected(broken_snapshot(snapshot.error()));
        half->model = std::move(snapshot->value);
        return replay<D>(journal(), std::move(*half), head);
    }

    std::expected<journal::Receipt, SubmitError> submit_request(CommandRequest request) override {
        const Actor actor = request.actor.value_or(Actor::user);
        const auto outcome =
            kernel_->submit({.command = request.command_id ? *request.command_id : fresh<CommandId>(),
                             .actor = actor,
                             .at = request.at ? *request.at : clock_(),
                             .cause = request.cause,
                             .correlation = request.correlation,
                             .body = std::move(*static_cast<typename D::Command*>(request.body.get()))});
        if (outcome) return *outcome;
        if (const auto* failure = std::get_if<journal::Failure>(&outcome.error())) return std::unexpected(*failure);
        return std::unexpected(RefusedCommand{to_json<D>(outcome.error(), actor)});
    }

    std::unique_ptr<Kernel<D>> kernel_;
    Clock clock_;
};

} // namespace registration

/// Returns the entry of D. `name` is recorded in the domain's journals, so it must never change.
template <Domain D>
[[nodiscard]] constexpr DomainEntry register_domain(std::string_view name) {
    return {.name = name,
            .command_shape = &shape_of<typename D::Command>,
            .event_shape = &shape_of<typename D::Event>,
            .error_shape = &shape_of<typename D::Error>,
            .decode_command = &registration::decode_command<typename D::Command>,
            .open = &registration::TypedKernel<D>::open,
            .model_at = &registration::model_at<D>};
}

} // namespace evenfold::kernel
