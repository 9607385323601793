# The examples in the opening comments of public headers, as files that tests include.
#
# An example is the lines of the opening that begin with `///     `. The example of <header> becomes
# "evenfold/header_examples/<header>" in the tree of includes, with the header's own line numbers, so that a compiler
# error names the line of the comment. Each file in tests/header_examples/ includes examples where their context is:
#
#     TEST_CASE("Example: kernel/kernel.hpp runs.") {
#         journal::MemoryJournal journal;
#     #include "evenfold/header_examples/kernel/kernel.hpp"
#     }
#
# As a script: cmake -DTREE=<project> -DOUT=<folder> -DHEADERS=<list> -P header_examples.cmake writes the files that
# differ from the present ones.
if(CMAKE_SCRIPT_MODE_FILE)
    string(ASCII 1 mark)
    foreach(header IN LISTS HEADERS)
        file(READ ${TREE}/${header} text)
        string(FIND "${text}" "#pragma once" end)
        string(SUBSTRING "${text}" 0 ${end} opening)
        string(REPLACE "\n///     " "\n${mark}" example "\n${opening}")
        string(REGEX REPLACE "\n///[^\n]*" "\n" example "${example}")
        string(REPLACE "${mark}" "" example "${example}")
        string(PREPEND example "#line 1 \"${header}\"")
        set(old "")
        if(EXISTS ${OUT}/${header})
            file(READ ${OUT}/${header} old)
        endif()
        if(NOT old STREQUAL example)
            file(WRITE ${OUT}/${header} "${example}")
        endif()
    endforeach()
    return()
endif()

# Adds the target header_examples, which writes the examples of all declared libraries. Tests that include an example
# must depend on it.
function(evenfold_header_examples)
    get_property(declared GLOBAL PROPERTY EVENFOLD_DECLARED)
    set(headers "")
    foreach(name IN LISTS declared)
        get_property(module GLOBAL PROPERTY EVENFOLD_LIBRARY_${name}_MODULE)
        get_property(public GLOBAL PROPERTY EVENFOLD_LIBRARY_${name}_PUBLIC)
        list(TRANSFORM public PREPEND ${module}/)
        list(APPEND headers ${public})
    endforeach()
    set(out ${PROJECT_BINARY_DIR}/include/evenfold/header_examples)
    set(script ${PROJECT_SOURCE_DIR}/cmake/header_examples.cmake)
    list(TRANSFORM headers PREPEND ${PROJECT_SOURCE_DIR}/ OUTPUT_VARIABLE sources)
    list(TRANSFORM headers PREPEND ${out}/ OUTPUT_VARIABLE examples)
    set(stamp ${PROJECT_BINARY_DIR}/tests/header_examples.stamp)
    add_custom_command(
        OUTPUT ${stamp}
        BYPRODUCTS ${examples}
        COMMAND ${CMAKE_COMMAND} -DTREE=${PROJECT_SOURCE_DIR} -DOUT=${out} "-DHEADERS=${headers}" -P ${script}
        COMMAND ${CMAKE_COMMAND} -E touch ${stamp}
        DEPENDS ${sources} ${script}
        VERBATIM)
    add_custom_target(header_examples DEPENDS ${stamp})
endfunction()
