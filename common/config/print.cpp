#include <sstream>

#include "common/config/config.hpp"
#include "common/config/schema.hpp"

namespace guichet::config {
namespace {

constexpr std::size_t kWidth = 100;

std::string section_of(const std::string& name) {
    return name.substr(0, name.rfind('.'));
}

std::string key_of(const std::string& name) {
    return name.substr(name.rfind('.') + 1);
}

std::string comment(const std::string& text) {
    std::istringstream words(text);
    std::string out;
    std::string line = "#";
    for (std::string word; words >> word;) {
        if (line.size() + 1 + word.size() > kWidth) {
            out += line + '\n';
            line = "#";
        }
        line += ' ' + word;
    }
    return out + line + '\n';
}

std::string origin(const Config& config, const std::string& name) {
    auto found = config.origins.find(name);
    return found == config.origins.end() ? "default" : found->second;
}

std::string as_toml(const Config& config) {
    std::string out;
    for (const auto& section : schema().sections()) {
        out += (out.empty() ? "" : "\n") + comment(section.description) + '[' + section.name + "]\n";
        for (const auto& property : schema().properties()) {
            if (section_of(property.name) != section.name) continue;
            auto about = property.description;
            if (!property.allowed.empty()) about += " Allowed: " + property.allowed + ".";
            out += '\n' + comment(about);
            const auto text = property.text(config.settings);
            const auto key = key_of(property.name);
            if (text.empty()) {
                out += "# " + key + " is not set\n";
            } else {
                out += key + " = " + text + "  # " + origin(config, property.name) + '\n';
            }
        }
    }
    return out;
}

std::string as_json(const Config& config) {
    std::string out = "{";
    for (const auto& property : schema().properties()) {
        auto text = property.text(config.settings);
        if (property.secret) text = text.empty() ? "null" : toml_quoted("<secret> " + text);
        out += (out.size() > 1 ? ",\n  " : "\n  ") + toml_quoted(property.name) + ": {\"value\": " + text +
               ", \"source\": " + toml_quoted(origin(config, property.name)) + "}";
    }
    return out + "\n}\n";
}

std::string cell(const std::string& text) {
    std::string out;
    for (const char c : text) out += c == '|' ? std::string("\\|") : std::string(1, c);
    return out;
}

std::string code(const std::string& text) {
    return text.empty() ? "" : "`" + cell(text) + "`";
}

constexpr const char* kIntroduction = R"(# Configuration reference

Written by `config::describe()` from the declarations in `common/config/schema_*.cpp`; a test keeps it true.

Each value is taken from the last of these that names it: the default, the TOML file, the environment (`http.address` is
`GUICHET_HTTP_ADDRESS`), the command line. Unknown properties, wrong types and values out of bounds are errors, all told at once.

* A **duration** is written with its unit: `"500ms"`, `"10s"`, `"15m"`, `"1h30m"`, `"30d"`.
* A **size** is a number of bytes or `"64KiB"`, `"5MiB"`, `"1GiB"` (KB, MB and GB mean the same).
* A **list** in the environment or on the command line is separated by commas.
* A **secret** is never written in plain: `{ env = "NAME" }` or `{ file = "path" }` in the file, `env:NAME` or `file:PATH` on the command
  line; in the environment its variable holds the value, or the variable with `_FILE` appended names a file. It is never printed.
)";

}  // namespace

std::string print_config(const Config& config, PrintFormat format) {
    return format == PrintFormat::json ? as_json(config) : as_toml(config);
}

std::string describe() {
    const Settings defaults;
    std::string out = kIntroduction;
    for (const auto& section : schema().sections()) {
        out += "\n## " + section.name + "\n\n" + section.description + "\n\n";
        out += "| property | type | default | allowed | what it means |\n|---|---|---|---|---|\n";
        for (const auto& property : schema().properties()) {
            if (section_of(property.name) != section.name) continue;
            auto about = property.description;
            if (!property.example.empty()) about += " Example: " + code(property.example) + ".";
            out += "| " + code(property.name) + " | " + property.type + " | " +
                   code(property.text(defaults)) + " | " + cell(property.allowed) + " | " + cell(about) +
                   " |\n";
        }
    }
    return out;
}

}  // namespace guichet::config
