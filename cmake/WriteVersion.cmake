# Run at each build (cmake -P): writes version.cc, and touches it only when the commit has changed.
if(NOT KONTRAKT_COMMIT)
  execute_process(
    COMMAND git -c safe.directory=* rev-parse --short=12 HEAD
    WORKING_DIRECTORY "${SOURCE_DIR}"
    OUTPUT_VARIABLE KONTRAKT_COMMIT
    OUTPUT_STRIP_TRAILING_WHITESPACE
    ERROR_QUIET)
endif()
if(NOT KONTRAKT_COMMIT)
  set(KONTRAKT_COMMIT unknown)
endif()
configure_file("${SOURCE_DIR}/lib/cli/version.cc.in" "${OUTPUT}" @ONLY)
