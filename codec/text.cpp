#include "evenfold/codec/text.hpp"

namespace evenfold::codec {

bool is_shallow(std::string_view json) {
    std::size_t depth = 0;
    bool in_string = false;
    for (std::size_t index = 0; index < json.size(); ++index) {
        const char at = json[index];
        if (in_string) {
            if (at == '\\')
                ++index;
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
