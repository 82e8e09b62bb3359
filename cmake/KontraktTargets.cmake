# The four kinds of target that Kontrakt is made of. Sources are listed by hand, never globbed.

# kontrakt_library(NAME SOURCES a.cc … DEPENDS base … PRIVATE_LIBS third_party::x …)
#
# Makes the target kontrakt_NAME. DEPENDS names other libraries of ours and is public; PRIVATE_LIBS
# are what the sources alone see. A library of headers only has no SOURCES.
function(kontrakt_library name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;DEPENDS;PRIVATE_LIBS")
  if(arg_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "kontrakt_library(${name}): unexpected ${arg_UNPARSED_ARGUMENTS}")
  endif()
  list(TRANSFORM arg_DEPENDS PREPEND kontrakt_)
  if(NOT arg_SOURCES)
    add_library(kontrakt_${name} INTERFACE)
    target_link_libraries(kontrakt_${name} INTERFACE ${arg_DEPENDS} third_party::fmt)
    target_include_directories(kontrakt_${name} INTERFACE "${PROJECT_SOURCE_DIR}")
    return()
  endif()
  add_library(kontrakt_${name} STATIC ${arg_SOURCES})
  target_include_directories(kontrakt_${name} PUBLIC "${PROJECT_SOURCE_DIR}")
  target_link_libraries(kontrakt_${name}
    PUBLIC ${arg_DEPENDS} third_party::fmt
    PRIVATE kontrakt_options ${arg_PRIVATE_LIBS})
  kontrakt_precompile(kontrakt_${name} library)
endfunction()

# kontrakt_command(NAME SOURCES command.cc …)
#
# Called in cmd/NAME/. Makes kontrakt-NAME (kontrakt itself for NAME kontrakt) of SOURCES and
# main.cc; in a multicall build only SOURCES count and cmake/multicall.cc.in has the one main.
# command.h declares `const cli::Command& NameCommand()`, in namespace kontrakt. Does nothing
# while SOURCES is empty.
function(kontrakt_command name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES")
  if(NOT arg_SOURCES)
    return()
  endif()
  set_property(GLOBAL APPEND PROPERTY KONTRAKT_COMMANDS ${name})
  add_library(kontrakt_command_${name} STATIC ${arg_SOURCES})
  target_link_libraries(kontrakt_command_${name}
    PUBLIC kontrakt_cli kontrakt_lifecycle kontrakt_chain
    PRIVATE kontrakt_options)
  if(KONTRAKT_MULTICALL)
    return()
  endif()
  if(name STREQUAL kontrakt)
    set(executable kontrakt)
  else()
    set(executable kontrakt-${name})
  endif()
  add_executable(${executable} main.cc)
  target_link_libraries(${executable} PRIVATE kontrakt_command_${name} kontrakt_options)
  set_target_properties(${executable} PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/bin")
  set_property(GLOBAL APPEND PROPERTY KONTRAKT_EXECUTABLES ${executable})
endfunction()

# kontrakt_multicall()
#
# Called once after every kontrakt_command(): makes the one executable of a multicall build and the
# links beside it through which it is called under its other names.
function(kontrakt_multicall)
  get_property(commands GLOBAL PROPERTY KONTRAKT_COMMANDS)
  if(NOT KONTRAKT_MULTICALL OR NOT "kontrakt" IN_LIST commands)
    return()
  endif()
  set(includes "")
  set(entries "")
  set(libraries "")
  set(links "")
  foreach(name IN LISTS commands)
    string(SUBSTRING ${name} 0 1 first)
    string(TOUPPER ${first} first)
    string(SUBSTRING ${name} 1 -1 rest)
    string(APPEND includes "#include \"cmd/${name}/command.h\"\n")
    list(APPEND libraries kontrakt_command_${name})
    if(NOT name STREQUAL kontrakt)
      string(APPEND entries "    {\"${name}\", &kontrakt::${first}${rest}Command},\n")
      list(APPEND links kontrakt-${name})
    endif()
  endforeach()
  configure_file("${PROJECT_SOURCE_DIR}/cmake/multicall.cc.in" "${PROJECT_BINARY_DIR}/generated/multicall.cc" @ONLY)
  add_executable(kontrakt "${PROJECT_BINARY_DIR}/generated/multicall.cc")
  target_link_libraries(kontrakt PRIVATE ${libraries} kontrakt_options)
  set_target_properties(kontrakt PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/bin")
  foreach(link IN LISTS links)
    add_custom_command(TARGET kontrakt POST_BUILD
      COMMAND ${CMAKE_COMMAND} -E create_symlink kontrakt "${PROJECT_BINARY_DIR}/bin/${link}")
  endforeach()
  set_property(GLOBAL PROPERTY KONTRAKT_EXECUTABLES kontrakt)
  set_property(GLOBAL PROPERTY KONTRAKT_LINKS ${links})
endfunction()

# kontrakt_unit_tests(NAME SOURCES a_test.cc … PRIVATE_LIBS …)
#
# Called in tests/unit/NAME/: one test program unit_NAME for the library kontrakt_NAME, with the
# fakes at hand. Does nothing while SOURCES is empty.
function(kontrakt_unit_tests name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;PRIVATE_LIBS")
  if(NOT arg_SOURCES)
    return()
  endif()
  add_executable(unit_${name} ${arg_SOURCES})
  target_link_libraries(unit_${name} PRIVATE
    kontrakt_${name} kontrakt_fakes ${arg_PRIVATE_LIBS} GTest::gmock GTest::gtest_main kontrakt_options)
  kontrakt_precompile(unit_${name} tests)
  set_target_properties(unit_${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/unit")
  add_test(NAME unit_${name} COMMAND unit_${name})
  set_tests_properties(unit_${name} PROPERTIES TIMEOUT 300)
endfunction()

# kontrakt_test_program(NAME SOURCES a.cc … DEPENDS fakes …)
#
# A program that tests start, such as the fake server of the goldens; lands beside the commands.
function(kontrakt_test_program name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;DEPENDS")
  if(NOT arg_SOURCES)
    return()
  endif()
  list(TRANSFORM arg_DEPENDS PREPEND kontrakt_)
  add_executable(${name} ${arg_SOURCES})
  target_link_libraries(${name} PRIVATE ${arg_DEPENDS} kontrakt_options)
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/bin")
endfunction()
