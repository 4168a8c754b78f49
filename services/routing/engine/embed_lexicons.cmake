# Writes ${OUT}, a C++ source that holds the text of each of ${FILES} under the file's base name.
set(text "#include \"services/routing/engine/lexicon_data.hpp\"\n\nnamespace guichet::routing {\n\n")
string(APPEND text "const std::vector<LexiconFile>& lexicon_files() {\n")
string(APPEND text "    static const std::vector<LexiconFile> files = {\n")
foreach(file IN LISTS FILES)
  get_filename_component(name ${file} NAME_WE)
  file(READ ${file} content)
  # A literal in pieces: compilers may bound the length of one piece.
  string(REPLACE "\n\n[" ")lex\"\nR\"lex(\n\n[" content "${content}")
  string(APPEND text "        {\"${name}\", R\"lex(${content})lex\"},\n")
endforeach()
string(APPEND text "    };\n    return files;\n}\n\n}  // namespace guichet::routing\n")
file(WRITE ${OUT} "${text}")
