#pragma once
// The text of lexicons/*.toml as it was when the program was built (generated source).
#include <string_view>
#include <vector>

namespace guichet::routing {

struct LexiconFile {
    std::string_view name;  // "fr", "common", ...
    std::string_view toml;
};

const std::vector<LexiconFile>& lexicon_files();

}  // namespace guichet::routing
