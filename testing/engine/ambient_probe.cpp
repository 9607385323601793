#include "evenfold/testing/engine/ambient_probe.hpp"

#include <utility>

#include "evenfold/testing/engine/any_law.hpp"

namespace evenfold::testing {
namespace {

thread_local std::optional<AmbientCounter> probing;
thread_local std::optional<AmbientRead> first_read;

} // namespace

AmbientProbe::AmbientProbe(const AnyTestable& domain, const void* command, const void* model)
    : domain_(domain), command_(command), model_(model), before_(probing ? probing->calls().count : 0) {}

AmbientProbe::~AmbientProbe() {
    if (!probing || first_read) return;
    const AmbientCalls now = probing->calls();
    if (now.count == before_) return;
    try {
        static_cast<void>(domain_.decide(command_, model_));
        if (probing->calls().count == now.count)
            first_read = {.call = now, .command = code_of_command(domain_, command_)};
    } catch (...) { // another law finds that
        return;
    }
}

void AmbientProbe::count_with(AmbientCounter counter) {
    probing = counter;
}

std::optional<AmbientRead> AmbientProbe::take_read() {
    return std::exchange(first_read, std::nullopt);
}

} // namespace evenfold::testing
