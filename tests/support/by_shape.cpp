#include "evenfold/tests/support/by_shape.hpp"

#include "evenfold/testing/generators.hpp"

namespace evenfold::orchestration::tests {

Command command_by_shape(testing::ChoiceSource& source, std::size_t alternative, const Model& model) {
    testing::KnownValues known;
    known.live.add(shape_of<Model>(), &model);
    const auto& kind = std::get<VariantShape>(shape_of<Command>().kind);
    Command command;
    testing::Generators{}.draw(kind.alternatives[alternative](), kind.emplace(&command, alternative), source, known);
    return command;
}

} // namespace evenfold::orchestration::tests
