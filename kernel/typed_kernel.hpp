/// The AnyKernel of one domain, over its Kernel<D> and the codec.
/// Shape: private to kernel/register_domain.hpp.
/// Cost: instantiates Kernel<D> and the codec of the domain, so include it in one source per domain only.
#pragma once

#include <chrono>
#include <memory>
#include <utility>

#include "evenfold/codec/codec.hpp"
#include "evenfold/core/reflection/digest.hpp"
#include "evenfold/core/reflection/shape_of.hpp"
#include "evenfold/kernel/any_kernel.hpp"
#include "evenfold/kernel/engine/model_text.hpp"
#include "evenfold/kernel/fresh_id.hpp"
#include "evenfold/kernel/kernel.hpp"
#include "evenfold/kernel/refusal_json.hpp"

namespace evenfold::kernel::registration {

/// Returns the failure of a snapshot that the codec has written and cannot read.
[[nodiscard]] journal::Failure broken_snapshot(const codec::DecodeError& error);

template <Domain D>
class TypedKernel final : public AnyKernel {
public:
    static std::expected<std::unique_ptr<AnyKernel>, journal::Failure>
    open(const DomainEntry& domain, journal::Journal& journal, Clock clock, codec::Sealer* sealer) {
        auto kernel = Kernel<D>::open(journal, clock, {.sealer = sealer});
        if (!kernel) return std::unexpected(std::move(kernel.error()));
        return std::make_unique<TypedKernel>(domain, journal, sealer, std::move(*kernel), std::move(clock));
    }

    TypedKernel(const DomainEntry& domain, journal::Journal& journal, codec::Sealer* sealer,
                std::unique_ptr<Kernel<D>> kernel, Clock clock)
        : AnyKernel(domain, journal, sealer), kernel_(std::move(kernel)), clock_(std::move(clock)) {}

    std::expected<Sequence, journal::Failure> catch_up() override { return kernel_->catch_up(); }

    [[nodiscard]] std::expected<ModelText, journal::Failure> model() const override {
        return kernel_->read([](const typename D::Model& model, Sequence head) { return text_of<D>(model, head); });
    }

    [[nodiscard]] std::string digest() const override {
        return kernel_->read([](const typename D::Model& model, Sequence) { return to_text(evenfold::digest(model)); });
    }

    [[nodiscard]] std::expected<ReplayComparison, journal::Failure> compare_replay() const override {
        ReplayComparison comparison;
        const Sequence head = kernel_->read([&](const typename D::Model& model, Sequence at) {
            comparison.digest_live = to_text(evenfold::digest(model));
            return at;
        });
        const auto begin = std::chrono::steady_clock::now();
        const auto whole = replay<D>(journal(), {}, head, sealer());
        comparison.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
        if (!whole) return std::unexpected(whole.error());
        comparison.events = whole->head;
        comparison.unknown_events = whole->unknown_events;
        comparison.removed_events = whole->removed_events;
        comparison.digest_replayed = to_text(evenfold::digest(whole->model));
        const auto parts = replay_by_snapshot(head);
        if (!parts) return std::unexpected(parts.error());
        comparison.digest_from_snapshot = to_text(evenfold::digest(parts->model));
        return comparison;
    }

private:
    /// Replays in two parts. The model between them is encoded and decoded.
    [[nodiscard]] std::expected<ReplayedModel<D>, journal::Failure> replay_by_snapshot(Sequence head) const {
        auto half = replay<D>(journal(), {}, head / 2, sealer());
        if (!half) return half;
        auto snapshot = codec::decode<typename D::Model>(codec::encode(half->model));
        if (!snapshot) return std::unexpected(broken_snapshot(snapshot.error()));
        half->model = std::move(snapshot->value);
        return replay<D>(journal(), std::move(*half), head, sealer());
    }

    std::expected<journal::Receipt, SubmitError> submit_request(CommandRequest request) override {
        const Actor actor = request.actor.value_or(Actor::user);
        const auto outcome = kernel_->submit({.command = request.command_id ? *request.command_id : fresh<CommandId>(),
                                              .actor = actor,
                                              .at = request.at ? *request.at : clock_(),
                                              .cause = request.cause,
                                              .correlation = request.correlation,
                                              .body = std::move(*static_cast<typename D::Command*>(request.body.get())),
                                              .expectation = std::move(request.expectation)});
        if (outcome) return *outcome;
        if (const auto* failure = std::get_if<journal::Failure>(&outcome.error())) return std::unexpected(*failure);
        return std::unexpected(RefusedCommand{to_json<D>(outcome.error(), actor)});
    }

    std::unique_ptr<Kernel<D>> kernel_;
    Clock clock_;
};

} // namespace evenfold::kernel::registration
