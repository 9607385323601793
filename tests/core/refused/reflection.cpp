// Types that reflection cannot describe: each must be refused, with the remedy in the message.
// The name of one case is defined on the command line; without any, the file compiles.

#ifndef SHAPE_WITHOUT_ITS_HEADER
#include "evenfold/core/reflection/shape_of.hpp"
#endif
#include "evenfold/core/reflection/shape.hpp"
#include "evenfold/core/reflection/structure.hpp"
#include "evenfold/core/reflection/type_name.hpp"

namespace {

#if defined(FIELD_OF_A_PLAIN_STRUCT)
struct Axis {
    double value;
};
#elif defined(FIELD_IS_A_POINTER)
using Axis = double*;
#else
using Axis = double;
#endif

struct Point {
    EVENFOLD_STRUCT(Point, (double, x), (Axis, y));
};

#if defined(ENUMERATION_FROM_ONE)
enum class Colour : unsigned char { red = 1, green };
#elif defined(ENUMERATION_WITH_A_GAP)
enum class Colour : unsigned char { red, green = 10 };
#elif defined(ENUMERATION_BELOW_ZERO)
enum class Colour : signed char { none = -1, red, green };
#else
enum class Colour : bool { red, green };
#endif

} // namespace

int main() {
    const bool shaped = evenfold::shape_of<Point>().name == "Point";
    return shaped && evenfold::name_of(static_cast<Colour>(0)) == "red" ? 0 : 1;
}
