#include "tests/integration/gateway/fixture.hpp"

#include <boost/asio/connect.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

namespace guichet::gateway {
namespace {

using asio::ip::tcp;

// One exchange on a connection of its own.
asio::awaitable<std::string> exchange(std::uint16_t port, std::string bytes) {
    tcp::socket socket(co_await asio::this_coro::executor);
    const tcp::endpoint server(asio::ip::address_v4::loopback(), port);
    co_await socket.async_connect(server, asio::use_awaitable);
    co_await asio::async_write(socket, asio::buffer(bytes), asio::use_awaitable);
    std::string answer;
    boost::system::error_code error;
    co_await asio::async_read(socket, asio::dynamic_buffer(answer),
                              asio::redirect_error(asio::use_awaitable, error));
    co_return answer;
}

std::string unchunk(const std::string& body) {
    std::string out;
    for (std::size_t at = 0; at < body.size();) {
        const auto line = body.find("\r\n", at);
        if (line == std::string::npos) break;
        const auto size = std::strtoul(body.c_str() + at, nullptr, 16);
        if (size == 0) break;
        out += body.substr(line + 2, size);
        at = line + 2 + size + 2;
    }
    return out;
}

}  // namespace

Status FakeConnector::check(const v1::Channel& channel) const {
    if (channel.settings().count("webhook_url") == 0)
        return invalid("channel.settings.webhook_url", "it is missing");
    if (channel.secrets().count("key") == 0) return invalid("channel.secrets.key", "it is missing");
    return {};
}

Result<channels::Events> FakeConnector::parse(const v1::Channel&, const std::string&) const {
    return channels::Events{};
}

asio::awaitable<channels::Outcome> FakeConnector::send(v1::Channel, channels::SendIntent) {
    co_return channels::Outcome{};
}

asio::awaitable<channels::Reconciled> FakeConnector::reconcile(v1::Channel, channels::SendIntent) {
    co_return channels::Reconciled{};
}

asio::awaitable<Status> FakeConnector::test(v1::Channel channel) {
    tested = std::move(channel);
    co_return answer;
}

std::string Answer::header(const std::string& name) const {
    for (const auto& line : http::split(head, '\n')) {
        const auto colon = line.find(':');
        if (colon == std::string::npos || !http::iequals(line.substr(0, colon), name)) continue;
        auto value = line.substr(colon + 1);
        if (value.ends_with('\r')) value.remove_suffix(1);
        return std::string(http::trim(value));
    }
    return {};
}

std::string Answer::cookie(const std::string& name) const {
    const auto field = header("set-cookie");
    if (!field.starts_with(name + "=")) return {};
    return field.substr(name.size() + 1, field.find(';') - name.size() - 1);
}

config::Settings GatewayTest::test_settings() {
    config::Settings settings;
    settings.server.public_url = "https://care.example";
    settings.gateway.argon2_memory = config::mib(8);
    settings.gateway.argon2_time = 1;
    settings.gateway.login_attempts = 3;
    return settings;
}

GatewayTest::GatewayTest() {
    EXPECT_TRUE(run(store_.load()));
    EXPECT_TRUE(run(store_.create_workspace(kMain)));
    v1::Team team;
    team.set_id("care");
    team.set_name("Care");
    store::By by{kMain, "test", {}, "*"};
    EXPECT_TRUE(run(store_.put_document(by, access::kTeam, "care", 0, team.SerializeAsString())));
    put_agent("ada", v1::ROLE_ADMIN);
    put_agent("sue", v1::ROLE_SUPERVISOR);
    put_agent("bob", v1::ROLE_AGENT);
    ada_ = token_of("ada");
    sue_ = token_of("sue");
    bob_ = token_of("bob");

    connectors_.add(connector_);
    gateway_ = std::make_unique<Service>(context_, transport_, connectors_, sealer_, &authenticator_);
    gateway_->register_rpcs(dispatcher_);
    dispatcher_.server_stream<v1::WatchRequest, v1::WatchResponse>(
        "guichet.v1.InboxService/Watch",
        [this](rpc::CallContext context, v1::WatchRequest request, rpc::Writer<v1::WatchResponse> writer) {
            return watch(std::move(context), std::move(request), std::move(writer));
        });
    EXPECT_TRUE(run(gateway_->start()));
    auto router = std::make_shared<http::Router>();
    gateway_->register_routes(*router);
    http::ServerOptions options;
    options.listeners.push_back({});
    // So that tests can come from elsewhere.
    options.trusted_proxies = http::CidrSet::parse({"127.0.0.1"}).value();
    server_ = std::make_unique<http::Server>(io_, clock_, random_, std::move(options), router);
    EXPECT_TRUE(server_->start());
}

GatewayTest::~GatewayTest() {
    test::run(io_, server_->stop(std::chrono::milliseconds(500)));
    dispatcher_.cancel_all(unavailable("the test is over"));
    test::run(io_, gateway_->stop());
    io_.poll();
}

asio::awaitable<Result<void>> GatewayTest::watch(rpc::CallContext context, v1::WatchRequest request,
                                                 rpc::Writer<v1::WatchResponse> writer) {
    std::size_t next = request.cursor().empty() ? events_.size() : std::stoul(request.cursor());
    watch_open_ = true;
    v1::WatchResponse hello;
    hello.set_cursor(std::to_string(next));
    auto said = co_await writer.write(hello);
    while (said && !context.cancelled()) {
        for (; said && next < events_.size(); ++next) {
            v1::WatchResponse response;
            *response.add_events() = events_[next];
            response.set_cursor(std::to_string(next + 1));
            said = co_await writer.write(response);
        }
        co_await context.sleep(std::chrono::milliseconds(5));
    }
    watch_open_ = false;
    co_return Result<void>{};
}

Answer GatewayTest::http(const std::string& method, const std::string& target, const std::string& headers,
                         const std::string& body) {
    const auto bytes = method + " " + target +
                       " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: " +
                       std::to_string(body.size()) + "\r\n" + headers + "\r\n" + body;
    const auto text = run(exchange(port(), bytes));
    Answer answer;
    const auto end = text.find("\r\n\r\n");
    if (end == std::string::npos) throw std::runtime_error("no answer: " + text);
    answer.head = text.substr(0, end + 2);
    answer.body = text.substr(end + 4);
    answer.status = std::atoi(text.c_str() + 9);
    if (answer.header("transfer-encoding") == "chunked") answer.body = unchunk(answer.body);
    return answer;
}

Answer GatewayTest::post_form(const std::string& target, const http::Fields& fields,
                              const std::string& headers) {
    return http("POST", target, "Content-Type: application/x-www-form-urlencoded\r\n" + headers,
                http::to_urlencoded(fields));
}

void GatewayTest::put_agent(const std::string& id, v1::Role role, const std::string& password,
                            std::vector<std::string> channels) {
    records::v1::AgentRecord record;
    record.mutable_agent()->set_id(id);
    record.mutable_agent()->set_name("Name of " + id);
    record.mutable_agent()->set_email(id + "@brand.example");
    auto* grant = record.mutable_agent()->add_grants();
    grant->set_role(role);
    for (auto& channel : channels) grant->add_channels(std::move(channel));
    if (!password.empty()) {
        record.set_password(*hash_password(hash_cost(settings_.gateway), random_.bytes(16), password));
    }
    store::By by{kMain, "test", {}, "*"};
    EXPECT_TRUE(run(store_.put_document(by, access::kAgent, id, -1, record.SerializeAsString())));
    catalog_.forget();
    authenticator_.invalidate_all();
}

std::string GatewayTest::token_of(const std::string& agent) {
    records::v1::TokenRecord record;
    record.set_workspace(kMain.str());
    record.mutable_token()->set_agent(agent);
    record.mutable_token()->set_name("test");
    return *run(credentials_.create_token("test", record));
}

std::string GatewayTest::link_of(const std::string& agent) {
    records::v1::SignInLinkRecord record;
    record.set_workspace(kMain.str());
    record.set_agent(agent);
    record.set_expires_at(clock_.now() + 60'000);
    return *run(credentials_.create_link(record));
}

std::string GatewayTest::session_of(const std::string& agent, const std::string& password) {
    return post_form("/sign-in", {{"agent", agent}, {"password", password}}).cookie(kSessionCookie);
}

std::string GatewayTest::dump() {
    std::string all;
    const auto keys = redis_.command(redis::Command("KEYS", "*"));
    for (const auto& key : keys.items()) {
        const auto type = redis_.command(redis::Command("TYPE", key.text())).text();
        all += key.text() + "\n";
        if (type == "hash") {
            all += redis::to_debug_text(redis_.command(redis::Command("HGETALL", key.text())), 1'000'000);
        } else if (type == "string") {
            all += redis::to_debug_text(redis_.command(redis::Command("GET", key.text())), 1'000'000);
        } else if (type == "stream") {
            all += redis::to_debug_text(redis_.command(redis::Command("XRANGE", key.text(), "-", "+")),
                                        1'000'000);
        }
    }
    return all;
}

}  // namespace guichet::gateway
