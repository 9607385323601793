#include "evenfold/codec/text.hpp"

namespace evenfold::codec {

bool is_shallow(std::string_view json) {
    std::size_t depth = 0;
    bool in_string = false;
    for (std::size_t place = 0; place < json.size(); ++place) {
        const char at = json[place];
        if (in_string) {
            if (at == '\\')
                ++place;
            else if (at == '"')
                in_string = false;
        } else if (at == '"') {
            in_string = true;
        } else if (at == '[' || at == '{') {
            if (++depth > nesting_max) return false;
        } else if ((at == ']' || at == '}') && depth > 0) {
            --depth;
        }
    }
    return true;
}

} // namespace evenfold::codec
