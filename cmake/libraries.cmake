# One library per module, and the only spelling of its headers: "evenfold/<module>/<file>.hpp".

# Warnings and options for evenfold's own code; third-party headers are system headers and exempt.
function(evenfold_own_code target)
    target_compile_features(${target} PUBLIC cxx_std_23)
    set_target_properties(${target} PROPERTIES
        CXX_EXTENSIONS OFF
        UNITY_BUILD OFF) # evenfold_sources makes the units
    if(EVENFOLD_DEVELOPER)
        # g++ 12 takes the unused alternatives of a std::variant inside a std::expected for uninitialised. At -O3 it
        # reports overlaps and lengths in std::string that are impossible (GCC bugs 105329 and 105651).
        target_compile_options(${target} PRIVATE -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Werror
            $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>
            $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict>
            $<$<CXX_COMPILER_ID:GNU>:-Wno-stringop-overflow>
            $<$<AND:$<CXX_COMPILER_ID:GNU>,$<CONFIG:Release>>:-Wno-array-bounds>)
    endif()
endfunction()

# A tree of links provides the include spelling that an installation has.
function(evenfold_link_module module)
    file(MAKE_DIRECTORY ${PROJECT_BINARY_DIR}/include/evenfold)
    file(CREATE_LINK ${PROJECT_SOURCE_DIR}/${module} ${PROJECT_BINARY_DIR}/include/evenfold/${module} SYMBOLIC)
endfunction()

# Adds `files` of `module` to `target`. In a unity build, several files form a unit, which is compiled as one source,
# because most of their cost is their common headers. The files of a unit weigh at most CMAKE_UNITY_BUILD_BATCH_SIZE
# together, so that units of the preset dev stay below the bounds in tools/build_bounds. Units include their files
# through the tree of links, because CMake's own unity sources name absolute paths: no clone in another folder would
# find them in the compiler cache.
#   WEIGHT  of each file: more than 1 if the files of the target include much
#   HEAVY   files that weigh 12: a whole unit of the preset dev
#   LIGHT   files that weigh 1, because they include little
function(evenfold_sources target module files)
    cmake_parse_arguments(PARSE_ARGV 3 arg "" "WEIGHT" "HEAVY;LIGHT")
    if(NOT CMAKE_UNITY_BUILD)
        list(TRANSFORM files PREPEND ${PROJECT_SOURCE_DIR}/${module}/)
        target_sources(${target} PRIVATE ${files})
        return()
    endif()
    set(unit_weight 12)
    if(CMAKE_UNITY_BUILD_BATCH_SIZE GREATER 0)
        set(unit_weight ${CMAKE_UNITY_BUILD_BATCH_SIZE})
    endif()
    if(NOT arg_WEIGHT)
        set(arg_WEIGHT 1)
    endif()
    list(REMOVE_ITEM files ${arg_HEAVY} ${arg_LIGHT})
    set(unit 0)
    set(sum 0)
    foreach(file IN LISTS arg_HEAVY arg_LIGHT files)
        set(weight ${arg_WEIGHT})
        if(file IN_LIST arg_HEAVY)
            set(weight 12)
        elseif(file IN_LIST arg_LIGHT)
            set(weight 1)
        endif()
        math(EXPR sum "${sum} + ${weight}")
        if(sum GREATER unit_weight AND DEFINED content_${unit})
            math(EXPR unit "${unit} + 1")
            set(sum ${weight})
        endif()
        string(APPEND content_${unit} "#include \"evenfold/${module}/${file}\"\n")
    endforeach()
    foreach(index RANGE ${unit})
        set(source ${PROJECT_BINARY_DIR}/${module}/unity/${target}/unity_${index}_cxx.cxx)
        file(CONFIGURE OUTPUT ${source} CONTENT "${content_${index}}" @ONLY)
        target_sources(${target} PRIVATE ${source})
    endforeach()
endfunction()

