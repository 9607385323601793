# One library per room of the house, and the one spelling of its headers: "evenfold/<room>/<file>.hpp".

# What our own code must compile with; third-party headers are system headers and exempt.
function(evenfold_own_code target)
    target_compile_features(${target} PUBLIC cxx_std_23)
    set_target_properties(${target} PROPERTIES CXX_EXTENSIONS OFF)
    if(EVENFOLD_DEVELOPER)
        # g++ 12 takes the unused alternatives of a std::variant inside a std::expected for uninitialised, and at -O3
        # sees overlaps and lengths in std::string that cannot be (GCC bugs 105329 and 105651).
        target_compile_options(${target} PRIVATE -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Werror
            $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>
            $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict>
            $<$<CXX_COMPILER_ID:GNU>:-Wno-stringop-overflow>)
    endif()
endfunction()

# A link farm gives the tree the include spelling that an installation has.
function(evenfold_link_room room)
    file(MAKE_DIRECTORY ${PROJECT_BINARY_DIR}/include/evenfold)
    file(CREATE_LINK ${PROJECT_SOURCE_DIR}/${room} ${PROJECT_BINARY_DIR}/include/evenfold/${room} SYMBOLIC)
endfunction()

# The library evenfold::<name> of the room (folder) that calls this.
#   FILES     headers and sources, relative to the room
#   LINK      targets that headers of the room show
#   LINK_OWN  targets that only its sources use
#   PACKAGES  find_package calls that an installation must make before it can use LINK and LINK_OWN
function(evenfold_library name)
    cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "FILES;LINK;LINK_OWN;PACKAGES")
    if(arg_UNPARSED_ARGUMENTS)
        message(FATAL_ERROR "evenfold_library(${name}): unknown ${arg_UNPARSED_ARGUMENTS}")
    endif()
    cmake_path(RELATIVE_PATH CMAKE_CURRENT_SOURCE_DIR BASE_DIRECTORY ${PROJECT_SOURCE_DIR} OUTPUT_VARIABLE room)
    set(headers ${arg_FILES})
    list(FILTER headers INCLUDE REGEX "\\.hpp$")
    list(TRANSFORM headers PREPEND ${PROJECT_BINARY_DIR}/include/evenfold/${room}/)
    set(sources ${arg_FILES})
    list(FILTER sources INCLUDE REGEX "\\.cpp$")

    set(target evenfold_${name})
    add_library(${target} STATIC ${sources})
    add_library(evenfold::${name} ALIAS ${target})
    evenfold_own_code(${target})
    target_sources(${target} PUBLIC FILE_SET HEADERS BASE_DIRS ${PROJECT_BINARY_DIR}/include FILES ${headers})
    target_include_directories(${target} PUBLIC
        $<BUILD_INTERFACE:${PROJECT_BINARY_DIR}/include> $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
    target_link_libraries(${target} PUBLIC ${arg_LINK} PRIVATE ${arg_LINK_OWN})
    set_target_properties(${target} PROPERTIES
        EXPORT_NAME ${name}
        LINKER_LANGUAGE CXX
        VERIFY_INTERFACE_HEADER_SETS ${EVENFOLD_DEVELOPER})

    set(rooms ${arg_LINK} ${arg_LINK_OWN})
    list(FILTER rooms INCLUDE REGEX "^evenfold::")
    list(TRANSFORM rooms REPLACE "^evenfold::" "")
    set_property(GLOBAL APPEND PROPERTY EVENFOLD_LIBRARIES ${name})
    set_property(GLOBAL PROPERTY EVENFOLD_LIBRARY_${name}_ROOMS ${rooms})
    set_property(GLOBAL PROPERTY EVENFOLD_LIBRARY_${name}_PACKAGES "${arg_PACKAGES}")
endfunction()

# The program <name> of the room that calls this: main.cpp over evenfold_cli, which tests link as well.
#   FILES   sources, relative to the room, main.cpp among them
#   LINK    targets
function(evenfold_program name)
    cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "FILES;LINK")
    list(REMOVE_ITEM arg_FILES main.cpp)
    add_library(evenfold_cli STATIC ${arg_FILES})
    evenfold_own_code(evenfold_cli)
    target_include_directories(evenfold_cli PUBLIC ${PROJECT_BINARY_DIR}/include)
    target_compile_definitions(evenfold_cli PUBLIC EVENFOLD_VERSION="${PROJECT_VERSION}")
    target_link_libraries(evenfold_cli PUBLIC ${arg_LINK})

    add_executable(evenfold_program main.cpp)
    evenfold_own_code(evenfold_program)
    target_link_libraries(evenfold_program PRIVATE evenfold_cli)
    set_target_properties(evenfold_program PROPERTIES OUTPUT_NAME ${name})
endfunction()
