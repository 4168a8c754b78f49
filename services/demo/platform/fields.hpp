#pragma once
// Graph's field expansion: "id,message,comments.limit(5).order(chronological){id,from{name}}".
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace guichet::stand_in {

struct Field {
    std::string name;
    std::map<std::string, std::string> arguments;
    std::vector<Field> fields;
    // The same as it was written.
    std::string inside;
};
using FieldList = std::vector<Field>;

// Throws Refusal (code 2500) where it cannot be read.
FieldList parse_fields(std::string_view text);

}  // namespace guichet::stand_in
