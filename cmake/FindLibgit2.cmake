# Finds libgit2 where its package has no CMake config, as in Debian, and defines the target Libgit2::Libgit2.
find_path(Libgit2_INCLUDE_DIR git2.h)
find_library(Libgit2_LIBRARY git2)
if(Libgit2_INCLUDE_DIR AND EXISTS ${Libgit2_INCLUDE_DIR}/git2/version.h)
    file(STRINGS ${Libgit2_INCLUDE_DIR}/git2/version.h Libgit2_VERSION REGEX "define LIBGIT2_VERSION +\"")
    string(REGEX REPLACE ".*\"([0-9.]+).*" "\\1" Libgit2_VERSION "${Libgit2_VERSION}")
endif()

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(Libgit2
    REQUIRED_VARS Libgit2_LIBRARY Libgit2_INCLUDE_DIR
    VERSION_VAR Libgit2_VERSION)

if(Libgit2_FOUND AND NOT TARGET Libgit2::Libgit2)
    add_library(Libgit2::Libgit2 UNKNOWN IMPORTED)
    set_target_properties(Libgit2::Libgit2 PROPERTIES
        IMPORTED_LOCATION ${Libgit2_LIBRARY}
        INTERFACE_INCLUDE_DIRECTORIES ${Libgit2_INCLUDE_DIR})
endif()
mark_as_advanced(Libgit2_INCLUDE_DIR Libgit2_LIBRARY)
