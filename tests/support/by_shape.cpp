#include "evenfold/tests/support/by_shape.hpp"

#include "evenfold/testing/drawing.hpp"

namespace evenfold::orchestration::tests {

Command command_by_shape(testing::Dice& dice, std::size_t alternative, const Model& model) {
    testing::Known known;
    known.live.add(shape_of<Model>(), &model);
    const auto& kind = std::get<VariantShape>(shape_of<Command>().kind);
    Command command;
    testing::Drawing{}.draw(kind.alternatives[alternative](), kind.emplace(&command, alternative), dice, known);
    return command;
}

} // namespace evenfold::orchestration::tests
