#include "evenfold/providers/wire/sample.hpp"

namespace evenfold::providers {

Sample sample_of(std::string_view line) {
    constexpr std::string_view data_field = "data:";
    constexpr std::string_view name_field = "event:";
    if (line.starts_with(data_field)) {
        const std::string_view data = trimmed(line.substr(data_field.size()));
        return {.kind = SampleKind::event_data, .text = data, .object = PartialObject(data)};
    }
    if (line.starts_with(name_field)) {
        return {.kind = SampleKind::event_name, .text = trimmed(line.substr(name_field.size())), .object = {}};
    }
    if (line.starts_with('{')) {
        return {.kind = SampleKind::json_object, .text = line, .object = PartialObject(line)};
    }
    return {.kind = SampleKind::other, .text = line, .object = {}};
}

} // namespace evenfold::providers
