# The language, the build's settings and the warnings: one place for the whole house.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}")

if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE RelWithDebInfo CACHE STRING "Debug, RelWithDebInfo or Release" FORCE)
endif()

# Named sanitizers, e.g. "address,undefined" or "thread"; empty for none.
set(RITROVO_SANITIZE "" CACHE STRING "Sanitizers to build with, as -fsanitize takes them")
# Off only for a build that nobody will test: packaging, or the demo.
option(RITROVO_TESTS "Build the tests" ON)
# The presets set it: a test file that no CMakeLists.txt names, or a listed source that isn't there, then fails the configure step.
option(RITROVO_STRICT "Refuse to configure over unregistered tests and missing sources" OFF)

# ccache is picked up where it is present and nobody chose a launcher. The settings that let two clones share its entries are
# part of the launcher, so that nothing has to be exported.
find_program(RITROVO_CCACHE ccache)
if(RITROVO_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER
      ${CMAKE_COMMAND} -E env "CCACHE_BASEDIR=${PROJECT_SOURCE_DIR}" CCACHE_NOHASHDIR=1
      "CCACHE_SLOPPINESS=pch_defines,time_macros" "${RITROVO_CCACHE}")
endif()

# The flags of the whole build, third-party test code included, since sanitizers must agree everywhere.
add_library(ritrovo_build INTERFACE)
target_compile_features(ritrovo_build INTERFACE cxx_std_20)
target_include_directories(ritrovo_build INTERFACE "${PROJECT_SOURCE_DIR}")
target_compile_options(ritrovo_build INTERFACE -Wall -Wextra -Wnon-virtual-dtor -Woverloaded-virtual -Werror)
# g++ 12 reports false positives of the first two at -O2 (inside std::string and std::variant), and once a sanitizer has rewritten the
# code; of the others inside std::string, where it was precompiled and no longer counts as a system header.
target_compile_options(ritrovo_build INTERFACE -Wno-maybe-uninitialized -Wno-restrict -Wno-stringop-overflow -Wno-stringop-overread
                       -Wno-array-bounds)
# Paths in assertions and debug information start at the repository's root: shorter, and the same in every clone.
target_compile_options(ritrovo_build INTERFACE "-ffile-prefix-map=${PROJECT_SOURCE_DIR}/=")
# ccache asks for it where headers are precompiled: what was precompiled then counts as part of what is compiled.
target_compile_options(ritrovo_build INTERFACE -fpch-preprocess)
# The preset release compiles eight files of a room as one: what they share is read once, and a third of the time does (decision 0170).
# Such a file counts as a header for this warning.
if(CMAKE_UNITY_BUILD)
  target_compile_options(ritrovo_build INTERFACE -Wno-subobject-linkage)
endif()
if(RITROVO_SANITIZE)
  target_compile_options(ritrovo_build INTERFACE -fsanitize=${RITROVO_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  target_link_options(ritrovo_build INTERFACE -fsanitize=${RITROVO_SANITIZE})
endif()
