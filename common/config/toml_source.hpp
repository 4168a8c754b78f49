#pragma once
// Reads TOML into raw values by dotted name. The only place that knows the TOML library.
#include <string>
#include <string_view>
#include <vector>

#include "common/config/codec.hpp"
#include "common/config/schema.hpp"

namespace guichet::config {

struct Problem {
    // "http.address"; empty where the file as a whole is meant.
    std::string property;
    // "guichet.toml:12", "environment GUICHET_HTTP_ADDRESS", "command line".
    std::string where;
    std::string message;
    // In a file, from 1; 0 elsewhere.
    unsigned line = 0;
};
// "guichet.toml:12: http.body_limit: ..."
std::string to_string(const Problem& problem);

struct RawProperty {
    const Property* property = nullptr;
    std::string where;
    Raw raw;
    // The value as written, for messages; never a secret's.
    std::string given;
    unsigned line = 0;
};

struct TomlValues {
    std::vector<RawProperty> values;
    std::vector<Problem> problems;
};

// `file` is how messages call the text.
TomlValues read_toml(std::string_view text, const std::string& file, const Schema& schema);

}  // namespace guichet::config
