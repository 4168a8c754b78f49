# guichet_embed(TARGET <target> HEADER <path> FUNCTION <namespace::function> FILES <files>...)
# Makes the files part of the target: <function>() gives their contents by name, as HEADER declares it.
function(guichet_embed)
  cmake_parse_arguments(ARG "" "TARGET;HEADER;FUNCTION" "FILES" ${ARGN})
  list(SORT ARG_FILES)
  string(REPLACE ";" "|" names "${ARG_FILES}")
  set(out ${CMAKE_BINARY_DIR}/gen/embedded/${ARG_TARGET}.cpp)
  set(script ${CMAKE_SOURCE_DIR}/tools/cmake/embed_files.cmake)
  add_custom_command(
    OUTPUT ${out}
    COMMAND ${CMAKE_COMMAND} -DOUT=${out} "-DFILES=${names}" -DHEADER=${ARG_HEADER} -DFUNCTION=${ARG_FUNCTION} -P ${script}
    DEPENDS ${ARG_FILES} ${script}
    VERBATIM
    COMMENT "Embedding the files of ${ARG_TARGET}")
  target_sources(${ARG_TARGET} PRIVATE ${out})
endfunction()
