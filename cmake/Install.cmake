# What an install lays down: the executables, what the pipelines are made from, and the documents.
include(GNUInstallDirs)

get_property(executables GLOBAL PROPERTY KONTRAKT_EXECUTABLES)
if(executables)
  install(TARGETS ${executables} RUNTIME DESTINATION "${CMAKE_INSTALL_BINDIR}")
endif()

# The other names of a multicall build.
get_property(links GLOBAL PROPERTY KONTRAKT_LINKS)
foreach(link IN LISTS links)
  install(FILES "${PROJECT_BINARY_DIR}/bin/${link}" DESTINATION "${CMAKE_INSTALL_BINDIR}")
endforeach()

install(FILES LICENSE README.md DESTINATION "${CMAKE_INSTALL_DOCDIR}" OPTIONAL)
install(DIRECTORY docs/ DESTINATION "${CMAKE_INSTALL_DOCDIR}" OPTIONAL
  FILES_MATCHING PATTERN "*.md" PATTERN changes EXCLUDE)
install(DIRECTORY docs/ DESTINATION "${CMAKE_INSTALL_DATADIR}/kontrakt/schema" OPTIONAL
  FILES_MATCHING PATTERN "*.schema.json" PATTERN cmd EXCLUDE PATTERN changes EXCLUDE)
install(DIRECTORY tasks/ DESTINATION "${CMAKE_INSTALL_DATADIR}/kontrakt/tasks" OPTIONAL)
install(DIRECTORY examples/ DESTINATION "${CMAKE_INSTALL_DOCDIR}/examples" OPTIONAL)

# What is linked in brings its licence along.
if(KONTRAKT_STATIC_LIBRARIES)
  foreach(package libcurl4 libssl3 libnghttp2-14 zlib1g libyaml-cpp0.7 libsimdjson14 libre2-9 libfmt9
                  nlohmann-json3-dev libexpected-dev libcxxopts-dev libstdc++6)
    install(FILES "/usr/share/doc/${package}/copyright" RENAME "${package}"
      DESTINATION "${CMAKE_INSTALL_DOCDIR}/third-party" OPTIONAL)
  endforeach()
endif()
