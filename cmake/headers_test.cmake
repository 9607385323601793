# cmake -DTREE=<source tree> -DBUILD=<build folder> -DPREFIX=<empty folder> -P headers_test.cmake
# Installs the headers of a build. Fails unless exactly these are installed: the public headers that docs/headers.md lists,
# and the headers that an installed header includes.
cmake_minimum_required(VERSION 3.25)
set(include_folder ${PREFIX}/include)

# Sets `fault` to the first header that is missing or must not be there; empty if there is none.
function(find_fault)
    file(STRINGS ${TREE}/docs/headers.md rows REGEX "^\\| [^ ]+\\.hpp \\|")
    list(TRANSFORM rows REPLACE "^\\| ([^ ]+) .*" "\\1" OUTPUT_VARIABLE open)
    set(expected version.hpp) # written by the build
    while(open)
        list(POP_FRONT open header)
        if(header IN_LIST expected)
            continue()
        endif()
        list(APPEND expected ${header})
        if(NOT EXISTS ${include_folder}/evenfold/${header})
            set(fault "${header} is not installed" PARENT_SCOPE)
            return()
        endif()
        file(STRINGS ${include_folder}/evenfold/${header} includes REGEX "^#include \"evenfold/")
        list(TRANSFORM includes REPLACE "^#include \"evenfold/([^\"]+)\".*" "\\1")
        list(APPEND open ${includes})
    endwhile()
    file(GLOB_RECURSE installed RELATIVE ${include_folder}/evenfold ${include_folder}/evenfold/*)
    list(REMOVE_ITEM installed ${expected})
    if(installed)
        list(GET installed 0 header)
        set(fault "${header} is private, but installed" PARENT_SCOPE)
        return()
    endif()
    set(fault "" PARENT_SCOPE)
endfunction()

file(REMOVE_RECURSE ${PREFIX})
execute_process(COMMAND ${CMAKE_COMMAND} --install ${BUILD} --component headers --prefix ${PREFIX}
    OUTPUT_QUIET COMMAND_ERROR_IS_FATAL ANY)
find_fault()
if(fault)
    message(FATAL_ERROR "${fault}: configure ${BUILD} again if an include has changed; otherwise list the header under "
        "PUBLIC and in docs/headers.md, or include it only from sources")
endif()

# Controls: one header too many, and one too few.
set(private core/private.hpp)
file(WRITE ${include_folder}/evenfold/${private} "")
find_fault()
if(NOT fault STREQUAL "${private} is private, but installed")
    message(FATAL_ERROR "a private header is not found: '${fault}'")
endif()
file(REMOVE ${include_folder}/evenfold/${private} ${include_folder}/evenfold/core/composition/requirements.hpp)
find_fault()
if(NOT fault STREQUAL "core/composition/requirements.hpp is not installed")
    message(FATAL_ERROR "a missing header is not found: '${fault}'")
endif()
file(REMOVE_RECURSE ${PREFIX})
