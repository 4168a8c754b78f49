# Writes OUT, a C++ file that defines FUNCTION, declared in HEADER, from FILES (separated by |).
string(REGEX REPLACE "::[a-z_]+$" "" namespace ${FUNCTION})
string(REGEX REPLACE "^.*::" "" name ${FUNCTION})
set(body "")
string(REPLACE "|" ";" FILES "${FILES}")
foreach(file ${FILES})
  get_filename_component(file_name ${file} NAME)
  file(READ ${file} text)
  string(APPEND body "        {\"${file_name}\", R\"asset(${text})asset\"},\n")
endforeach()
file(WRITE ${OUT} "#include \"${HEADER}\"

namespace ${namespace} {

const std::map<std::string, std::string>& ${name}() {
    static const std::map<std::string, std::string> kFiles{
${body}    };
    return kFiles;
}

}  // namespace ${namespace}
")
