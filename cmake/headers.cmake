# What nearly every file includes is compiled once. Only the standard library, fmt and the tests' own libraries: the house's headers
# change, and third-party ones stay in their rooms. Each file still includes what it uses; -DCMAKE_DISABLE_PRECOMPILE_HEADERS=ON shows it.
set(ritrovo_common_headers
    <algorithm> <array> <chrono> <cstdint> <filesystem> <fstream> <functional> <iostream> <limits> <map> <memory> <mutex> <optional>
    <set> <span> <sstream> <string> <string_view> <thread> <tuple> <unordered_map> <utility> <variant> <vector>
    <fmt/format.h>)

# A precompiled fmt is taken only by those who say, as its package does, that it is a shared library.
target_compile_definitions(ritrovo_build INTERFACE $<TARGET_PROPERTY:fmt::fmt,INTERFACE_COMPILE_DEFINITIONS>)
file(WRITE "${PROJECT_BINARY_DIR}/common_headers.cc" "")
# A target of its own, since the others take its file: they need its flags, all of which come from ritrovo_build.
function(ritrovo_precompiled name)
  cmake_parse_arguments(PARSE_ARGV 1 headers "" "" "HEADERS;DEPENDS")
  add_library(${name} OBJECT "${PROJECT_BINARY_DIR}/common_headers.cc")
  target_link_libraries(${name} PRIVATE ${headers_DEPENDS} ritrovo_build)
  target_precompile_headers(${name} PRIVATE ${headers_HEADERS})
endfunction()

ritrovo_precompiled(ritrovo_common_headers HEADERS ${ritrovo_common_headers} DEPENDS fmt::fmt)
if(RITROVO_TESTS)
  ritrovo_precompiled(ritrovo_test_headers HEADERS ${ritrovo_common_headers} <gtest/gtest.h> <gmock/gmock.h>
                      DEPENDS fmt::fmt GTest::gtest GTest::gmock)
endif()
