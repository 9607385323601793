# Installs headers, libraries, the program, and a package that find_package(evenfold) finds.
include(CMakePackageConfigHelpers)

set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/evenfold)
get_property(evenfold_libraries GLOBAL PROPERTY EVENFOLD_LIBRARIES)

set(evenfold_needs "")
foreach(name IN LISTS evenfold_libraries)
    install(TARGETS evenfold_${name} EXPORT evenfold-${name}
        ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR}
        FILE_SET HEADERS DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} COMPONENT headers)
    install(EXPORT evenfold-${name} NAMESPACE evenfold:: DESTINATION ${package_dir})

    get_property(needs GLOBAL PROPERTY EVENFOLD_LIBRARY_${name}_NEEDS)
    get_property(packages GLOBAL PROPERTY EVENFOLD_LIBRARY_${name}_PACKAGES)
    string(APPEND evenfold_needs "set(evenfold_${name}_needs ${needs})\nset(evenfold_${name}_packages ${packages})\n")
endforeach()

configure_package_config_file(
    ${PROJECT_SOURCE_DIR}/cmake/evenfoldConfig.cmake.in ${PROJECT_BINARY_DIR}/evenfoldConfig.cmake
    INSTALL_DESTINATION ${package_dir})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/evenfoldConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/evenfoldConfig.cmake ${PROJECT_BINARY_DIR}/evenfoldConfigVersion.cmake
    ${PROJECT_SOURCE_DIR}/cmake/FindLibgit2.cmake
    DESTINATION ${package_dir})

if(TARGET evenfold_program)
    install(TARGETS evenfold_program RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
endif()
