# version.cc, as a library of one file, so that a new commit compiles that one and nothing else.
set(version_source "${PROJECT_BINARY_DIR}/generated/version.cc")
set(write_version ${CMAKE_COMMAND}
  -DSOURCE_DIR=${PROJECT_SOURCE_DIR}
  -DOUTPUT=${version_source}
  -DKONTRAKT_VERSION=${PROJECT_VERSION}
  -DKONTRAKT_COMMIT=${KONTRAKT_COMMIT}
  -P "${PROJECT_SOURCE_DIR}/cmake/WriteVersion.cmake")
add_custom_target(kontrakt_write_version BYPRODUCTS "${version_source}" COMMAND ${write_version} VERBATIM)
add_library(kontrakt_version STATIC "${version_source}")
add_dependencies(kontrakt_version kontrakt_write_version)
target_include_directories(kontrakt_version PUBLIC "${PROJECT_SOURCE_DIR}")
target_link_libraries(kontrakt_version PRIVATE kontrakt_options)
