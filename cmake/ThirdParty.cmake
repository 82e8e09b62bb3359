# One name for each third-party library, whichever way it is linked: third_party::NAME.
# Who may link which is said in docs/ARCHITECTURE.md and checked by tests/lint/layers.py.
add_library(third_party_curl INTERFACE)
add_library(third_party_openssl INTERFACE)
add_library(third_party_yaml INTERFACE)
add_library(third_party_simdjson INTERFACE)
add_library(third_party_re2 INTERFACE)
add_library(third_party_fmt INTERFACE)
foreach(name curl openssl yaml simdjson re2 fmt)
  add_library(third_party::${name} ALIAS third_party_${name})
endforeach()

# As the library itself was built.
target_compile_definitions(third_party_simdjson INTERFACE SIMDJSON_THREADS_ENABLED=1)

if(KONTRAKT_STATIC_LIBRARIES)
  include(StaticThirdParty)
  return()
endif()

find_package(CURL REQUIRED)
find_package(OpenSSL 3 REQUIRED COMPONENTS Crypto)
find_package(yaml-cpp REQUIRED)
find_library(KONTRAKT_SIMDJSON simdjson REQUIRED)
find_library(KONTRAKT_RE2 re2 REQUIRED)
find_library(KONTRAKT_FMT fmt REQUIRED)
target_link_libraries(third_party_curl INTERFACE CURL::libcurl)
target_link_libraries(third_party_openssl INTERFACE OpenSSL::Crypto)
target_link_libraries(third_party_yaml INTERFACE yaml-cpp)
target_link_libraries(third_party_simdjson INTERFACE ${KONTRAKT_SIMDJSON})
target_link_libraries(third_party_re2 INTERFACE ${KONTRAKT_RE2})
target_link_libraries(third_party_fmt INTERFACE ${KONTRAKT_FMT})
