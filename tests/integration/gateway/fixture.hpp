#pragma once
// A gateway on a real redis-server and a real HTTP server: workspace "main", team "care", an administrator
// "ada", a supervisor "sue", an agent "bob". InboxService/Watch is a small fake.
#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

#include "common/access/store_authenticator.hpp"
#include "common/http/server.hpp"
#include "common/rpc/json.hpp"
#include "common/rpc/local_transport.hpp"
#include "guichet/v1/inbox.pb.h"
#include "services/gateway/service.hpp"
#include "tests/support/redis_server.hpp"
#include "tests/support/wait.hpp"

namespace guichet::gateway {

namespace asio = boost::asio;

// Of everybody who has one.
inline constexpr char kPassword[] = "correct horse battery";

// A channel's way out that does as it is told.
class FakeConnector final : public channels::Connector {
  public:
    v1::ChannelKind kind() const override { return v1::CHANNEL_KIND_CUSTOM; }
    channels::Caps caps(const v1::Channel&) const override { return {}; }
    Status check(const v1::Channel& channel) const override;
    std::size_t measure(const std::string& text) const override { return text.size(); }
    Status authenticate(const v1::Channel&, const http::Request&, TimeMs) const override { return {}; }
    Result<channels::Events> parse(const v1::Channel&, const std::string&) const override;
    asio::awaitable<channels::Outcome> send(v1::Channel channel, channels::SendIntent intent) override;
    asio::awaitable<channels::Reconciled> reconcile(v1::Channel channel,
                                                    channels::SendIntent intent) override;
    asio::awaitable<Status> test(v1::Channel channel) override;

    Status answer;
    v1::Channel tested;
};

struct Answer {
    int status = 0;
    // Head as it came, lower-case names not guaranteed.
    std::string head;
    std::string body;
    // "" where absent.
    std::string header(const std::string& name) const;
    // Of a Set-Cookie field.
    std::string cookie(const std::string& name) const;
};

class GatewayTest : public ::testing::Test {
  protected:
    GatewayTest();
    ~GatewayTest() override;

    // A call as the person or program with that credential, past HTTP; of AdminService where none is named.
    template <class Res, class Req>
    Result<Res> call(const std::string& credential, const std::string& method, Req request) {
        if constexpr (requires { request.request_id(); }) {
            if (request.request_id().empty()) request.set_request_id("r" + std::to_string(++requests_));
        }
        rpc::Metadata meta;
        meta.credential = credential;
        // The request must live as long as the coroutine.
        const auto service =
            method.find('/') == std::string::npos ? "guichet.v1.AdminService/" : "guichet.v1.";
        return run(rpc::call<Res>(transport_, service + method, request, meta, std::chrono::seconds(10)));
    }
    template <class T>
    T run(asio::awaitable<T> work) {
        return test::run(io_, std::move(work));
    }

    Answer http(const std::string& method, const std::string& target, const std::string& headers = {},
                const std::string& body = {});
    Answer post_form(const std::string& target, const http::Fields& fields, const std::string& headers = {});

    void put_agent(const std::string& id, v1::Role role, const std::string& password = {},
                   std::vector<std::string> channels = {});
    std::string token_of(const std::string& agent);
    std::string link_of(const std::string& agent);
    // Signs in with the password and returns the session's secret.
    std::string session_of(const std::string& agent, const std::string& password);

    std::uint16_t port() const { return server_->port(); }
    // Everything that Redis holds, as text.
    std::string dump();

    const WorkspaceId kMain{"main"};
    static config::Settings test_settings();
    asio::io_context io_;
    test::RedisServer redis_;
    config::Settings settings_ = test_settings();
    ManualClock clock_;
    SystemRandom random_;
    std::unique_ptr<redis::Client> client_ = redis_.client(io_);
    store::Store store_{*client_, random_, clock_};
    store::Reads reads_{store_};
    Sealer sealer_{"the tests' key"};
    access::Catalog catalog_{store_, clock_, &sealer_};
    access::Credentials credentials_{store_, clock_, random_};
    access::StoreAuthenticator store_authenticator_{credentials_, catalog_, store_};
    rpc::CachingAuthenticator authenticator_{store_authenticator_, clock_};
    obs::Metrics metrics_;
    obs::Health health_;
    runtime::Pool pool_{io_.get_executor(), "hash", 2, 64};
    service::Context context_{io_.get_executor(),
                              settings_,
                              clock_,
                              random_,
                              store_,
                              reads_,
                              catalog_,
                              credentials_,
                              metrics_,
                              health_,
                              pool_,
                              redis_.client_options(),
                              "test"};
    rpc::Dispatcher dispatcher_{io_.get_executor(), authenticator_, clock_};
    rpc::LocalTransport transport_{io_.get_executor(), dispatcher_};
    FakeConnector connector_;
    channels::Registry connectors_;
    std::unique_ptr<Service> gateway_;
    std::unique_ptr<http::Server> server_;
    // Events that the fake Watch has; number n has the cursor "n".
    std::vector<v1::Event> events_;
    bool watch_open_ = false;
    std::string ada_, sue_, bob_;
    int requests_ = 0;

  private:
    asio::awaitable<Result<void>> watch(rpc::CallContext context, v1::WatchRequest request,
                                        rpc::Writer<v1::WatchResponse> writer);
};

}  // namespace guichet::gateway
