#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include <doctest/doctest.h>

// libgit2 1.5 does not free the match data of a regular expression that matched nothing.
extern "C" const char* __lsan_default_suppressions(); // NOLINT: the name is the sanitizer's
extern "C" const char* __lsan_default_suppressions() {
    return "leak:libpcre2-8.so\n";
}