# Declares the library evenfold::<name> of the module (folder) that calls this function. evenfold_build_libraries adds
# its target evenfold_<name>, if it is needed.
#   FILES         headers and sources, relative to the module
#   PUBLIC        the headers that users include: docs/headers.md lists them. These and the headers that they include
#                 are installed; all other headers are private
#   WEIGHT HEAVY  see evenfold_sources
#   LINK          targets that headers of the module use
#   LINK_OWN      targets that only its sources use
#   LINK_TESTS    targets that programs with this library link, too, unless their property EVENFOLD_PRODUCT is on
#   STATIC        always a static library, also with BUILD_SHARED_LIBS
#   DEFINITIONS   macros, and
#   LINK_OPTIONS  linker options, of all targets that link the library
#   PACKAGES      find_package calls that an installation must make before it can use LINK and LINK_OWN
#   PACKAGES_OWN  find_package calls that only the build makes
function(evenfold_library name)
    set(lists FILES PUBLIC WEIGHT HEAVY LINK LINK_OWN LINK_TESTS DEFINITIONS LINK_OPTIONS PACKAGES PACKAGES_OWN)
    cmake_parse_arguments(PARSE_ARGV 1 arg "STATIC" "" "${lists}")
    if(arg_UNPARSED_ARGUMENTS)
        message(FATAL_ERROR "evenfold_library(${name}): unknown ${arg_UNPARSED_ARGUMENTS}")
    endif()
    set(unlisted ${arg_PUBLIC})
    list(REMOVE_ITEM unlisted ${arg_FILES})
    if(unlisted)
        message(FATAL_ERROR "evenfold_library(${name}): PUBLIC names ${unlisted}, which FILES does not list")
    endif()
    cmake_path(RELATIVE_PATH CMAKE_CURRENT_SOURCE_DIR BASE_DIRECTORY ${PROJECT_SOURCE_DIR} OUTPUT_VARIABLE module)
    set(needs ${arg_LINK} ${arg_LINK_OWN} ${arg_LINK_TESTS})
    list(FILTER needs INCLUDE REGEX "^evenfold::")
    list(TRANSFORM needs REPLACE "^evenfold::" "")
    set_property(GLOBAL APPEND PROPERTY EVENFOLD_DECLARED ${name})
    set_property(GLOBAL PROPERTY EVENFOLD_LIBRARY_${name}_MODULE ${module})
    set_property(GLOBAL PROPERTY EVENFOLD_LIBRARY_${name}_NEEDS ${needs})
    foreach(list IN LISTS lists ITEMS STATIC)
        set_property(GLOBAL PROPERTY EVENFOLD_LIBRARY_${name}_${list} "${arg_${list}}")
    endforeach()
endfunction()

# Declares that this build cannot have the library evenfold::<name>; the error for requesting it states `remedy`.
function(evenfold_unavailable name remedy)
    set_property(GLOBAL PROPERTY EVENFOLD_UNAVAILABLE_${name} "${remedy}")
endfunction()

# Fails unless each name in EVENFOLD_COMPONENTS is a library that this build can have, or `program`.
function(evenfold_check_components)
    get_property(declared GLOBAL PROPERTY EVENFOLD_DECLARED)
    foreach(name IN LISTS EVENFOLD_COMPONENTS)
        if(name IN_LIST declared OR name STREQUAL "program")
            continue()
        endif()
        get_property(remedy GLOBAL PROPERTY EVENFOLD_UNAVAILABLE_${name})
        if(remedy)
            message(FATAL_ERROR "EVENFOLD_COMPONENTS: '${name}' is not available in this build: ${remedy}")
        endif()
        list(JOIN declared ", " known)
        message(FATAL_ERROR "EVENFOLD_COMPONENTS: '${name}' is not a component: "
            "expected names from ${known}, program, separated by semicolons")
    endforeach()
endfunction()

# Sets EVENFOLD_INSTALLED_HEADERS to the public headers of the libraries `names` and all headers of evenfold that these
# include, since templates and values need them. Computed, so that a list of them cannot be incomplete.
function(evenfold_find_installed_headers names)
    set(open "")
    foreach(name IN LISTS names)
        get_property(module GLOBAL PROPERTY EVENFOLD_LIBRARY_${name}_MODULE)
        get_property(public GLOBAL PROPERTY EVENFOLD_LIBRARY_${name}_PUBLIC)
        list(TRANSFORM public PREPEND ${module}/)
        list(APPEND open ${public})
    endforeach()
    set(found "")
    while(open)
        list(POP_FRONT open header)
        if(header IN_LIST found)
            continue()
        endif()
        list(APPEND found ${header})
        file(STRINGS ${PROJECT_SOURCE_DIR}/${header} includes REGEX "^#include \"evenfold/")
        list(TRANSFORM includes REPLACE "^#include \"evenfold/([^\"]+)\".*" "\\1")
        list(APPEND open ${includes})
    endwhile()
    set_property(GLOBAL PROPERTY EVENFOLD_INSTALLED_HEADERS ${found})
