# Writes OUT, a C++ file that defines asset_files() from FILES.
set(body "")
string(REPLACE "|" ";" FILES "${FILES}")
foreach(file ${FILES})
  get_filename_component(name ${file} NAME)
  file(READ ${file} text)
  string(APPEND body "        {\"${name}\", R\"asset(${text})asset\"},\n")
endforeach()
file(WRITE ${OUT} "#include \"services/gateway/assets.hpp\"

namespace guichet::gateway {

const std::map<std::string, std::string>& asset_files() {
    static const std::map<std::string, std::string> kFiles{
${body}    };
    return kFiles;
}

}  // namespace guichet::gateway
")
