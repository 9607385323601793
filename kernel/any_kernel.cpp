#include "evenfold/kernel/any_kernel.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "evenfold/kernel/description.hpp"
#include "evenfold/kernel/refusal_json.hpp"

namespace evenfold::kernel {
namespace {

InvalidCommand decode_refusal(const codec::DecodeError& error) {
    return {.json = invalid_json("Undecodable", error.type + error.path, error.expected, error.got),
            .message = codec::to_text(error),
            .remedy = "`evenfold commands` lists the commands of the domain with their fields"};
}

} // namespace

std::string to_json(const SubmitError& error) {
    if (const auto* failure = std::get_if<journal::Failure>(&error)) return to_json(*failure);
    if (const auto* invalid = std::get_if<InvalidCommand>(&error)) return invalid->json;
    return std::get<RefusedCommand>(error).json;
}

std::string ModelText::to_json() const {
    std::string json = fmt::format(R"({{"sequence":{},"digest":"{}","model":{})", sequence, digest, model);
    if (!outstanding.empty()) json += fmt::format(R"(,"outstanding":{})", outstanding);
    return json + "}";
}

void ModelDocument::write_json(const codec::TextSink& sink) const {
    sink(fmt::format(R"({{"sequence":{},"digest":"{}","model":)", sequence, digest));
    write_model(sink);
    if (write_outstanding) {
        sink(R"(,"outstanding":)");
        write_outstanding(sink);
    }
    sink("}");
}

ModelText ModelDocument::to_text() const {
    ModelText text{.sequence = sequence, .digest = digest, .model = {}, .outstanding = {}};
    write_model([&](std::string_view piece) { text.model += piece; });
    if (write_outstanding) write_outstanding([&](std::string_view piece) { text.outstanding += piece; });
    return text;
}

std::expected<CommandRequest, InvalidCommand> DomainEntry::parse_command(std::string_view json) const {
    auto request = decode_command(json);
    if (!request) return std::unexpected(decode_refusal(request.error()));
    if (request->command_id && request->command_id->uuid.is_nil()) {
        return std::unexpected(
            InvalidCommand{.json = R"({"class":"invalid","type":"EmptyField","name":"command_id"})",
                           .message = "command_id is nil, so it identifies no command",
                           .remedy = "leave command_id out to get a new id, or pass an id that is not nil"});
    }
    return std::move(*request);
}

std::expected<std::unique_ptr<AnyKernel>, journal::Failure>
DomainEntry::open(journal::Journal& journal, std::function<Instant()> clock, codec::Sealer* sealer) const {
    return open_kernel(*this, journal, std::move(clock), sealer);
}

std::expected<ModelDocument, journal::Failure>
DomainEntry::model_at(journal::Journal& journal, Sequence until, codec::Sealer* sealer) const {
    return replay_model(journal, until, sealer);
}

std::string DomainEntry::describe_commands() const {
    return kernel::describe_commands(command_shape());
}

std::string DomainEntry::description() const {
    return description_json(name, command_shape(), event_shape(), error_shape());
}

std::string UnknownDomain::message() const {
    return fmt::format("there is no domain '{}': the registered domains are {}", name, fmt::join(registered, ", "));
}

std::expected<const DomainEntry*, UnknownDomain> find_domain(DomainRegistry registry, std::string_view name) {
    const auto found = std::ranges::find(registry, name, &DomainEntry::name);
    if (found != registry.end()) return *found;
    UnknownDomain error{.name = std::string(name), .registered = {}};
    for (const DomainEntry* domain : registry) error.registered.emplace_back(domain->name);
    return std::unexpected(std::move(error));
}

std::expected<journal::Receipt, SubmitError> AnyKernel::submit(std::string_view json) {
    auto request = domain_->parse_command(json);
    if (!request) return std::unexpected(std::move(request.error()));
    return submit_request(std::move(*request));
}

} // namespace evenfold::kernel
