#include "evenfold/codec/personal/personal_writer.hpp"

#include <fmt/format.h>

#include <utility>
#include <variant>

#include "evenfold/core/values/uuid.hpp"

namespace evenfold::codec {
namespace {

std::unexpected<EncodeError> not_storable(std::string expected) {
    return std::unexpected(
        EncodeError{.type = {}, .path = {}, .expected = std::move(expected), .got = "a personal value"});
}

class SubjectText {
public:
    static std::string of(const Shape& shape, const void* object) {
        return std::visit([&](const auto& kind) { return on(kind, object); }, shape.kind);
    }

private:
    static std::string on(const TextShape& kind, const void* object) { return std::string(kind.read(object)); }
    static std::string on(const UuidShape&, const void* object) { return to_text(*static_cast<const Uuid*>(object)); }
    static std::string on(const NaturalShape& kind, const void* object) { return std::to_string(kind.read(object)); }
    static std::string on(const IntegerShape& kind, const void* object) { return std::to_string(kind.read(object)); }
    static std::string on(const EnumerationShape& kind, const void* object) {
        const std::size_t index = kind.read(object);
        return index < kind.names.size() ? std::string(kind.names[index]) : std::to_string(index);
    }
    static std::string on(const auto&, const void*) { return {}; } // EVENFOLD_PERSONAL refuses other kinds
};

} // namespace

std::string subject_text(const SubjectField& subject, const void* owner) {
    return SubjectText::of(subject.shape(), subject.at(to_read(owner)));
}

std::expected<std::string, EncodeError> PersonalWriter::write(const std::string& path, const SubjectField* subject,
                                                              const void* owner, std::string_view text) const {
    if (!sealer_) return not_storable("a sealer, because personal values are only stored sealed");
    if (!subject) return not_storable("EVENFOLD_PERSONAL beside the struct, which names the subject of the field");
    const FieldPath field{.type = type_, .path = path};
    const std::string person = subject_text(*subject, owner);
    if (form_ == PersonalForm::hashed)
        return fmt::format(R"({{"$personal":"{}"}})", sealer_->keyed_hash(field, person, text));
    auto sealed = sealer_->seal(field, person, text);
    if (sealed)
        return fmt::format(R"({{"$sealed":{{"subject":"{}","nonce":"{}","box":"{}"}}}})", sealed->subject,
                           sealed->nonce, sealed->box);
    EncodeError error{
        .type = {}, .path = {}, .expected = "a value that its sealer seals", .got = sealed.error().what, .failure = {}};
    error.failure = std::move(sealed.error());
    return std::unexpected(std::move(error));
}

} // namespace evenfold::codec
