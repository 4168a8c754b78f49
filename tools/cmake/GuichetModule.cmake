# guichet_module(NAME <name> [DEPS <targets>...] [EXCLUDE <regex>])
# One static library, guichet_<name>, from every .cpp of the calling folder (and its sub-folders).
# Headers are included from the repository's root: #include "common/core/status.hpp".
function(guichet_module)
  cmake_parse_arguments(ARG "" "NAME;EXCLUDE" "DEPS" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cpp)
  if(ARG_EXCLUDE)
    list(FILTER sources EXCLUDE REGEX ${ARG_EXCLUDE})
  endif()
  add_library(guichet_${ARG_NAME} STATIC ${sources})
  target_include_directories(guichet_${ARG_NAME} PUBLIC ${CMAKE_SOURCE_DIR})
  target_link_libraries(guichet_${ARG_NAME} PUBLIC ${ARG_DEPS})
endfunction()

# Adds every sub-folder that has a CMakeLists.txt.
function(guichet_add_subfolders)
  file(GLOB entries RELATIVE ${CMAKE_CURRENT_SOURCE_DIR} CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*/CMakeLists.txt)
  foreach(entry ${entries})
    get_filename_component(folder ${entry} DIRECTORY)
    add_subdirectory(${folder})
  endforeach()
endfunction()

# guichet_test(NAME <name> [DEPS <targets>...])
# One GoogleTest executable from every *_test.cpp of the calling folder; tools/test runs every executable
# that lies in ${build}/tests/bin.
function(guichet_test)
  cmake_parse_arguments(ARG "" "NAME" "DEPS" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cpp)
  add_executable(${ARG_NAME} ${sources})
  target_link_libraries(${ARG_NAME} PRIVATE ${ARG_DEPS} GTest::gmock GTest::gtest_main)
  target_compile_definitions(${ARG_NAME} PRIVATE GUICHET_SOURCE_DIR="${CMAKE_SOURCE_DIR}" GUICHET_BINARY_DIR="${CMAKE_BINARY_DIR}")
  set_target_properties(${ARG_NAME} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests/bin)
  add_test(NAME ${ARG_NAME} COMMAND ${ARG_NAME})
endfunction()
