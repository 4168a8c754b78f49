#include <algorithm>
#include <fstream>
#include <iterator>
#include <sstream>

#include "common/config/config.hpp"
#include "common/config/schema.hpp"

extern char** environ;

namespace guichet::config {
namespace {

constexpr std::size_t kFileLimit = 1 << 20;
constexpr const char* kPrefix = "GUICHET_";
// Read by other parts of Guichet: the command line's file option, and the people's commands.
constexpr const char* kForeign[] = {"GUICHET_CONFIG", "GUICHET_TOKEN", "GUICHET_SERVER"};

class Loader {
  public:
    explicit Loader(const Sources& sources) : sources_(sources) {
        for (const auto& property : schema().properties()) out_.config.origins[property.name] = "default";
    }

    Loaded run() {
        if (sources_.file) file(*sources_.file);
        environment();
        command_line();
        // A condition between values says nothing where a value is wrong already.
        if (out_.problems.empty()) between_properties();
        return std::move(out_);
    }

  private:
    void file(const std::filesystem::path& path) {
        std::ifstream in(path, std::ios::binary);
        std::string text(kFileLimit + 1, '\0');
        in.read(text.data(), static_cast<std::streamsize>(text.size()));
        text.resize(static_cast<std::size_t>(in.gcount()));
        if (!in.eof() || !std::filesystem::is_regular_file(path)) {
            const bool large = text.size() > kFileLimit;
            out_.problems.push_back({"", path.string(), large ? "is larger than 1 MiB" : "cannot be read"});
            return;
        }
        auto read = read_toml(text, path.string(), schema());
        for (auto& problem : read.problems) out_.problems.push_back(std::move(problem));
        for (const auto& value : read.values) {
            set(*value.property, value.raw, value.where, value.given, value.line);
        }
        // The TOML library gives keys in their alphabetical order; people read from the top.
        std::stable_sort(out_.problems.begin(), out_.problems.end(),
                         [](const Problem& a, const Problem& b) { return a.line < b.line; });
    }

    void environment() {
        std::map<std::string, bool> used;
        for (const auto* name : kForeign) used[name] = true;
        for (const auto& property : schema().properties()) {
            const auto name = property.variable();
            used[name] = true;
            if (property.secret) used[name + "_FILE"] = true;
            if (auto found = sources_.environment.find(name); found != sources_.environment.end()) {
                Raw raw{found->second, true};
                // The environment is a place for secrets: the variable may hold the value itself.
                if (property.secret) raw = {SecretReference{SecretReference::Kind::env, name}};
                set(property, raw, "environment " + name, found->second);
            } else if (auto file = sources_.environment.find(name + "_FILE");
                       property.secret && file != sources_.environment.end()) {
                const Raw raw{SecretReference{SecretReference::Kind::file, file->second}};
                set(property, raw, "environment " + name + "_FILE", file->second);
            }
        }
        for (auto it = sources_.environment.lower_bound(kPrefix);
             it != sources_.environment.end() && it->first.starts_with(kPrefix); ++it) {
            if (!used.contains(it->first)) {
                out_.warnings.push_back("environment " + it->first +
                                        ": is not a property of Guichet; ignored");
            }
        }
    }

    void command_line() {
        for (const auto& [name, value] : sources_.overrides) {
            if (const auto* property = schema().find(name)) {
                set(*property, Raw{value, true}, "command line", value);
                continue;
            }
            std::string message = "is not a property of Guichet";
            if (const auto near = schema().suggest(name); !near.empty()) {
                message += "; did you mean " + near + "?";
            }
            out_.problems.push_back({name, "command line", message});
        }
    }

    void set(const Property& property, const Raw& raw, const std::string& where, const std::string& given,
             unsigned line = 0) {
        auto result = property.set(out_.config.settings, raw, sources_.environment);
        if (result.has_error()) {
            auto message = result.error().message;
            if (!property.secret) message += "; given: " + given;
            out_.problems.push_back({property.name, where, message, line});
            return;
        }
        out_.config.origins[property.name] = where;
    }

    void between_properties() {
        for (const auto& rule : schema().rules()) {
            auto broken = rule.broken(out_.config.settings);
            if (!broken) continue;
            std::string names;
            std::string values;
            for (const auto& name : rule.properties) {
                if (!names.empty()) names += ", ";
                names += name;
                const auto* property = schema().find(name);
                if (property == nullptr || property->secret) continue;
                values += (values.empty() ? " (" : ", ") + name + " = " +
                          property->text(out_.config.settings) + " from " + out_.config.origins[name];
            }
            out_.problems.push_back({names, "", *broken + (values.empty() ? "" : values + ")")});
        }
    }

    const Sources& sources_;
    Loaded out_;
};

}  // namespace

Environment read_environment() {
    Environment out;
    for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
        const std::string_view text = *entry;
        const auto equals = text.find('=');
        if (equals == std::string_view::npos) continue;
        out.emplace(text.substr(0, equals), text.substr(equals + 1));
    }
    return out;
}

Result<Override> parse_override(std::string_view text) {
    const auto equals = text.find('=');
    if (equals == std::string_view::npos || equals == 0) {
        return invalid("set",
                       "write property=value, as http.address=127.0.0.1:8080; given: " + std::string(text));
    }
    return Override{std::string(text.substr(0, equals)), std::string(text.substr(equals + 1))};
}

Loaded load(const Sources& sources) {
    return Loader(sources).run();
}

}  // namespace guichet::config
