// Where a secret's value comes from: a variable of the environment or a file, never the configuration itself.
#include <fstream>
#include <string>

#include "common/config/codec.hpp"

namespace guichet::config {
namespace {

constexpr std::size_t kSecretLimit = 64 << 10;

Result<Secret> from_environment(const std::string& name, const Environment& environment) {
    auto found = environment.find(name);
    if (found == environment.end() || found->second.empty()) {
        return invalid({}, "refers to the environment variable " + name + ", which is not set");
    }
    return Secret(found->second, "{ env = " + toml_quoted(name) + " }");
}

Result<Secret> from_file(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    if (!in) return invalid({}, "refers to the file " + path + ", which cannot be read");
    std::string value(kSecretLimit + 1, '\0');
    in.read(value.data(), static_cast<std::streamsize>(value.size()));
    value.resize(static_cast<std::size_t>(in.gcount()));
    if (value.size() > kSecretLimit)
        return invalid({}, "refers to the file " + path + ", which is too large");
    // Editors end a file with a line break that nobody means to be part of the password.
    while (!value.empty() && (value.back() == '\n' || value.back() == '\r')) value.pop_back();
    if (value.empty()) return invalid({}, "refers to the file " + path + ", which is empty");
    return Secret(value, "{ file = " + toml_quoted(path) + " }");
}

}  // namespace

Result<Secret> parse_secret(const Raw& raw, const Environment& environment) {
    if (const auto* reference = std::get_if<SecretReference>(&raw.value)) {
        if (reference->kind == SecretReference::Kind::env)
            return from_environment(reference->name, environment);
        return from_file(reference->name);
    }
    if (const auto* text = std::get_if<std::string>(&raw.value); text != nullptr && raw.untyped) {
        if (text->starts_with("env:")) return from_environment(text->substr(4), environment);
        if (text->starts_with("file:")) return from_file(text->substr(5));
        return invalid({}, "is a secret and cannot be given in plain: write env:NAME or file:PATH");
    }
    return invalid({},
                   "is a secret and cannot be written here in plain, where backups and listings show it: "
                   "write { env = \"NAME\" } or { file = \"path\" }");
}

}  // namespace guichet::config
