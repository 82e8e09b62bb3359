# Third-party libraries as archives: the distribution's where it ships one, else built from its sources.
execute_process(
  COMMAND "${PROJECT_SOURCE_DIR}/cmake/build_static_libraries.sh"
  OUTPUT_VARIABLE static_prefix
  OUTPUT_STRIP_TRAILING_WHITESPACE
  RESULT_VARIABLE status)
if(NOT status EQUAL 0)
  message(FATAL_ERROR "building the static libraries ended with status ${status}")
endif()

foreach(archive ssl crypto nghttp2 z yaml-cpp re2)
  string(TOUPPER ${archive} variable)
  string(MAKE_C_IDENTIFIER ${variable} variable)
  find_library(KONTRAKT_STATIC_${variable} NAMES lib${archive}.a REQUIRED)
endforeach()

# Archives by their paths, not by the targets that came with them: libcurl's names shared libraries, and
# with the headers of the -dev packages (of the same versions) one object serves both ways to link.
target_include_directories(third_party_curl INTERFACE "${static_prefix}/include")
target_compile_definitions(third_party_curl INTERFACE CURL_STATICLIB)
target_link_libraries(third_party_curl INTERFACE "${static_prefix}/lib/libcurl.a"
  ${KONTRAKT_STATIC_SSL} ${KONTRAKT_STATIC_CRYPTO} ${KONTRAKT_STATIC_NGHTTP2} ${KONTRAKT_STATIC_Z}
  Threads::Threads ${CMAKE_DL_LIBS})
target_link_libraries(third_party_openssl INTERFACE ${KONTRAKT_STATIC_CRYPTO} Threads::Threads ${CMAKE_DL_LIBS})
target_link_libraries(third_party_yaml INTERFACE ${KONTRAKT_STATIC_YAML_CPP})
target_link_libraries(third_party_re2 INTERFACE ${KONTRAKT_STATIC_RE2} Threads::Threads)
target_link_libraries(third_party_simdjson INTERFACE "${static_prefix}/lib/libsimdjson.a")
target_link_libraries(third_party_fmt INTERFACE "${static_prefix}/lib/libfmt.a")
