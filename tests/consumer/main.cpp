#include <cstdio>
#include <dlfcn.h>

extern "C" int consume();

/// Runs the consumer: its own, or that of the plugin which the argument names.
int main(int argc, char** argv) {
    if (argc < 2) return consume();
    void* plugin = dlopen(argv[1], RTLD_NOW | RTLD_LOCAL);
    void* function = plugin ? dlsym(plugin, "consume") : nullptr;
    if (!function) {
        std::fprintf(stderr, "%s: %s\n", argv[1], dlerror());
        return 1;
    }
    return reinterpret_cast<int (*)()>(function)();
}
