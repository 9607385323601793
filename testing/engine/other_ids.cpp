#include "evenfold/testing/engine/other_ids.hpp"

namespace evenfold::testing {

void rename_ids(const Shape& shape, void* object, std::uint8_t copy) {
    std::visit(
        [&]<class Kind>(const Kind& kind) {
            if constexpr (std::is_same_v<Kind, UuidShape>) {
                auto& id = *static_cast<Uuid*>(object);
                if (!id.is_nil()) id.bytes[14] ^= static_cast<std::uint8_t>(copy << 4U); // see order_law.cpp
            } else if constexpr (std::is_same_v<Kind, StructureShape>) {
                for (const Field& field : kind.fields) rename_ids(field.shape(), field.at(object), copy);
            } else if constexpr (std::is_same_v<Kind, VariantShape>) {
                rename_ids(kind.alternatives[kind.index(object)](), kind.value(object), copy);
            } else if constexpr (std::is_same_v<Kind, OptionalShape>) {
                if (void* held = kind.value(object)) rename_ids(kind.element(), held, copy);
            } else if constexpr (std::is_same_v<Kind, IndirectShape>) {
                rename_ids(kind.content(), kind.value(object), copy);
            } else if constexpr (std::is_same_v<Kind, PersonalShape>) {
                if (void* held = kind.value(object)) rename_ids(kind.content(), held, copy);
            }
        },
        shape.kind);
}

AnyPointer with_other_ids(const AnyTestable& domain, const void* command, std::uint8_t copy) {
    AnyPointer renamed = domain.command_type().copy(command);
    rename_ids(domain.command_shape(), renamed.get(), copy);
    return renamed;
}

AnyPointer history_with_other_ids(const AnyHistory& history, std::uint8_t copy) {
    const AnyTestable& domain = history.domain();
    AnyPointer renamed = domain.new_history();
    for (std::size_t index = 0; index < history.size(); ++index)
        domain.submit(renamed.get(), with_other_ids(domain, history.step(index).command, copy).get());
    return renamed;
}

} // namespace evenfold::testing
