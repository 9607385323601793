/// `register_domain<D>`: makes the DomainEntry of a domain, by which a program serves it by name (any_kernel.hpp).
/// The domain's commands, events, errors, model and effects must have shapes. It instantiates Kernel<D> and the codec
/// of D, so include it in one source per domain only. The entry is a constant.
///
///     // counter_entry.hpp
///     extern const kernel::DomainEntry counter_entry;
///     // counter_entry.cpp, the only source that includes this header for Counter
///     constinit const kernel::DomainEntry counter_entry = kernel::register_domain<Counter>("counter");
#pragma once

#include <utility>

#include "evenfold/codec/codec.hpp"
#include "evenfold/core/reflection/shape_of.hpp"
#include "evenfold/core/reflection/structure.hpp"
#include "evenfold/kernel/engine/compaction.hpp"
#include "evenfold/kernel/typed_kernel.hpp"

namespace evenfold::kernel {

namespace registration {

/// A command with its envelope, for decoding.
template <class Command>
struct Envelope {
    static constexpr std::string_view stored_name = "command"; // named in decoding errors
    EVENFOLD_STRUCT(Envelope,
        (std::optional<CommandId>, command_id), (std::optional<Actor>, actor), (std::optional<Instant>, at),
        (std::optional<Sequence>, cause), (std::optional<CommandId>, correlation),
        (std::optional<CommandExpectation>, expectation), (Command, body));
};

/// Whether `json` is a command without an envelope: an object without a body, or no object at all.
[[nodiscard]] bool is_bare(std::string_view json);

/// Returns the error for the first of the `unknown_fields` of a decoded command. A field that the command does not have
/// is an error, because it is misspelt and its value would be lost.
[[nodiscard]] codec::DecodeError unknown_field(std::string_view json, std::string_view unknown_fields);

template <class T>
[[nodiscard]] std::expected<T, codec::DecodeError> decode_strictly(std::string_view json) {
    auto decoded = codec::decode<T>(json);
    if (!decoded) return std::unexpected(std::move(decoded.error()));
    if (!decoded->unknown_fields.empty()) return std::unexpected(unknown_field(json, decoded->unknown_fields));
    return std::move(decoded->value);
}

template <class Command>
[[nodiscard]] std::expected<CommandRequest, codec::DecodeError> decode_command(std::string_view json) {
    if (is_bare(json)) {
        auto body = decode_strictly<Command>(json);
        if (!body) {
            if (body.error().type == shape_of<Command>().name) body.error().type = "command"; // not the variant's name
            return std::unexpected(std::move(body.error()));
        }
        CommandRequest request;
        request.body = evenfold::make_any<Command>(std::move(*body));
        return request;
    }
    auto envelope = decode_strictly<Envelope<Command>>(json);
    if (!envelope) return std::unexpected(std::move(envelope.error()));
    return CommandRequest{.command_id = envelope->command_id,
                          .actor = envelope->actor,
                          .at = envelope->at,
                          .cause = envelope->cause,
                          .correlation = envelope->correlation,
                          .expectation = std::move(envelope->expectation),
                          .body = evenfold::make_any<Command>(std::move(envelope->body))};
}

/// Returns the function that plans a compaction; null if D has none.
template <class D>
[[nodiscard]] constexpr auto compaction_of() -> decltype(DomainEntry::plan_compaction) {
    if constexpr (HasCompaction<D>)
        return &plan_compaction<D>;
    else
        return nullptr;
}

} // namespace registration

/// Returns the entry of D. `name` is recorded in the domain's journals, so it must never change.
template <Domain D>
[[nodiscard]] constexpr DomainEntry register_domain(std::string_view name) {
    return {.name = name,
            .command_shape = &shape_of<typename D::Command>,
            .event_shape = &shape_of<typename D::Event>,
            .error_shape = &shape_of<typename D::Error>,
            .decode_command = &registration::decode_command<typename D::Command>,
            .open_kernel = &registration::TypedKernel<D>::open,
            .replay_model = &registration::model_at<D>,
            .plan_compaction = registration::compaction_of<D>()};
}

} // namespace evenfold::kernel
