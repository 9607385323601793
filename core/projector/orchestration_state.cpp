#include "evenfold/core/projector/orchestration.hpp"

namespace evenfold::orchestration {

State::State() = default;
State::State(const State& other) = default;
State::~State() = default;

bool operator==(const State& a, const State& b) {
    return a.index == b.index && a.transcript == b.transcript;
}

} // namespace evenfold::orchestration
