#include "evenfold/kernel/engine/compaction.hpp"

#include <fmt/format.h>

namespace evenfold::kernel::compacting {

journal::Failure personal_values() {
    return {.kind = journal::FailureKind::unsupported,
            .what = "a domain with personal fields cannot be compacted, because its values are sealed one by one",
            .remedy = "erase keys, or remove payloads by retention"};
}

journal::Failure another_version(const WrittenEvent& written) {
    const std::string version = written.version == 0 ? "with fields that this program does not know"
                                                     : fmt::format("in version {}", written.version);
    return {.kind = journal::FailureKind::unsupported,
            .what = fmt::format("event {} ({}) would get a new payload, but was stored {}, which this program cannot "
                                "write",
                                written.sequence, written.type, version),
            .remedy = "compact with the version of the program that wrote it"};
}

journal::Failure another_model(std::string_view function) {
    return {.kind = journal::FailureKind::defect,
            .what = fmt::format("the compaction {} changes the model", function),
            .remedy = "correct `compact` of the domain; nothing was written"};
}

} // namespace evenfold::kernel::compacting
