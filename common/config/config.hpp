#pragma once
// Loading, checking, printing and describing the configuration.
//
//     auto loaded = config::load({path, config::read_environment(), overrides});
//     if (!loaded.ok()) for (const auto& problem : loaded.problems) std::cerr << to_string(problem) << '\n';
//     run(loaded.config.settings);
//
// Sources, each overriding the one before: defaults, file, environment (GUICHET_HTTP_ADDRESS for
// http.address), command line. All problems are reported, not only the first.
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/config/settings.hpp"
#include "common/config/toml_source.hpp"

namespace guichet::config {

// The process's environment; nothing else in Guichet reads it.
Environment read_environment();

struct Override {
    std::string property;
    std::string value;
};
// "http.address=0.0.0.0:80"; INVALID_ARGUMENT without a '='.
Result<Override> parse_override(std::string_view text);

struct Sources {
    std::optional<std::filesystem::path> file;
    Environment environment;
    std::vector<Override> overrides;
};

struct Config {
    Settings settings;
    // Where each property's value came from: "default", "guichet.toml:12", "environment GUICHET_...",
    // "command line".
    std::map<std::string, std::string> origins;
};

struct Loaded {
    // Valid only when ok().
    Config config;
    std::vector<Problem> problems;
    // GUICHET_* variables that mean nothing: perhaps misspelt, perhaps set by an orchestrator.
    std::vector<std::string> warnings;
    bool ok() const { return problems.empty(); }
};

Loaded load(const Sources& sources);

enum class PrintFormat { toml, json };
// The effective configuration, each value with its source (TOML: and description). The TOML can be loaded
// again and means the same; secrets appear as their reference only.
std::string print_config(const Config& config, PrintFormat format = PrintFormat::toml);

// The reference of all properties, as Markdown: common/config/reference.md.
std::string describe();

}  // namespace guichet::config
