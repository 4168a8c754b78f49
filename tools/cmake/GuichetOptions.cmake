# What every target is compiled with.
option(GUICHET_TESTS "Build the tests" ON)
option(GUICHET_PCH "Precompiled headers" OFF)
option(GUICHET_FUZZ "The fuzz targets (clang only)" OFF)
set(GUICHET_SANITIZE "" CACHE STRING "Sanitizers, as -fsanitize= takes them")

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "" FORCE)
endif()
# Assertions stay on in release: a broken invariant must stop the process, not the promise.
set(CMAKE_CXX_FLAGS_RELEASE "-O2 -g1")

# The presets that build everything at once (release, sanitize) join up to eight sources in one unit: half the time from
# a cold start. A name in an anonymous namespace is then shared by the files of a folder: one that means something else
# in each wants a better name, one that means the same wants one place. The preset dev compiles file by file.
set(CMAKE_UNITY_BUILD_BATCH_SIZE 8)

find_program(GUICHET_CCACHE ccache)
if(GUICHET_CCACHE)
  # Several checkouts share one cache: paths are made relative, and the directory is not hashed.
  set(CMAKE_CXX_COMPILER_LAUNCHER
      ${CMAKE_COMMAND} -E env CCACHE_BASEDIR=${CMAKE_SOURCE_DIR} CCACHE_NOHASHDIR=1
      CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime ${GUICHET_CCACHE})
endif()
find_program(GUICHET_LLD ld.lld)
if(GUICHET_LLD)
  add_link_options(-fuse-ld=lld)
endif()

add_compile_options(-Wall -Wextra -Wpedantic -Werror -Wno-missing-field-initializers
                    # g++ 12 mistakes the frame allocator of Asio's coroutines for a mismatch.
                    -Wno-mismatched-new-delete
                    # Of joined sources, GCC takes all but the first for a header.
                    $<$<BOOL:${CMAKE_UNITY_BUILD}>:-Wno-subobject-linkage>
                    -ffile-prefix-map=${CMAKE_SOURCE_DIR}/=)
add_compile_definitions(
  BOOST_ASIO_SEPARATE_COMPILATION BOOST_BEAST_SEPARATE_COMPILATION BOOST_ASIO_NO_DEPRECATED
  BOOST_ASIO_DISABLE_BOOST_COROUTINE BOOST_BEAST_USE_STD_STRING_VIEW BOOST_ALL_NO_LIB)
if(GUICHET_SANITIZE)
  # The sanitizers' own code makes GCC see uninitialised values where there are none.
  add_compile_options(-Wno-maybe-uninitialized)
  # Left out: what the address sanitizer or the processor sees anyway. It nearly halves the time to compile.
  add_compile_options(-fsanitize=${GUICHET_SANITIZE} -fno-sanitize=null,alignment,object-size,vptr
                      -fno-omit-frame-pointer -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${GUICHET_SANITIZE})
endif()
