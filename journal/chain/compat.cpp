#include "evenfold/journal/chain/compat.hpp"

#include "evenfold/core/values/hex.hpp"

namespace evenfold::journal::chain {
std::string to_text(FirstPrevious first) {
    std::string text;
    if (first == FirstPrevious::null) text = "null";
    if (first == FirstPrevious::zeros) text.assign(2 * hash_size, '0');
    return text;
}

std::string compat_message(const CompatEvent& event) {
    std::string message(event.stream);
    message += '|';
    message += event.type;
    message += '|';
    message += hex::encode(event.payload_hash);
    message += '|';
    message += event.stream_previous ? hex::encode(*event.stream_previous) : to_text(event.first);
    return message;
}

Hash compat_mac(const HmacKey& key, const CompatEvent& event) {
    return key.mac({compat_message(event)});
}

} // namespace evenfold::journal::chain