endfunction()

# Adds the libraries that EVENFOLD_COMPONENTS and the program name, or all if there are no components, and the libraries
# that these need. Finds the packages of these libraries only. Must be called once, after every declaration.
function(evenfold_build_libraries)
    evenfold_check_components()
    get_property(declared GLOBAL PROPERTY EVENFOLD_DECLARED)
    get_property(wanted GLOBAL PROPERTY EVENFOLD_PROGRAM_NEEDS)
    list(APPEND wanted ${EVENFOLD_COMPONENTS})
    if(NOT EVENFOLD_COMPONENTS)
        set(wanted ${declared})
    endif()

    # A library is declared after those that it needs, so one backward pass finds all that are needed.
    list(REVERSE declared)
    foreach(name IN LISTS declared)
        if(name IN_LIST wanted)
            get_property(needs GLOBAL PROPERTY EVENFOLD_LIBRARY_${name}_NEEDS)
            list(APPEND wanted ${needs})
        endif()
    endforeach()

    list(REVERSE declared)
    set(built "")
    foreach(name IN LISTS declared)
        if(name IN_LIST wanted)
            list(APPEND built ${name})
        endif()
    endforeach()
    evenfold_find_installed_headers("${built}")
    foreach(name IN LISTS built)
        evenfold_add_library(${name})
        set_property(GLOBAL APPEND PROPERTY EVENFOLD_LIBRARIES ${name})
    endforeach()
    if(EVENFOLD_COMPONENTS)
        get_property(added GLOBAL PROPERTY EVENFOLD_LIBRARIES)
        message(STATUS "Libraries of EVENFOLD_COMPONENTS, with those that they need: ${added}")
    endif()
endfunction()

