/// The model of one domain as JSON, for its AnyKernel.
/// Shape: private to kernel/typed_kernel.hpp. Fails only if the domain's `outstanding` throws, or the journal fails.
#pragma once

#include <fmt/format.h>
#include <memory>
#include <utility>

#include "evenfold/codec/codec.hpp"
#include "evenfold/core/reflection/digest.hpp"
#include "evenfold/core/reflection/shape_of.hpp"
#include "evenfold/kernel/any_kernel.hpp"
#include "evenfold/kernel/engine/defect.hpp"
#include "evenfold/kernel/replay.hpp"

namespace evenfold::kernel::registration {

/// Returns the effects that are outstanding after the event `sequence`.
template <HasEffects D>
[[nodiscard]] auto outstanding_at(const typename D::Model& model, Sequence sequence)
    -> std::expected<decltype(D::outstanding(model)), journal::Failure> {
    try {
        return D::outstanding(model);
    } catch (...) {
        return std::unexpected(
            exception_failure(fmt::format("the outstanding effects at event {} could not be listed", sequence)));
    }
}

template <Domain D>
[[nodiscard]] std::expected<ModelText, journal::Failure> text_of(const typename D::Model& model, Sequence sequence) {
    ModelText text{.sequence = sequence,
                   .digest = to_text(evenfold::digest(model)),
                   .model = codec::encode(model),
                   .outstanding = {}};
    if constexpr (HasEffects<D>) {
        const auto effects = outstanding_at<D>(model, sequence);
        if (!effects) return std::unexpected(effects.error());
        text.outstanding = codec::encode(*effects);
    }
    return text;
}

template <Domain D>
[[nodiscard]] std::expected<ModelDocument, journal::Failure>
model_at(journal::Journal& journal, Sequence until, codec::Sealer* sealer) {
    auto replayed = replay<D>(journal, {}, until, sealer);
    if (!replayed) return std::unexpected(replayed.error());
    const auto model = std::make_shared<const typename D::Model>(std::move(replayed->model));
    ModelDocument document{.sequence = replayed->head,
                           .digest = to_text(evenfold::digest(*model)),
                           .write_model = [model](const codec::TextSink& sink) { codec::encode_to(sink, *model); },
                           .write_outstanding = {}};
    if constexpr (HasEffects<D>) {
        auto effects = outstanding_at<D>(*model, replayed->head);
        if (!effects) return std::unexpected(std::move(effects.error()));
        document.write_outstanding = [listed = std::move(*effects)](const codec::TextSink& sink) {
            codec::encode_to(sink, listed);
        };
    }
    return document;
}

} // namespace evenfold::kernel::registration
