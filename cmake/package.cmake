# Installs headers, libraries, the program, and packages for find_package(evenfold) and for pkg-config.
include(CMakePackageConfigHelpers)

set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/evenfold)
file(RELATIVE_PATH prefix_of_pc /${CMAKE_INSTALL_LIBDIR}/pkgconfig /)

# The pkg-config names of packages; Boost is headers only, and has none.
set(pc_of_fmt fmt)
set(pc_of_nlohmann_json nlohmann_json)
set(pc_of_SQLite3 sqlite3)
set(pc_of_Libgit2 libgit2)
set(pc_of_OpenSSL libcrypto)
set(pc_of_ZLIB zlib)
set(pc_of_PostgreSQL libpq)

# Installs evenfold-<name>.pc. A static library requires all that it links, because an archive does not record it.
function(install_pc name needs packages)
    set(requires "")
    foreach(need IN LISTS needs)
        list(APPEND requires "evenfold-${need} = ${PROJECT_VERSION}")
    endforeach()
    foreach(package IN LISTS packages)
        if(pc_of_${package})
            list(APPEND requires "${pc_of_${package}} >= ${EVENFOLD_VERSION_OF_${package}}")
        endif()
    endforeach()
    list(TRANSFORM requires REPLACE " >= $" "")
    list(JOIN requires ", " requires)
    get_property(options GLOBAL PROPERTY EVENFOLD_LIBRARY_${name}_LINK_OPTIONS)
    list(TRANSFORM options REPLACE "^LINKER:" "-Wl,")
    list(JOIN options " " options)
    set(pc ${PROJECT_BINARY_DIR}/pkgconfig/evenfold-${name}.pc)
    configure_file(${PROJECT_SOURCE_DIR}/cmake/evenfold.pc.in ${pc} @ONLY)
    install(FILES ${pc} DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
endfunction()
get_property(evenfold_libraries GLOBAL PROPERTY EVENFOLD_LIBRARIES)

set(evenfold_needs "")
foreach(name IN LISTS evenfold_libraries)
    install(TARGETS evenfold_${name} EXPORT evenfold-${name}
        ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR}
        LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR}
        FILE_SET HEADERS DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} COMPONENT headers)
    install(EXPORT evenfold-${name} NAMESPACE evenfold:: DESTINATION ${package_dir})

    get_property(needs GLOBAL PROPERTY EVENFOLD_LIBRARY_${name}_NEEDS)
    get_property(packages GLOBAL PROPERTY EVENFOLD_LIBRARY_${name}_PACKAGES)
    string(APPEND evenfold_needs "set(evenfold_${name}_needs ${needs})\nset(evenfold_${name}_packages ${packages})\n")
    install_pc(${name} "${needs}" "${packages}")
endforeach()

configure_package_config_file(
    ${PROJECT_SOURCE_DIR}/cmake/evenfoldConfig.cmake.in ${PROJECT_BINARY_DIR}/evenfoldConfig.cmake
    INSTALL_DESTINATION ${package_dir})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/evenfoldConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/evenfoldConfig.cmake ${PROJECT_BINARY_DIR}/evenfoldConfigVersion.cmake
    ${PROJECT_SOURCE_DIR}/cmake/FindLibgit2.cmake
    DESTINATION ${package_dir})

install(FILES ${PROJECT_BINARY_DIR}/include/evenfold/version.hpp
    DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/evenfold COMPONENT headers)
install(FILES ${PROJECT_SOURCE_DIR}/LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR})

if(TARGET evenfold_program)
    install(TARGETS evenfold_program RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
endif()
