#include "services/guichet/app.hpp"

#include <fstream>

#include "common/http/ip_address.hpp"
#include "common/obs/log.hpp"
#include "common/rpc/grpc_identity.hpp"
#include "services/guichet/bootstrap.hpp"
#include "services/guichet/services.hpp"

namespace guichet {
namespace {

constexpr std::chrono::seconds kGrace{5};

std::set<std::string> chosen(const std::vector<std::string>& targets) {
    std::set<std::string> names(targets.begin(), targets.end());
    if (names.empty() || names.contains("all")) return {std::begin(kTargets), std::end(kTargets)};
    return names;
}

struct HostPort {
    std::string host;
    std::uint16_t port = 0;
};

// "127.0.0.1:8080", "[::1]:8080", ":8080" (every address).
Result<HostPort> parse_address(const std::string& property, const std::string& text) {
    const auto colon = text.rfind(':');
    if (colon == std::string::npos) return invalid(property, property + ": write it as address:port");
    HostPort parsed{text.substr(0, colon), 0};
    if (parsed.host.size() > 1 && parsed.host.front() == '[')
        parsed.host = parsed.host.substr(1, parsed.host.size() - 2);
    if (parsed.host.empty()) parsed.host = "::";
    if (parsed.host == "localhost") parsed.host = "127.0.0.1";
    const auto port = std::atol(text.c_str() + colon + 1);
    if (port < 0 || port > 65535) return invalid(property, property + ": there is no such port: " + text);
    parsed.port = static_cast<std::uint16_t>(port);
    return parsed;
}

}  // namespace

App::App(runtime::Process& process, const config::Settings& settings, const std::string& secrets_key)
    : process_(process),
      settings_(settings),
      targets_(chosen(settings.server.targets)),
      platform_(process, settings, secrets_key),
      router_(std::make_shared<http::Router>()),
      metrics_router_(std::make_shared<http::Router>()) {}

App::~App() = default;

asio::awaitable<Result<Announcement>> App::start() {
    // Health and metrics answer from the first moment: a long load of Redis is visible.
    mount_health(*metrics_router_);
    auto metrics = start_metrics();
    if (!metrics) co_return metrics.error();
    auto platform = co_await platform_.start();
    if (!platform) co_return platform.error();
    auto first = co_await bootstrap(platform_.context(), default_channels());
    if (!first) co_return first.error();
    auto made = co_await make_services();
    if (!made) co_return made.error();
    auto started = co_await start_services();
    if (!started) co_return started.error();
    auto servers = start_servers();
    if (!servers) co_return servers.error();

    Announcement announcement;
    announcement.data = std::filesystem::absolute(settings_.server.data).string();
    const auto scheme = settings_.http.tls_cert.empty() ? "http://" : "https://";
    if (http_) {
        auto listen = parse_address("http.address", settings_.http.address);
        const auto host =
            listen->host == "::" || listen->host == "0.0.0.0" ? std::string("127.0.0.1") : listen->host;
        announcement.http = scheme + host + ":" + std::to_string(http_->port());
        if (!settings_.server.public_url.empty()) announcement.http = settings_.server.public_url;
    }
    if (grpc_) {
        const auto host = settings_.grpc.address.substr(0, settings_.grpc.address.rfind(':'));
        announcement.grpc =
            (host.empty() || host == "0.0.0.0" ? "127.0.0.1" : host) + ":" + std::to_string(grpc_->port());
    }
    if (metrics_) announcement.metrics = "127.0.0.1:" + std::to_string(metrics_->port());
    if (first->sign_in && runs("gateway"))
        announcement.sign_in = announcement.http + "/sign-in#" + *first->sign_in;
    if (runs("gateway")) {
        // Of several processes on one Redis, one speaks for the command line: a new token ends the one
        // before.
        auto token = co_await write_local_token(platform_.context());
        if (!token) co_return token.error();
        auto written = write_server_file(announcement);
        if (!written) co_return written.error();
    }
    if (settings_.metrics.enabled) {
        vital_signs_ = std::make_unique<VitalSigns>(platform_.context());
        vital_signs_->start();
    }
    platform_.context().health.started();
    co_return announcement;
}

asio::awaitable<Result<void>> App::make_services() {
    dispatcher_ = std::make_unique<rpc::Dispatcher>(process_.executor(), platform_.authenticator(),
                                                    platform_.context().clock);
    audit_ = std::make_unique<CallAudit>(process_.executor(), platform_.context().store.client(),
                                         platform_.context().metrics);
    audit_->start();
    observe_calls();
    local_ = std::make_unique<rpc::LocalTransport>(process_.executor(), *dispatcher_);
    transport_ = std::make_unique<rpc::TransportRouter>();
    const Services::Parts parts{process_.io(), platform_.context(), *transport_, platform_.authenticator(),
                                platform_.sealer()};
    auto services = Services::make(parts, targets_);
    if (!services) co_return services.error();
    services_ = std::move(*services);
    services_->register_rpcs(*dispatcher_);

    const auto& remote = settings_.grpc.services;
    const std::vector<std::pair<std::string, std::string>> addresses{
        {"Ingest", remote.ingest},    {"Routing", remote.routing},
        {"Reply", remote.reply},      {"Escalation", remote.escalation},
        {"Inbox", remote.inbox},      {"Admin", ""},
        {"Desk", remote.inbox},       {"Writing", remote.reply},
        {"Audit", remote.inbox},      {"Privacy", remote.inbox},
        {"Moderation", remote.reply}, {"Contact", remote.inbox},
        {"Attachment", remote.inbox}, {"SecondFactor", ""}};
    for (const auto& [name, address] : addresses) {
        const auto service = "guichet.v1." + name + "Service";
        if (dispatcher_->require_complete(service).empty()) {
            transport_->add(service, *local_);
        } else if (!address.empty()) {
            auto channel = channel_to(address);
            if (!channel) co_return channel.error();
            remotes_.push_back(std::make_unique<rpc::GrpcTransport>(process_.io(), std::move(*channel)));
            transport_->add(service, *remotes_.back());
            // One gRPC address for command lines and bots, however many processes there are.
            if (runs("gateway")) {
                dispatcher_->forward(service, *remotes_.back());
                forwarded_.insert(service);
            }
        }
    }
    co_return Result<void>{};
}

// With authorities, services prove themselves to one another, each with the certificate it serves with.
Result<std::shared_ptr<grpc::Channel>> App::channel_to(const std::string& address) {
    rpc::ChannelOptions options;
    options.address = address;
    options.max_message_bytes = static_cast<int>(settings_.grpc.max_message.count);
    options.tls = !settings_.grpc.tls_ca.empty();
    if (!options.tls) return rpc::make_channel(options);
    if (settings_.grpc.tls_cert.empty()) {
        auto authorities = read_file(settings_.grpc.tls_ca);
        if (!authorities) return authorities.error();
        options.tls_authorities = std::move(*authorities);
        return rpc::make_channel(options);
    }
    auto texts = read_certificate(settings_.grpc);
    if (!texts) return texts.error();
    auto kept = shown_.put(*texts);
    if (!kept) return kept.error();
    return rpc::make_channel(options, shown_);
}

Result<void> App::renew_certificate(const rpc::CertificateTexts& texts) {
    auto served = grpc_->renew_tls(texts);
    if (!served || settings_.grpc.tls_ca.empty()) return served;
    return shown_.put(texts);
}

asio::awaitable<Result<void>> App::start_services() {
    co_return co_await services_->start();
}

void App::observe_calls() {
    auto latency = platform_.context().metrics.histograms("guichet_rpc_seconds", "Calls by method and code",
                                                          {"method", "code"});
    const auto is_ours = [this](const rpc::CallRecord& record) {
        return !forwarded_.contains(record.method.substr(0, record.method.find('/')));
    };
    using Telling = std::optional<asio::awaitable<Result<void>>>;
    dispatcher_->before_answer(
        [this, is_ours](const rpc::CallRecord& record, const rpc::CallDetails& details) -> Telling {
            if (!is_ours(record)) return std::nullopt;
            return audit_->before_answer(record, details);
        });
    dispatcher_->observe([this, is_ours](const rpc::CallRecord& record) {
        if (is_ours(record)) audit_->record(record);
    });
    dispatcher_->observe([latency](const rpc::CallRecord& record) {
        latency.with({record.method, to_string(record.status.code)})
            .observe(std::chrono::duration<double>(record.duration).count());
        if (!record.exception.empty()) {
            log::error(
                "rpc.bug",
                {{"method", record.method}, {"what", record.exception}, {"request", record.request_id}});
        } else if (record.status.code == Code::internal) {
            log::error(
                "rpc.failed",
                {{"method", record.method}, {"status", record.status}, {"request", record.request_id}});
        } else {
            log::debug("rpc",
                       {{"method", record.method},
                        {"code", to_string(record.status.code)},
                        {"request", record.request_id},
                        {"actor", record.actor},
                        {"duration_us",
                         std::chrono::duration_cast<std::chrono::microseconds>(record.duration).count()}});
        }
    });
}

void App::mount_health(http::Router& router) {
    auto& context = platform_.context();
    router.get("/healthz", [&context](http::Request) -> asio::awaitable<http::Response> {
        const auto answer = context.health.healthz();
        co_return http::Response::json(answer.http_status, answer.json);
    });
    router.get("/readyz", [&context](http::Request) -> asio::awaitable<http::Response> {
        const auto answer = context.health.readyz();
        co_return http::Response::json(answer.http_status, answer.json);
    });
}

Result<void> App::start_servers() {
    for (auto started : {start_http(), start_grpc()}) {
        if (!started) return started.error();
    }
    return {};
}

Result<void> App::start_http() {
    if (!runs("ingest") && !runs("gateway")) return {};
    mount_health(*router_);
    services_->register_routes(*router_);
    auto listen = parse_address("http.address", settings_.http.address);
    if (!listen) return listen.error();
    http::ServerOptions options;
    options.listeners.push_back(
        {listen->host, listen->port, settings_.http.tls_cert.string(), settings_.http.tls_key.string()});
    options.max_header_bytes = settings_.http.header_limit.count;
    options.max_connections = static_cast<std::size_t>(settings_.http.max_connections);
    options.header_timeout = settings_.http.header_timeout;
    options.body_timeout = settings_.http.body_timeout;
    options.idle_timeout = settings_.http.idle_timeout;
    options.write_timeout = settings_.http.write_timeout;
    auto proxies = http::CidrSet::parse(settings_.server.trusted_proxies);
    if (!proxies) return invalid("server.trusted_proxies", proxies.error().message);
    options.trusted_proxies = std::move(*proxies);
    auto requests = platform_.context().metrics.histograms(
        "guichet_http_seconds", "Requests by route and status", {"route", "status"});
    options.on_access = [requests](const http::AccessRecord& record) {
        requests.with({record.exchange.route, std::to_string(record.status)})
            .observe(std::chrono::duration<double>(record.duration).count());
        log::debug("http", {{"route", record.exchange.route},
                            {"status", record.status},
                            {"request", record.exchange.request_id}});
    };
    options.on_error = [](std::string_view what) { log::error("http.bug", {{"what", what}}); };
    http_ = std::make_unique<http::Server>(process_.io(), platform_.context().clock,
                                           platform_.context().random, std::move(options), router_);
    return http_->start();
}

Result<void> App::start_metrics() {
    if (!settings_.metrics.enabled) return {};
    auto& metrics = platform_.context().metrics;
    metrics_router_->get("/metrics", [&metrics](http::Request) -> asio::awaitable<http::Response> {
        auto response = http::Response::text(200, metrics.exposition());
        response.headers.set("Content-Type", obs::Metrics::kContentType);
        co_return response;
    });
    auto listen = parse_address("metrics.address", settings_.metrics.address);
    if (!listen) return listen.error();
    http::ServerOptions options;
    options.listeners.push_back({listen->host, listen->port, "", ""});
    options.max_connections = 100;
    metrics_ =
        std::make_unique<http::Server>(process_.io(), platform_.context().clock, platform_.context().random,
                                       std::move(options), metrics_router_);
    return metrics_->start();
}

Result<void> App::start_grpc() {
    if (dispatcher_->services().empty()) return {};
    rpc::GrpcServerOptions options;
    options.address = settings_.grpc.address;
    options.max_message_bytes = static_cast<int>(settings_.grpc.max_message.count);
    options.max_concurrent_streams = static_cast<int>(settings_.grpc.max_streams);
    auto texts = read_certificate(settings_.grpc);
    if (!texts) return texts.error();
    options.tls_certificate = texts->certificate;
    options.tls_key = texts->key;
    options.tls_client_authorities = texts->authorities;
    grpc_ = std::make_unique<rpc::GrpcServer>(process_.io(), *dispatcher_, std::move(options));
    auto started = grpc_->start();
    if (!started || settings_.grpc.tls_cert.empty()) return started;
    // What the connections were given may have been replaced since.
    auto shown = renew_certificate(*texts);
    const auto renew = [this](const rpc::CertificateTexts& fresh) { return renew_certificate(fresh); };
    certificates_ =
        std::make_unique<CertificateWatch>(process_.executor(), settings_.grpc, renew, std::move(*texts));
    return shown;
}

// Where the command line beside this server finds it: gRPC, then HTTP. Whole at once or not at all.
Result<void> App::write_server_file(const Announcement& announcement) {
    const auto path = settings_.server.data / "server.address";
    const auto fresh = std::filesystem::path(path.string() + ".new");
    std::ofstream file(fresh, std::ios::trunc);
    file << announcement.grpc << "\n" << announcement.http << "\n";
    if (!file.flush()) return internal("cannot write " + fresh.string());
    std::error_code error;
    std::filesystem::rename(fresh, path, error);
    if (error) return internal("cannot write " + path.string() + ": " + error.message());
    return {};
}

void App::register_stop() {
    using runtime::Phase;
    process_.on_stop("health", Phase::not_ready, [this]() -> asio::awaitable<void> {
        platform_.context().health.stopping();
        if (grpc_) grpc_->set_serving(false);
        co_return;
    });
    process_.on_stop("platform", Phase::destroy, [this] { return platform_.stop(); });
    process_.on_stop("metrics", Phase::stop_servers, [this]() -> asio::awaitable<void> {
        if (metrics_) co_await metrics_->stop(std::chrono::seconds(1));
    });
    process_.on_stop("vital signs", Phase::stop_servers, [this]() -> asio::awaitable<void> {
        if (vital_signs_) co_await vital_signs_->stop();
    });
    // HTTP before the services: what is under way still needs them.
    process_.on_stop("services", Phase::drain, [this]() -> asio::awaitable<void> {
        if (audit_) co_await audit_->stop();
        if (services_) co_await services_->stop();
    });
    process_.on_stop("grpc", Phase::stop_inputs, [this]() -> asio::awaitable<void> {
        if (dispatcher_) dispatcher_->cancel_streams(unavailable("the server is stopping: connect again"));
        if (certificates_) co_await certificates_->stop();
        if (grpc_) co_await grpc_->shutdown(kGrace);
    });
    process_.on_stop("http", Phase::stop_inputs, [this]() -> asio::awaitable<void> {
        if (http_) co_await http_->stop(kGrace);
    });
}

}  // namespace guichet
