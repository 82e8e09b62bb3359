# How every target is compiled and linked: the standard, the warnings, the sanitizers, the linker.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set_property(GLOBAL PROPERTY GLOBAL_DEPENDS_NO_CYCLES ON)

if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Debug CACHE STRING "Debug, Release or RelWithDebInfo" FORCE)
  set(CMAKE_CXX_FLAGS_DEBUG "-Og -g1" CACHE STRING "" FORCE)
endif()

if(KONTRAKT_FULLY_STATIC)
  set(KONTRAKT_STATIC_LIBRARIES ON)
endif()

find_package(Threads REQUIRED)

# Warnings are for our own sources alone; linked PRIVATE by kontrakt_library() and its kin.
add_library(kontrakt_warnings INTERFACE)
target_compile_options(kontrakt_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion
  $<$<BOOL:${KONTRAKT_WERROR}>:-Werror>)
# GCC 12 suspects std::stop_source's own members at -Og; the release preset, which sees more, keeps the warning.
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_BUILD_TYPE STREQUAL "Debug")
  target_compile_options(kontrakt_warnings INTERFACE -Wno-maybe-uninitialized)
endif()

# The sanitizers have to be the same in everything that is linked together. What the address sanitizer
# finds by itself (null, object size) or x86 allows (alignment) would double the time to compile.
add_library(kontrakt_sanitizers INTERFACE)
if(KONTRAKT_SANITIZE)
  target_compile_options(kontrakt_sanitizers INTERFACE
    -fsanitize=${KONTRAKT_SANITIZE} -fno-sanitize=null,object-size,alignment -fno-sanitize-recover=all
    -fno-omit-frame-pointer)
  target_link_options(kontrakt_sanitizers INTERFACE -fsanitize=${KONTRAKT_SANITIZE})
endif()

add_library(kontrakt_options INTERFACE)
target_link_libraries(kontrakt_options INTERFACE kontrakt_warnings kontrakt_sanitizers Threads::Threads)
target_compile_definitions(kontrakt_options INTERFACE $<$<CONFIG:Debug>:_GLIBCXX_ASSERTIONS>)
target_include_directories(kontrakt_options INTERFACE "${PROJECT_SOURCE_DIR}")

if(CMAKE_BUILD_TYPE STREQUAL "Release")
  target_compile_options(kontrakt_options INTERFACE -ffunction-sections -fdata-sections)
endif()
if(KONTRAKT_STATIC_LIBRARIES)
  target_link_options(kontrakt_options INTERFACE -static-libstdc++ -static-libgcc -Wl,--gc-sections
    $<$<BOOL:${KONTRAKT_FULLY_STATIC}>:-static>)
else()
  # A fast linker only saves time; what is shipped is linked by the distribution's own.
  find_program(KONTRAKT_MOLD mold)
  if(KONTRAKT_MOLD)
    add_link_options(-fuse-ld=mold)
  endif()
endif()
