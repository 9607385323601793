# cmake -DTREE=<source tree> -DBUILD=<folder> -DGENERATOR=<generator> -DCOMPILER=<compiler> -P components_test.cmake
# Fails unless EVENFOLD_COMPONENTS builds exactly the named libraries and those that they need, and needs no packages of
# other libraries. An unknown component must be refused with its name and the remedy.

# Configures the tree with `components` and more arguments; sets `status` and `said`.
macro(configure components)
    file(REMOVE_RECURSE ${BUILD})
    execute_process(
        COMMAND ${CMAKE_COMMAND} -G ${GENERATOR} -S ${TREE} -B ${BUILD} -DCMAKE_CXX_COMPILER=${COMPILER}
            "-DEVENFOLD_COMPONENTS=${components}" ${ARGN}
        RESULT_VARIABLE status OUTPUT_VARIABLE said ERROR_VARIABLE said)
endmacro()

# Configures, and checks that the build has the libraries `expected` and no other targets.
function(check_builds components expected)
    configure("${components}" ${ARGN})
    if(NOT status EQUAL 0)
        message(FATAL_ERROR "EVENFOLD_COMPONENTS=${components} does not configure:\n${said}")
    endif()
    execute_process(COMMAND ${CMAKE_COMMAND} --build ${BUILD} -- -n OUTPUT_VARIABLE steps COMMAND_ERROR_IS_FATAL ANY)
    string(REGEX MATCHALL "[Ll]inking CXX [^\n]+" linked "${steps}")
    list(TRANSFORM linked REPLACE ".*/(libevenfold_)?([a-z_]+)(\\.a)?\"?$" "\\2")
    list(SORT linked)
    list(SORT expected)
    if(NOT linked STREQUAL expected)
        message(FATAL_ERROR "EVENFOLD_COMPONENTS=${components} builds '${linked}', expected '${expected}'")
    endif()
endfunction()

# Configures, and checks that this fails with `name` and the words in ARGN.
function(check_refused components)
    cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "WITH;WORDS")
    configure("${components}" ${arg_WITH})
    string(REGEX REPLACE "[ \n]+" " " plain "${said}") # because CMake wraps lines
    if(status EQUAL 0)
        message(FATAL_ERROR "EVENFOLD_COMPONENTS=${components} ${arg_WITH} is not refused")
    endif()
    foreach(words IN LISTS arg_WORDS)
        string(FIND "${plain}" "${words}" at)
        if(at EQUAL -1)
            message(FATAL_ERROR "the error has no '${words}':\n${said}")
        endif()
    endforeach()
endfunction()

check_builds("core" "core"
    -DCMAKE_DISABLE_FIND_PACKAGE_nlohmann_json=ON -DCMAKE_DISABLE_FIND_PACKAGE_SQLite3=ON
    -DCMAKE_DISABLE_FIND_PACKAGE_Libgit2=ON -DCMAKE_DISABLE_FIND_PACKAGE_CLI11=ON)
check_builds("bench_allocations" "bench_allocations"
    -DCMAKE_DISABLE_FIND_PACKAGE_Boost=ON -DCMAKE_DISABLE_FIND_PACKAGE_fmt=ON)
check_builds("kernel;testing" "codec;core;journal;journal_chain;kernel;system;testing;testing_ambient" -DCMAKE_DISABLE_FIND_PACKAGE_Libgit2=ON)
check_builds("journal_keys" "core;journal_chain;journal_keys;system" -DCMAKE_DISABLE_FIND_PACKAGE_OpenSSL=ON)

check_refused("kernel;colonel" WORDS "'colonel' is not a component" "core, " "journal_sqlite, " "program, ")
check_refused("journal_sqlite" WITH -DEVENFOLD_SQLITE=OFF
    WORDS "'journal_sqlite' is not available in this build" "libsqlite3-dev" "EVENFOLD_SQLITE=ON")
check_refused("reactors_git" WITH -DCMAKE_DISABLE_FIND_PACKAGE_Libgit2=ON
    WORDS "'reactors_git' is not available in this build" "libgit2-dev" "EVENFOLD_GIT=ON")
check_refused("journal_postgres" WITH -DCMAKE_DISABLE_FIND_PACKAGE_PostgreSQL=ON
    WORDS "'journal_postgres' is not available in this build" "libpq-dev" "EVENFOLD_POSTGRES=ON")
check_refused("journal_heads" WITH -DCMAKE_DISABLE_FIND_PACKAGE_OpenSSL=ON
    WORDS "'journal_heads' is not available in this build" "libssl-dev" "EVENFOLD_SIGNED_HEADS=ON")
check_refused("journal_sealing" WITH -DCMAKE_DISABLE_FIND_PACKAGE_OpenSSL=ON
    WORDS "'journal_sealing' is not available in this build" "libssl-dev" "EVENFOLD_SEALING=ON")
check_refused("reactors_anchors" WITH -DCMAKE_DISABLE_FIND_PACKAGE_OpenSSL=ON
    WORDS "'reactors_anchors' is not available in this build" "libssl-dev" "EVENFOLD_SIGNED_HEADS=ON")
check_refused("kernel" WITH -DEVENFOLD_DEVELOPER=ON WORDS "EVENFOLD_DEVELOPER=OFF")
file(REMOVE_RECURSE ${BUILD})
