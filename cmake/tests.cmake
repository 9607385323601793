# Tests: one executable per room, one ctest test per file, labelled by kind.
find_package(doctest 2.4.9 REQUIRED)
find_package(rapidcheck REQUIRED)

# What tsan needs: the executables with concurrent files.
add_custom_target(concurrent_tests)

# The executable test_<name>, and for each file a test <name>/<file> with the label of its list.
#   UNIT CONTRACT LAW SIM FAULT FUZZ EXTERNAL   files by label, relative to tests/
#   SUPPORT      files without tests of their own
#   CONCURRENT   which of the files run threads: they get the label `concurrency` too, and tsan runs them
#   LINK         targets
# An external test that cannot run prints a line `skipped: <why>`; ctest then counts it as skipped.
function(evenfold_tests name)
    set(labels UNIT CONTRACT LAW SIM FAULT FUZZ EXTERNAL)
    cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "${labels};SUPPORT;CONCURRENT;LINK")
    if(arg_UNPARSED_ARGUMENTS)
        message(FATAL_ERROR "evenfold_tests(${name}): unknown ${arg_UNPARSED_ARGUMENTS}")
    endif()
    set(target test_${name})
    add_executable(${target} ${arg_SUPPORT})
    evenfold_own_code(${target})
    target_link_libraries(${target} PRIVATE evenfold_test_main ${arg_LINK})

    if(arg_CONCURRENT)
        add_dependencies(concurrent_tests ${target})
    endif()

    foreach(label IN LISTS labels)
        target_sources(${target} PRIVATE ${arg_${label}})
        foreach(file IN LISTS arg_${label})
            cmake_path(GET file STEM stem)
            string(REGEX REPLACE "_test$" "" stem ${stem})
            string(TOLOWER ${label} kind)
            if(file IN_LIST arg_CONCURRENT)
                list(APPEND kind concurrency)
            endif()
            set(test ${name}/${stem})
            add_test(NAME ${test} COMMAND ${target} --source-file=*/tests/${file})
            set_tests_properties(${test} PROPERTIES
                LABELS "${kind}"
                TIMEOUT 600
                FAIL_REGULAR_EXPRESSION "test cases: +0 ")
            if(label STREQUAL "EXTERNAL")
                set_tests_properties(${test} PROPERTIES SKIP_REGULAR_EXPRESSION "skipped: ")
            endif()
        endforeach()
    endforeach()
endfunction()
