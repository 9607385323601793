#include "evenfold/codec/compact_text.hpp"

#include <nlohmann/json.hpp>

namespace evenfold::codec {

std::string compact_text(const OrderedJson& document) {
    return document.dump(-1, ' ', false, OrderedJson::error_handler_t::replace);
}

} // namespace evenfold::codec
