#pragma once
// The services of this process, wired together: which targets run here, what they share, in what order they
// start and stop. Nothing else knows of more than one service.
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "common/http/server.hpp"
#include "common/rpc/grpc_server.hpp"
#include "common/rpc/grpc_transport.hpp"
#include "common/rpc/local_transport.hpp"
#include "common/rpc/transport_router.hpp"
#include "services/guichet/call_audit.hpp"
#include "services/guichet/certificate_watch.hpp"
#include "services/guichet/platform.hpp"
#include "services/guichet/vital_signs.hpp"

namespace guichet {

// What can be asked for with --target.
inline constexpr const char* kTargets[] = {"ingest", "routing", "reply", "escalation", "inbox", "gateway"};

struct Announcement {
    std::string http;     // http://127.0.0.1:8080
    std::string grpc;     // 127.0.0.1:8081
    std::string metrics;  // empty: off
    std::string sign_in;  // empty: nobody needs it
    std::string data;
};

class App {
  public:
    App(runtime::Process& process, const config::Settings& settings, const std::string& secrets_key);
    ~App();

    // Everything is up and readyz says so.
    asio::awaitable<Result<Announcement>> start();
    // Registers the steps of the orderly end.
    void register_stop();

  private:
    struct Services;

    bool runs(const std::string& target) const { return targets_.contains(target); }
    asio::awaitable<Result<void>> make_services();
    asio::awaitable<Result<void>> start_services();
    Result<void> start_servers();
    Result<void> start_http();
    Result<void> start_metrics();
    Result<void> start_grpc();
    Result<std::shared_ptr<grpc::Channel>> channel_to(const std::string& address);
    Result<void> renew_certificate(const rpc::CertificateTexts& texts);
    void mount_health(http::Router& router);
    void observe_calls();
    Result<void> write_server_file(const Announcement& announcement);

    runtime::Process& process_;
    const config::Settings& settings_;
    std::set<std::string> targets_;
    Platform platform_;
    std::unique_ptr<rpc::Dispatcher> dispatcher_;
    std::unique_ptr<CallAudit> audit_;
    // Served elsewhere, and recorded there.
    std::set<std::string, std::less<>> forwarded_;
    std::unique_ptr<rpc::LocalTransport> local_;
    // Shown to other processes, as the server's own; empty where there is none.
    rpc::LiveCertificate shown_;
    std::vector<std::unique_ptr<rpc::Transport>> remotes_;
    std::unique_ptr<rpc::TransportRouter> transport_;
    std::unique_ptr<Services> services_;
    std::shared_ptr<http::Router> router_;
    std::shared_ptr<http::Router> metrics_router_;
    std::unique_ptr<http::Server> http_;
    std::unique_ptr<http::Server> metrics_;
    std::unique_ptr<rpc::GrpcServer> grpc_;
    std::unique_ptr<CertificateWatch> certificates_;
    std::unique_ptr<VitalSigns> vital_signs_;
};

}  // namespace guichet
