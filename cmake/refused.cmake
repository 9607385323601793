# cmake -DWORDS=<words> -DPAGE=<file> -P refused.cmake -- <compiler> <arguments>
# Fails unless the compiler refuses the source, with WORDS in its first error and few errors in all. Without WORDS,
# fails unless the source compiles. If PAGE is given, it must contain WORDS as well.
set(errors_max 3)
set(lines_max 60)

set(command "")
math(EXPR last "${CMAKE_ARGC} - 1")
foreach(place RANGE ${last})
    if(DEFINED command_follows)
        list(APPEND command "${CMAKE_ARGV${place}}")
    elseif(CMAKE_ARGV${place} STREQUAL "--")
        set(command_follows TRUE)
    endif()
endforeach()
execute_process(COMMAND ${command} RESULT_VARIABLE status OUTPUT_VARIABLE said ERROR_VARIABLE said)

if(WORDS STREQUAL "")
    if(NOT status EQUAL 0)
        message(FATAL_ERROR "it must compile:\n${said}")
    endif()
    return()
endif()
if(status EQUAL 0)
    message(FATAL_ERROR "it compiles")
endif()

string(REGEX REPLACE "[][;]" " " plain "${said}") # these characters join and split the elements of lists
string(REGEX MATCHALL "[^\n]*error: [^\n]*" errors "${plain}")
string(REGEX MATCHALL "\n" lines "${plain}")
list(LENGTH errors errors_count)
list(LENGTH lines lines_count)
list(GET errors 0 first)
string(FIND "${first}" "${WORDS}" in_first)
if(in_first EQUAL -1 OR errors_count GREATER errors_max OR lines_count GREATER lines_max)
    message(FATAL_ERROR
        "not '${WORDS}' first, or ${errors_count} errors and ${lines_count} lines are too many:\n${said}")
endif()
message(STATUS "${errors_count} errors, ${lines_count} lines")

if(PAGE)
    file(READ ${PAGE} page)
    string(FIND "${page}" "${WORDS}" in_page)
    if(in_page EQUAL -1)
        message(FATAL_ERROR "${PAGE} has no '${WORDS}'")
    endif()
endif()
