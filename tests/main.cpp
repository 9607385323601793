#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include <doctest/doctest.h>

// libgit2 1.5 does not free what a regular expression that fits nothing was matched with.
extern "C" const char* __lsan_default_suppressions(); // NOLINT: the name is the sanitizer's
extern "C" const char* __lsan_default_suppressions() {
    return "leak:libpcre2-8.so\n";
}
