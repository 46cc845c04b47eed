# The words of this house's CMakeLists.txt files.

# ritrovo_add_room(FOLDER): adds the folder if it has a CMakeLists.txt; a room that holds only a README isn't built.
function(ritrovo_add_room folder)
  if(EXISTS "${PROJECT_SOURCE_DIR}/${folder}/CMakeLists.txt")
    add_subdirectory("${PROJECT_SOURCE_DIR}/${folder}" "${PROJECT_BINARY_DIR}/${folder}")
  endif()
endfunction()

# Outside the presets, a source that isn't there yet is left out with a warning, so that one unfinished room doesn't stop the others.
function(ritrovo_present_sources result)
  set(present)
  foreach(source IN LISTS ARGN)
    if(RITROVO_STRICT OR IS_ABSOLUTE "${source}" OR EXISTS "${CMAKE_CURRENT_SOURCE_DIR}/${source}")
      list(APPEND present "${source}")
    else()
      message(WARNING "${CMAKE_CURRENT_SOURCE_DIR}/${source} isn't there: left out")
    endif()
  endforeach()
  set(${result} "${present}" PARENT_SCOPE)
endfunction()

# ritrovo_library(NAME SOURCES … DEPENDS …): a static library with the house's flags. DEPENDS are the only libraries its code
# may use; tests/architecture links the whole archive with just them.
function(ritrovo_library name)
  cmake_parse_arguments(PARSE_ARGV 1 lib "" "" "SOURCES;DEPENDS")
  if(lib_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "ritrovo_library(${name}): unexpected ${lib_UNPARSED_ARGUMENTS}")
  endif()
  ritrovo_present_sources(sources ${lib_SOURCES})
  if(NOT sources)
    return()
  endif()
  add_library(${name} STATIC ${sources})
  target_link_libraries(${name} PUBLIC ${lib_DEPENDS} PRIVATE $<BUILD_INTERFACE:ritrovo_build>)
  target_precompile_headers(${name} REUSE_FROM ritrovo_common_headers)
  set_property(GLOBAL APPEND PROPERTY RITROVO_LIBRARIES ${name})
endfunction()

# ritrovo_apart(NAME): its files are compiled one by one in each preset, for those that have names in common. Small rooms only.
function(ritrovo_apart name)
  set_target_properties(${name} PROPERTIES UNITY_BUILD OFF)
endfunction()

# ritrovo_program(NAME SOURCES … DEPENDS …): an executable that ends in the build folder itself.
function(ritrovo_program name)
  cmake_parse_arguments(PARSE_ARGV 1 program "" "" "SOURCES;DEPENDS")
  add_executable(${name} ${program_SOURCES})
  # The allocator stands first, so that its malloc is the one that every library finds.
  target_link_libraries(${name} PRIVATE $<TARGET_NAME_IF_EXISTS:mimalloc> ${program_DEPENDS} ritrovo_build)
endfunction()

# ritrovo_test(NAME SOURCES … DEPENDS … [LABEL …]): a gtest executable in <build>/tests, every TEST of which is a test of ctest,
# labelled with the room (NAME without "test_"). Each gets 300 seconds, and its source folder as the working directory.
function(ritrovo_test name)
  cmake_parse_arguments(PARSE_ARGV 1 test "" "LABEL;TIMEOUT" "SOURCES;DEPENDS")
  if(test_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "ritrovo_test(${name}): unexpected ${test_UNPARSED_ARGUMENTS}")
  endif()
  if(NOT RITROVO_TESTS)
    return()
  endif()
  if(NOT test_LABEL)
    string(REGEX REPLACE "^test_" "" test_LABEL "${name}")
  endif()
  if(NOT test_TIMEOUT)
    set(test_TIMEOUT 300)
  endif()
  ritrovo_present_sources(sources ${test_SOURCES})
  if(NOT sources)
    return()
  endif()
  add_executable(${name} ${sources})
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/tests")
  target_link_libraries(${name} PRIVATE ${test_DEPENDS} GTest::gtest GTest::gtest_main GTest::gmock rapidcheck ritrovo_build)
  target_precompile_headers(${name} REUSE_FROM ritrovo_test_headers)
  target_compile_definitions(${name} PRIVATE RITROVO_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
  gtest_discover_tests(${name}
    DISCOVERY_MODE PRE_TEST
    WORKING_DIRECTORY "${CMAKE_CURRENT_SOURCE_DIR}"
    PROPERTIES LABELS "${test_LABEL}" TIMEOUT ${test_TIMEOUT})
  set_property(GLOBAL APPEND PROPERTY RITROVO_TEST_TARGETS ${name})
endfunction()
