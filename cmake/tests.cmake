# Tests: one executable per module, one ctest test per file, labelled by kind.
find_package(doctest 2.4.9 REQUIRED)
find_package(rapidcheck REQUIRED)
set(EVENFOLD_TEST_SECONDS 600 CACHE STRING "The time limit of a test; .ci/long needs more")

# The targets that the preset tsan builds: the executables with concurrent files.
add_custom_target(concurrent_tests)

# Declares the set <name> of precompiled headers, which any number of targets share: precompiled_<name>.
#   HEADERS  the headers to precompile
#   LINK     targets whose headers these are; a target that shares the set must link them for their macros, except fmt
function(evenfold_precompiled name)
    cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "HEADERS;LINK")
    set(target precompiled_${name})
    file(CONFIGURE OUTPUT ${CMAKE_CURRENT_BINARY_DIR}/${target}.cpp CONTENT "")
    add_library(${target} OBJECT ${CMAKE_CURRENT_BINARY_DIR}/${target}.cpp)
    evenfold_own_code(${target})
    target_link_libraries(${target} PRIVATE evenfold_test_main ${arg_LINK})
    target_precompile_headers(${target} PRIVATE ${arg_HEADERS})
endfunction()

# Makes all sources of `target` use the set <name>, with the macros that it was precompiled with.
function(evenfold_use_precompiled target name)
    target_precompile_headers(${target} REUSE_FROM precompiled_${name})
    target_compile_definitions(${target} PRIVATE
        $<TARGET_PROPERTY:evenfold_test_main,INTERFACE_COMPILE_DEFINITIONS>)
    target_link_libraries(${target} PRIVATE fmt::fmt)
endfunction()

# Declares the library <name> of files that several executables of tests share.
#   FILES        relative to tests/
#   LINK         targets
#   PRECOMPILED  the set of precompiled headers that all of its files see; see evenfold_precompiled
#   WEIGHT HEAVY see evenfold_sources
function(evenfold_test_support name)
    cmake_parse_arguments(PARSE_ARGV 1 arg "" "PRECOMPILED;WEIGHT" "FILES;HEAVY;LINK")
    add_library(${name} STATIC)
    evenfold_own_code(${name})
    evenfold_sources(${name} tests "${arg_FILES}" WEIGHT ${arg_WEIGHT} HEAVY ${arg_HEAVY})
    target_include_directories(${name} PUBLIC ${PROJECT_BINARY_DIR}/include)
    target_link_libraries(${name} PUBLIC ${arg_LINK})
    if(arg_PRECOMPILED)
        evenfold_use_precompiled(${name} ${arg_PRECOMPILED})
    endif()
endfunction()