# Adds the target evenfold_<name> of a declared library.
function(evenfold_add_library name)
    foreach(list MODULE FILES WEIGHT HEAVY STATIC LINK LINK_OWN LINK_TESTS DEFINITIONS LINK_OPTIONS PACKAGES PACKAGES_OWN)
        get_property(arg_${list} GLOBAL PROPERTY EVENFOLD_LIBRARY_${name}_${list})
    endforeach()
    foreach(package IN LISTS arg_PACKAGES arg_PACKAGES_OWN)
        find_package(${package} ${EVENFOLD_VERSION_OF_${package}} REQUIRED)
    endforeach()
    set(headers ${arg_FILES})
    list(FILTER headers INCLUDE REGEX "\\.hpp$")
    list(TRANSFORM headers PREPEND ${arg_MODULE}/)
    set(private ${headers})
    get_property(installed GLOBAL PROPERTY EVENFOLD_INSTALLED_HEADERS)
    list(REMOVE_ITEM private ${installed} "")
    list(REMOVE_ITEM headers ${private} "")
    list(TRANSFORM headers PREPEND ${PROJECT_BINARY_DIR}/include/evenfold/)
    set(sources ${arg_FILES})
    list(FILTER sources INCLUDE REGEX "\\.cpp$")

    set(target evenfold_${name})
    # Static or shared, as BUILD_SHARED_LIBS says. A library that replaces functions of others, such as an allocator, is
    # always static, because the program must contain it.
    set(kind "")
    if(arg_LINK_OPTIONS OR arg_STATIC)
        set(kind STATIC)
    endif()
    add_library(${target} ${kind})
    add_library(evenfold::${name} ALIAS ${target})
    evenfold_own_code(${target})
    if(NOT DEFINED CMAKE_POSITION_INDEPENDENT_CODE) # so that plugins and Python extensions can link the static libraries
        set_target_properties(${target} PROPERTIES POSITION_INDEPENDENT_CODE ON)
    endif()
    # Calls within a library stay direct, because nobody replaces its functions at run time.
    target_compile_options(${target} PRIVATE $<$<CXX_COMPILER_ID:GNU>:-fno-semantic-interposition>)
    evenfold_sources(${target} ${arg_MODULE} "${sources}" WEIGHT ${arg_WEIGHT} HEAVY ${arg_HEAVY})
    target_sources(${target} PUBLIC FILE_SET HEADERS BASE_DIRS ${PROJECT_BINARY_DIR}/include FILES ${headers})
    target_include_directories(${target} PUBLIC
        $<BUILD_INTERFACE:${PROJECT_BINARY_DIR}/include> $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
    target_compile_definitions(${target} INTERFACE ${arg_DEFINITIONS})
    target_link_libraries(${target} PUBLIC ${arg_LINK} PRIVATE ${arg_LINK_OWN})
    foreach(test_only IN LISTS arg_LINK_TESTS)
        target_link_libraries(${target} INTERFACE $<$<NOT:$<BOOL:$<TARGET_PROPERTY:EVENFOLD_PRODUCT>>>:${test_only}>)
    endforeach()
    target_link_options(${target} INTERFACE ${arg_LINK_OPTIONS})
    set_target_properties(${target} PROPERTIES
        ARCHIVE_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/${arg_MODULE}
        LIBRARY_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/${arg_MODULE}
        EXPORT_NAME ${name}
        INSTALL_RPATH $ORIGIN # of a shared library: finds those that it needs beside it
        VERSION ${PROJECT_VERSION}
        SOVERSION ${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR} # before 1.0, each minor version changes the interface
        LINKER_LANGUAGE CXX
        VERIFY_INTERFACE_HEADER_SETS ${EVENFOLD_DEVELOPER})

    # Private headers, too, must compile alone: a target that is not installed lists them.
    if(EVENFOLD_DEVELOPER AND private)
        list(TRANSFORM private PREPEND ${PROJECT_BINARY_DIR}/include/evenfold/)
        add_library(${target}_private_headers INTERFACE)
        target_sources(${target}_private_headers INTERFACE
            FILE_SET HEADERS BASE_DIRS ${PROJECT_BINARY_DIR}/include FILES ${private})
        target_link_libraries(${target}_private_headers INTERFACE ${target} ${arg_LINK_OWN})
        set_target_properties(${target}_private_headers PROPERTIES VERIFY_INTERFACE_HEADER_SETS ON)
    endif()
endfunction()

# Declares the program <name> of the calling module: main.cpp over evenfold_cli, which tests link as well.
#   FILES      sources, relative to the module, including main.cpp
#   WEIGHT HEAVY LIGHT  see evenfold_sources
#   LINK       targets
#   LINK_MAIN  targets that only the program links, and tests do not
#   PACKAGES   packages of these targets
function(evenfold_program name)
    cmake_parse_arguments(PARSE_ARGV 1 arg "" "WEIGHT" "FILES;HEAVY;LIGHT;LINK;LINK_MAIN;PACKAGES")
    foreach(package IN LISTS arg_PACKAGES)
        find_package(${package} ${EVENFOLD_VERSION_OF_${package}} REQUIRED)
    endforeach()
    cmake_path(RELATIVE_PATH CMAKE_CURRENT_SOURCE_DIR BASE_DIRECTORY ${PROJECT_SOURCE_DIR} OUTPUT_VARIABLE module)
    set(needs ${arg_LINK} ${arg_LINK_MAIN})
    list(FILTER needs INCLUDE REGEX "^evenfold::")
    list(TRANSFORM needs REPLACE "^evenfold::" "")
    set_property(GLOBAL PROPERTY EVENFOLD_PROGRAM_NEEDS ${needs})

    list(REMOVE_ITEM arg_FILES main.cpp)
    add_library(evenfold_cli STATIC)
    evenfold_own_code(evenfold_cli)
    evenfold_sources(evenfold_cli ${module} "${arg_FILES}" WEIGHT ${arg_WEIGHT} HEAVY ${arg_HEAVY} LIGHT ${arg_LIGHT})
    target_include_directories(evenfold_cli PUBLIC ${PROJECT_BINARY_DIR}/include)
    target_link_libraries(evenfold_cli PUBLIC ${arg_LINK})

    add_executable(evenfold_program)
    evenfold_own_code(evenfold_program)
    evenfold_sources(evenfold_program ${module} main.cpp)
    target_link_libraries(evenfold_program PRIVATE evenfold_cli ${arg_LINK_MAIN})
    file(RELATIVE_PATH libraries /${CMAKE_INSTALL_BINDIR} /${CMAKE_INSTALL_LIBDIR})
    set_target_properties(evenfold_program PROPERTIES
        OUTPUT_NAME ${name}
        EVENFOLD_PRODUCT ON
        INSTALL_RPATH $ORIGIN/${libraries}) # finds shared libraries of evenfold wherever the tree is installed
endfunction()
