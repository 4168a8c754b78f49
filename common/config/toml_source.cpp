#include "common/config/toml_source.hpp"

#include <optional>
#include <sstream>

#include <toml++/toml.h>

namespace guichet::config {
namespace {

struct Walk {
    const Schema& schema;
    const std::string& file;
    TomlValues& out;

    static unsigned line(const toml::node& node) { return static_cast<unsigned>(node.source().begin.line); }
    std::string where(const toml::node& node) const { return file + ":" + std::to_string(line(node)); }

    void unknown(const std::string& name, const toml::node& node) const {
        std::string message = "is not a property of Guichet";
        if (const auto near = schema.suggest(name); !near.empty()) message += "; did you mean " + near + "?";
        out.problems.push_back({name, where(node), message, line(node)});
    }

    void wrong(const Property& property, const toml::node& node, std::string message) const {
        out.problems.push_back({property.name, where(node), std::move(message), line(node)});
    }

    void table(const toml::table& table, const std::string& prefix) const {
        for (const auto& [key, node] : table) {
            const std::string name = prefix + std::string(key.str());
            if (const auto* property = schema.find(name)) {
                value(*property, node);
            } else if (!schema.is_section(name)) {
                unknown(name, node);
            } else if (const auto* inner = node.as_table()) {
                this->table(*inner, name + ".");
            } else {
                out.problems.push_back({name, where(node), "is a section: write [" + name + "]", line(node)});
            }
        }
    }

    void value(const Property& property, const toml::node& node) const {
        Raw raw;
        if (const auto* flag = node.as_boolean()) {
            raw.value = flag->get();
        } else if (const auto* number = node.as_integer()) {
            raw.value = static_cast<std::int64_t>(number->get());
        } else if (const auto* number = node.as_floating_point()) {
            raw.value = number->get();
        } else if (const auto* text = node.as_string()) {
            raw.value = text->get();
        } else if (const auto* list = node.as_array()) {
            auto items = strings(*list);
            if (!items) return wrong(property, node, "must be a list of strings");
            raw.value = std::move(*items);
        } else if (const auto* inner = node.as_table(); inner != nullptr && property.secret) {
            auto reference = secret(*inner);
            if (!reference) return wrong(property, node, "must be { env = \"NAME\" } or { file = \"path\" }");
            raw.value = std::move(*reference);
        } else {
            return wrong(property, node,
                         "has a value of a kind that no property has; it is a " + property.type);
        }
        std::ostringstream given;
        if (!property.secret) node.visit([&given](const auto& any) { given << any; });
        out.values.push_back({&property, where(node), std::move(raw), given.str(), line(node)});
    }

    static std::optional<std::vector<std::string>> strings(const toml::array& list) {
        std::vector<std::string> items;
        for (const auto& item : list) {
            if (const auto* text = item.as_string()) {
                items.push_back(text->get());
            } else if (const auto* date = item.as_date()) {
                std::ostringstream out;
                out << date->get();
                items.push_back(out.str());
            } else {
                return std::nullopt;
            }
        }
        return items;
    }

    static std::optional<SecretReference> secret(const toml::table& table) {
        if (table.size() != 1) return std::nullopt;
        const auto env = table["env"].value<std::string>();
        if (env && !env->empty()) return SecretReference{SecretReference::Kind::env, *env};
        const auto file = table["file"].value<std::string>();
        if (file && !file->empty()) return SecretReference{SecretReference::Kind::file, *file};
        return std::nullopt;
    }
};

}  // namespace

std::string to_string(const Problem& problem) {
    std::string out = problem.where;
    if (!problem.property.empty()) out += (out.empty() ? "" : ": ") + problem.property;
    return out + (out.empty() ? "" : ": ") + problem.message;
}

TomlValues read_toml(std::string_view text, const std::string& file, const Schema& schema) {
    TomlValues out;
    try {
        const toml::table table = toml::parse(text, file);
        Walk{schema, file, out}.table(table, "");
    } catch (const toml::parse_error& error) {
        const auto line = std::to_string(error.source().begin.line);
        out.problems.push_back({"", file + ":" + line, "is not TOML: " + std::string(error.description())});
    }
    return out;
}

}  // namespace guichet::config