# Declares the executable test_<name>, and for each file a test <name>/<file> with the label of its list.
#   UNIT CONTRACT LAW SIM FAULT FUZZ EXTERNAL   files by label, relative to tests/
#   SUPPORT      files without tests of their own
#   CONCURRENT   which of the files run threads: they get the label `concurrency` too, and tsan runs them
#   SERVED       which of the files need a server: they run as one test <name>/with_server, so that one process starts one
#                server for all of them. It is skipped like an external test where the server is not installed
#   PRIVILEGED   which of the files need the rights of root: they are skipped like an external test without them
#   LINK         targets
#   PRECOMPILED  the set of precompiled headers that all of its files see; see evenfold_precompiled
#   WEIGHT HEAVY see evenfold_sources
# Tests that link the journal or the storage in SQLite are left out where these are not built.
# An external test that cannot run prints a line `skipped: <why>`; ctest then counts it as skipped.
function(evenfold_tests name)
    set(labels UNIT CONTRACT LAW SIM FAULT FUZZ EXTERNAL)
    cmake_parse_arguments(PARSE_ARGV 1 arg "" "PRECOMPILED;WEIGHT" "${labels};HEAVY;SUPPORT;CONCURRENT;SERVED;PRIVILEGED;LINK")
    if(arg_UNPARSED_ARGUMENTS)
        message(FATAL_ERROR "evenfold_tests(${name}): unknown ${arg_UNPARSED_ARGUMENTS}")
    endif()
    if(NOT EVENFOLD_SQLITE AND arg_LINK MATCHES "evenfold::(journal|storage)_sqlite")
        message(STATUS "The tests of ${name} need EVENFOLD_SQLITE=ON and are left out")
        return()
    endif()
    set(target test_${name})
    add_executable(${target})
    evenfold_own_code(${target})
    set(files "")
    foreach(list IN LISTS labels ITEMS SUPPORT)
        list(APPEND files ${arg_${list}})
    endforeach()
    evenfold_sources(${target} tests "${files}" WEIGHT ${arg_WEIGHT} HEAVY ${arg_HEAVY})
    target_link_libraries(${target} PRIVATE evenfold_test_main ${arg_LINK})
    if(arg_PRECOMPILED)
        evenfold_use_precompiled(${target} ${arg_PRECOMPILED})
    endif()

    if(arg_CONCURRENT)
        add_dependencies(concurrent_tests ${target})
    endif()

    set(served_labels "")
    foreach(label IN LISTS labels)
        foreach(file IN LISTS arg_${label})
            if(file IN_LIST arg_SERVED)
                string(TOLOWER ${label} kind)
                list(APPEND served_labels ${kind})
                continue()
            endif()
            cmake_path(GET file STEM stem)
            string(REGEX REPLACE "_test$" "" stem ${stem})
            string(TOLOWER ${label} kind)
            if(file IN_LIST arg_CONCURRENT)
                list(APPEND kind concurrency)
            endif()
            set(test ${name}/${stem})
            add_test(NAME ${test} COMMAND ${target} --source-file=*tests/${file})
            set_tests_properties(${test} PROPERTIES
                LABELS "${kind}"
                TIMEOUT ${EVENFOLD_TEST_SECONDS}
                FAIL_REGULAR_EXPRESSION "test cases: +0 ")
            if(label STREQUAL "EXTERNAL" OR file IN_LIST arg_PRIVILEGED)
                set_tests_properties(${test} PROPERTIES SKIP_REGULAR_EXPRESSION "skipped: ")
            endif()
        endforeach()
    endforeach()
    if(arg_SERVED)
        if(arg_CONCURRENT)
            list(APPEND served_labels concurrency)
        endif()
        list(REMOVE_DUPLICATES served_labels)
        list(TRANSFORM arg_SERVED PREPEND *tests/ OUTPUT_VARIABLE served)
        list(JOIN served "," served)
        add_test(NAME ${name}/with_server COMMAND ${target} --source-file=${served})
        set_tests_properties(${name}/with_server PROPERTIES
            LABELS "${served_labels}"
            TIMEOUT ${EVENFOLD_TEST_SECONDS}
            FAIL_REGULAR_EXPRESSION "test cases: +0 "
            SKIP_REGULAR_EXPRESSION "skipped: ")
    endif()
endfunction()

# Declares a test <name>/refused_<file>_<case> for each case of a source that must not compile; without a case it must.
# The first error must contain the words, and few errors may follow: cmake/refused.cmake.
#   FILE    the source, relative to tests/; it checks a macro for each case
#   LIKE    the library whose includes it uses
#   PAGE    if given, must contain the words, too; relative to the project
#   CASES   pairs: the name of a case, and the words
function(evenfold_refused name)
    cmake_parse_arguments(PARSE_ARGV 1 arg "" "FILE;LIKE;PAGE" "CASES")
    cmake_path(GET arg_FILE STEM stem)
    if(arg_PAGE)
        set(arg_PAGE ${PROJECT_SOURCE_DIR}/${arg_PAGE})
    endif()
    set(test ${name}/refused_${stem})
    set(define NO_CASE)
    set(words "")
    while(TRUE)
        add_test(NAME ${test}
            COMMAND ${CMAKE_COMMAND} "-DWORDS=${words}" "-DPAGE=${arg_PAGE}"
                -P ${PROJECT_SOURCE_DIR}/cmake/refused.cmake --
                ${CMAKE_CXX_COMPILER} -std=c++23 -fsyntax-only -D${define}
                "-I$<JOIN:$<TARGET_PROPERTY:${arg_LIKE},INCLUDE_DIRECTORIES>,;-I>"
                ${CMAKE_CURRENT_SOURCE_DIR}/${arg_FILE}
            COMMAND_EXPAND_LISTS)
        set_tests_properties(${test} PROPERTIES LABELS unit TIMEOUT 60)
        if(NOT arg_CASES)
            break()
        endif()
        list(POP_FRONT arg_CASES define words)
        string(TOLOWER ${name}/refused_${stem}_${define} test)
    endwhile()
endfunction()
