#include "services/guichet/serve_command.hpp"

#include <iostream>
#include <set>

#include "common/obs/log.hpp"
#include "common/runtime/task.hpp"
#include "services/guichet/app.hpp"
#include "services/guichet/backup/restore.hpp"
#include "services/guichet/secrets_key.hpp"

namespace guichet {
namespace {

constexpr int kFailed = 1;
constexpr int kBadConfig = 2;

Result<void> configure_log(const config::LogSettings& settings) {
    log::Options options;
    auto level = log::parse_level(config::name_of(settings.level));
    if (!level) return level.error();
    options.level = *level;
    options.format = settings.format == config::LogFormat::json ? log::Format::json : log::Format::text;
    options.file = settings.file;
    options.file_bytes = settings.file_limit.count;
    options.files = static_cast<std::size_t>(settings.files);
    return log::configure(std::move(options));
}

// Made before anything writes into it: readable by its owner only.
Result<void> make_data_dir(const std::filesystem::path& data) {
    std::error_code error;
    if (std::filesystem::exists(data / backup::kUnfinished, error)) {
        return internal("a restore into " + data.string() +
                        " did not end: remove the directory and restore again");
    }
    const bool made = std::filesystem::create_directories(data, error);
    if (error) return internal("cannot make the data directory " + data.string() + ": " + error.message());
    if (made) std::filesystem::permissions(data, std::filesystem::perms::owner_all, error);
    return {};
}

void announce(const Announcement& a) {
    std::cout << "\nGuichet is ready.\n";
    if (!a.http.empty()) std::cout << "  address        " << a.http << "\n";
    if (!a.http.empty()) std::cout << "  complaint form " << a.http << "/f/complaint\n";
    if (!a.grpc.empty()) std::cout << "  gRPC           " << a.grpc << "\n";
    if (!a.metrics.empty()) std::cout << "  metrics        http://" << a.metrics << "/metrics\n";
    std::cout << "  data           " << a.data << "\n";
    if (!a.sign_in.empty()) std::cout << "  first sign-in  " << a.sign_in << "   (once, within 24 hours)\n";
    std::cout << "Ctrl-C stops it.\n" << std::endl;
}

asio::awaitable<void> run_app(runtime::Process& process, App& app) {
    auto started = co_await app.start();
    if (started) {
        announce(*started);
        co_return;
    }
    std::cerr << "guichet: cannot start: " << started.error().message << std::endl;
    process.stop("cannot start", kFailed);
}

}  // namespace

std::optional<config::Config> load_config(const ConfigArguments& arguments) {
    config::Sources sources;
    if (arguments.file) sources.file = *arguments.file;
    sources.environment = config::read_environment();
    // Of the tools, the test runner and the command line; no properties.
    for (const char* other : {"GUICHET_ROOT", "GUICHET_BUILD", "GUICHET_BIN", "GUICHET_DATA",
                              "GUICHET_SERVER", "GUICHET_TOKEN", "GUICHET_TEST_SUITE", "GUICHET_TLS_CA",
                              "GUICHET_TLS_CERT", "GUICHET_TLS_KEY", "GUICHET_TLS_NAME"}) {
        sources.environment.erase(other);
    }
    const std::vector<std::pair<const char*, const std::string*>> shortcuts{
        {"server.targets", &arguments.target},
        {"server.data", &arguments.data},
        {"http.address", &arguments.http},
        {"grpc.address", &arguments.grpc},
        {"redis.url", &arguments.redis}};
    for (const auto& [property, value] : shortcuts) {
        if (!value->empty()) sources.overrides.push_back({property, *value});
    }
    for (const auto& text : arguments.set) {
        auto parsed = config::parse_override(text);
        if (!parsed) {
            std::cerr << "guichet: " << parsed.error().message << "\n";
            return std::nullopt;
        }
        sources.overrides.push_back(std::move(*parsed));
    }
    auto loaded = config::load(sources);
    for (const auto& warning : loaded.warnings) std::cerr << "guichet: " << warning << "\n";
    for (const auto& problem : loaded.problems)
        std::cerr << "guichet: " << config::to_string(problem) << "\n";
    std::set<std::string> targets(std::begin(kTargets), std::end(kTargets));
    targets.insert("all");
    for (const auto& target : loaded.config.settings.server.targets) {
        if (targets.contains(target)) continue;
        std::cerr << "guichet: server.targets: there is no target " << target
                  << "; there are all, ingest, routing, reply, escalation, inbox, gateway\n";
        return std::nullopt;
    }
    if (!loaded.ok()) return std::nullopt;
    return std::move(loaded.config);
}

int serve(const ConfigArguments& arguments) {
    auto loaded = load_config(arguments);
    if (!loaded) return kBadConfig;
    const auto& settings = loaded->settings;
    auto logging = configure_log(settings.log);
    auto data = logging ? make_data_dir(settings.server.data) : logging;
    if (!data) {
        std::cerr << "guichet: " << data.error().message << "\n";
        return kFailed;
    }
    SystemRandom random;
    const auto key = secrets_key(settings.server, random);
    if (!key) {
        std::cerr << "guichet: " << key.error().message << "\n";
        return kFailed;
    }
    runtime::Process::Options options;
    options.shutdown_deadline = settings.server.shutdown_deadline;
    runtime::Process process(options);
    App app(process, settings, *key);
    app.register_stop();
    runtime::spawn(process.executor(), "start", run_app(process, app));
    const int code = process.run();
    log::flush();
    return code;
}

int check_config(const ConfigArguments& arguments) {
    if (!load_config(arguments)) return kBadConfig;
    std::cout << "The configuration is fine.\n";
    return 0;
}

int print_config(const ConfigArguments& arguments, bool json) {
    auto loaded = load_config(arguments);
    if (!loaded) return kBadConfig;
    std::cout << config::print_config(*loaded, json ? config::PrintFormat::json : config::PrintFormat::toml);
    return 0;
}

}  // namespace guichet
