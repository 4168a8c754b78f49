#pragma once
// Routing, reply, inbox and escalation on a real redis-server, called as their callers do. Workspace "w1",
// teams "care" and "legal", the channels "shop" and "wall" of a connector that obeys, a form "contact"; "bob"
// and "eve" are agents, "boss" a supervisor, "looker" may only look, "robot" is a bot, "agency" an outside
// agent who was granted public conversations of the channel "wall" only.
#include <map>

#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

#include "common/access/catalog.hpp"
#include "common/access/credentials.hpp"
#include "common/channels/form/form_connector.hpp"
#include "common/rpc/caller.hpp"
#include "common/rpc/local_transport.hpp"
#include "services/escalation/service.hpp"
#include "services/inbox/service.hpp"
#include "services/reply/service.hpp"
#include "services/routing/desk.hpp"
#include "services/routing/service.hpp"
#include "tests/support/redis_server.hpp"

namespace guichet::test {

namespace asio = boost::asio;

inline rpc::GrantSpec grant(rpc::Role role) {
    return rpc::GrantSpec{role, {}, {}, false};
}

// Knows people by name.
class KnownPeople final : public rpc::Authenticator {
  public:
    asio::awaitable<Result<rpc::Caller>> authenticate(std::string bearer) override {
        const auto found = callers_.find(bearer);
        if (found == callers_.end()) co_return make_status(Code::unauthenticated, "no such credential");
        co_return found->second;
    }
    void add(const std::string& name, std::vector<rpc::GrantSpec> grants) {
        rpc::Caller caller;
        caller.workspace = WorkspaceId("w1");
        caller.actor = name;
        const bool bot = grants.front().role == rpc::Role::bot;
        caller.kind = bot ? rpc::Caller::Kind::bot : rpc::Caller::Kind::agent;
        caller.grants = std::move(grants);
        callers_[name] = std::move(caller);
    }

  private:
    std::map<std::string, rpc::Caller> callers_;
};

// Takes every answer, or does as it is told.
class ObedientConnector final : public channels::Connector {
  public:
    v1::ChannelKind kind() const override { return v1::CHANNEL_KIND_CUSTOM; }
    channels::Caps caps(const v1::Channel&) const override {
        return {.can_publish = true, .max_length = 200};
    }
    Status check(const v1::Channel&) const override { return {}; }
    std::size_t measure(const std::string& text) const override { return text.size(); }
    Status authenticate(const v1::Channel&, const http::Request&, TimeMs) const override { return {}; }
    Result<channels::Events> parse(const v1::Channel&, const std::string&) const override {
        return channels::Events{};
    }
    std::vector<channels::PrivateRoute> routes(const v1::Channel&, const channels::RouteQuestion& question,
                                               TimeMs) const override {
        channels::PrivateRoute direct{channels::Way::direct, 0, false, "", 200};
        if (question.recipient.empty()) direct.closed = "this person has not written in private";
        channels::PrivateRoute reply{channels::Way::private_reply, 0, true, closed, 200};
        return {direct, reply};
    }
    asio::awaitable<channels::Outcome> send(v1::Channel, channels::SendIntent intent) override {
        sent.push_back(intent);
        channels::Outcome outcome = next;
        if (outcome.kind == channels::Outcome::Kind::sent) outcome.external_id = "x-" + intent.delivery.str();
        co_return outcome;
    }
    asio::awaitable<channels::Reconciled> reconcile(v1::Channel, channels::SendIntent) override {
        co_return channels::Reconciled{};
    }
    asio::awaitable<Status> test(v1::Channel) override { co_return Status{}; }

    channels::Outcome next;
    // Why nobody can be answered privately; empty: they can.
    std::string closed;
    std::vector<channels::SendIntent> sent;
};

class ServicesTest : public ::testing::Test {
  protected:
    ServicesTest();
    ~ServicesTest() override;

    // "RoutingService/Claim" as `caller`; a missing request_id is made up.
    template <class Res, class Req>
    Result<Res> call(const std::string& caller, const std::string& method, Req request) {
        if constexpr (requires { request.set_request_id(""); }) {
            if (request.request_id().empty()) request.set_request_id("r" + std::to_string(++requests_));
        }
        rpc::Metadata meta;
        meta.credential = caller;
        return run(
            io_, rpc::call<Res>(transport_, "guichet.v1." + method, request, meta, std::chrono::seconds(10)));
    }
    // The value, or the end of the test with the refusal's words.
    template <class Res, class Req>
    Res expect(const std::string& caller, const std::string& method, Req request) {
        auto result = call<Res>(caller, method, std::move(request));
        if (!result) throw std::runtime_error(method + ": " + to_string(result.error()));
        return std::move(*result);
    }
    template <class Res, class Req>
    Status refused(const std::string& caller, const std::string& method, Req request) {
        auto result = call<Res>(caller, method, std::move(request));
        return result ? Status{} : result.error();
    }

    // Stored, and triaged by the running service.
    ConversationId complain(const std::string& thread, const std::string& text,
                            const std::string& channel = "shop", bool is_public = false);
    v1::Conversation read(const ConversationId& id);
    void wait_for(const std::function<bool()>& condition, const char* what);
    v1::Conversation claim(const std::string& agent, const ConversationId& id);
    v1::Delivery send(const std::string& agent, const v1::Conversation& conversation,
                      const std::string& text);
    // Redis holds the function library with one place changed; the text.
    std::string change_library(const std::string& what, const std::string& with);
    // What it holds now.
    std::string library();

    asio::io_context io_;
    RedisServer redis_;
    TempDir data_;
    config::Settings settings_;
    SystemClock clock_;
    SystemRandom random_;
    std::unique_ptr<redis::Client> client_ = redis_.client(io_);
    store::Store store_{*client_, random_, clock_, 2};
    store::Reads reads_{store_};
    access::Catalog catalog_{store_, clock_};
    access::Credentials credentials_{store_, clock_, random_};
    obs::Metrics metrics_;
    obs::Health health_;
    std::unique_ptr<runtime::Pool> pool_;
    std::unique_ptr<service::Context> context_;
    KnownPeople people_;
    rpc::Dispatcher dispatcher_{io_.get_executor(), people_, clock_};
    rpc::LocalTransport transport_{io_.get_executor(), dispatcher_};
    ObedientConnector connector_;
    channels::FormConnector form_;
    channels::Registry connectors_;
    std::unique_ptr<routing::Service> routing_;
    std::unique_ptr<reply::Service> reply_;
    std::unique_ptr<inbox::Service> inbox_;
    std::unique_ptr<escalation::Service> escalation_;
    const WorkspaceId kBrand{"w1"};
    int requests_ = 0;

  private:
    void put(const char* kind, const std::string& id, const google::protobuf::Message& document);
    void add_people();
};

}  // namespace guichet::test
