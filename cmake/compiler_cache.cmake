# Compiles through ccache, so that an object that any clone has compiled before is copied instead of compiled again.
# Included only by a top-level build: a parent project chooses its own launcher.
find_program(EVENFOLD_CCACHE_PROGRAM ccache)
find_program(EVENFOLD_ENV_PROGRAM env)
mark_as_advanced(EVENFOLD_CCACHE_PROGRAM EVENFOLD_ENV_PROGRAM)
if(NOT EVENFOLD_CCACHE_PROGRAM OR NOT EVENFOLD_ENV_PROGRAM)
    message(STATUS "ccache was not found: every object is compiled")
    return()
endif()

# Settings are passed by environment, because ccache 4.7 takes none on its command line:
#   BASEDIR     paths below the source tree become relative, so that a clone in another folder has the same commands
#   NOHASHDIR   the build folder is not compared, although debug information names it
#   ABSSTDERR   error messages name absolute paths nevertheless
#   SLOPPINESS  lets ccache cache units with precompiled headers, and headers that were checked out a moment ago
#   DEPEND      the compiler's list of headers is used, so that a miss costs no run of the preprocessor
set(CMAKE_CXX_COMPILER_LAUNCHER
    ${EVENFOLD_ENV_PROGRAM}
    CCACHE_BASEDIR=${PROJECT_SOURCE_DIR}
    CCACHE_NOHASHDIR=1
    CCACHE_ABSSTDERR=1
    CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime
    CCACHE_DEPEND=1
    ${EVENFOLD_CCACHE_PROGRAM})

# __FILE__ and debug information name files relative to the source tree, because a cached object may come from another
# clone. The second map replaces the build folder by the source tree, because debuggers find these names there.
add_compile_options(
    -ffile-prefix-map=${PROJECT_SOURCE_DIR}=.
    -fdebug-prefix-map=${PROJECT_BINARY_DIR}=.)
