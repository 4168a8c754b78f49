# Writes OUT, a C++ file that defines library_text() from FILES, joined in order.
set(body "")
string(REPLACE "|" ";" FILES "${FILES}")
foreach(file ${FILES})
  file(READ ${file} text)
  # A compiler may cut a long literal: one a file is short enough.
  string(APPEND body "        text += R\"lua(${text})lua\";\n")
endforeach()
file(WRITE ${OUT} "#include \"common/store/functions.hpp\"

namespace guichet::store {

const std::string& library_text() {
    static const std::string kText = [] {
        std::string text;
${body}        return text;
    }();
    return kText;
}

}  // namespace guichet::store
")
