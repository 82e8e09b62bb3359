# The third-party and standard headers that most sources read, parsed once a build folder. Ours are not
# among them: they change. The release presets and clang's go without, so that a missing #include shows there.
option(KONTRAKT_PRECOMPILE "Precompile third-party headers" OFF)
if(NOT KONTRAKT_PRECOMPILE)
  function(kontrakt_precompile target set)
  endfunction()
  return()
endif()

# What ccache needs to keep objects that were made with precompiled headers. With clang it would keep
# none across checkouts, so that the clang preset goes without.
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  target_compile_options(kontrakt_options INTERFACE -fpch-preprocess)
endif()

set(precompiled_library <chrono> <functional> <map> <memory> <optional> <string> <string_view> <vector>
  <fmt/format.h> <nlohmann/json.hpp> <tl/expected.hpp>)
set(precompiled_tests ${precompiled_library} <gmock/gmock.h> <gtest/gtest.h>)
file(WRITE "${PROJECT_BINARY_DIR}/generated/precompiled.cc" "")
foreach(set library tests)
  add_library(kontrakt_precompiled_${set} OBJECT EXCLUDE_FROM_ALL "${PROJECT_BINARY_DIR}/generated/precompiled.cc")
  target_link_libraries(kontrakt_precompiled_${set} PRIVATE kontrakt_options)
  target_precompile_headers(kontrakt_precompiled_${set} PRIVATE ${precompiled_${set}})
endforeach()
# As GTest::gtest defines it for those that link it: a precompiled header counts only under the same definitions.
target_compile_definitions(kontrakt_precompiled_tests PRIVATE GTEST_HAS_PTHREAD=1)

# kontrakt_precompile(TARGET library|tests)
function(kontrakt_precompile target set)
  target_precompile_headers(${target} REUSE_FROM kontrakt_precompiled_${set})
endfunction()
