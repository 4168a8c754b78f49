# The console's files as one file, console_pack, and the source that takes it into the executable, console_bytes_cpp.
#
# Where its npm packages are installed (tools/run and tools/test see to that; by hand: npm ci in console/), the console is
# built anew whenever a file of it or of the contract changes. Where not, the pack is empty, and the executable's first page says
# what to do; so the services build without Node.js.
set(console_dir ${CMAKE_CURRENT_SOURCE_DIR}/console)
set(console_pack ${CMAKE_BINARY_DIR}/gen/gateway/console.pack)
set(console_bytes_cpp ${CMAKE_BINARY_DIR}/gen/gateway/console_bytes.cpp)
configure_file(${CMAKE_CURRENT_SOURCE_DIR}/console_bytes.cpp.in ${console_bytes_cpp} @ONLY)

# npm writes this file last; when it appears or changes, CMake runs again.
file(GLOB console_packages CONFIGURE_DEPENDS ${console_dir}/node_modules/.package-lock.json)
find_program(GUICHET_NODE node)
if(console_packages AND GUICHET_NODE)
  file(GLOB_RECURSE console_sources CONFIGURE_DEPENDS ${console_dir}/src/* ${console_dir}/locales/* ${console_dir}/scripts/*)
  file(GLOB console_contract CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/proto/guichet/v1/*.proto)
  add_custom_command(
    OUTPUT ${console_pack}
    COMMAND ${GUICHET_NODE} ${console_dir}/scripts/build.mjs ${CMAKE_BINARY_DIR}/console ${console_pack}
    DEPENDS ${console_sources} ${console_contract} ${console_packages} ${console_dir}/index.html ${console_dir}/package.json
            ${console_dir}/vite.config.ts ${console_dir}/tsconfig.json
    VERBATIM
    COMMENT "Building the console")
else()
  message(STATUS "The console is left out: npm ci in services/gateway/console brings it")
  # Only when it is not empty already: else every run of CMake would compile something.
  if(EXISTS ${console_pack})
    file(SIZE ${console_pack} console_pack_size)
  endif()
  if(NOT EXISTS ${console_pack} OR console_pack_size GREATER 0)
    file(WRITE ${console_pack} "")
  endif()
endif()
set_source_files_properties(${console_bytes_cpp} PROPERTIES OBJECT_DEPENDS ${console_pack} SKIP_UNITY_BUILD_INCLUSION ON)
