/// Ends the compilation with one sentence if the compiler options leave out what evenfold needs. Headers that include
/// no other header of evenfold include this one, because otherwise the first errors would come from their contents.
#pragma once

#if __cplusplus < 202100L
#error evenfold needs C++23: compile with -std=c++23 (GCC 12, Clang 19 or later), or link a target evenfold:: in CMake
#include <evenfold_stops_here> // does not exist, so that no further errors follow
#endif

#ifndef __cpp_exceptions
#error evenfold needs exceptions, because it catches those that a domain throws: compile without -fno-exceptions
#include <evenfold_stops_here> // does not exist, so that no further errors follow
#endif
