#pragma once
// The ingest service behind a real HTTP server on a real redis-server, with a workspace "main", the two
// forms, a custom channel "shop" and a browser of sorts.
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

#include "common/access/store_authenticator.hpp"
#include "common/channels/custom/custom_connector.hpp"
#include "common/channels/form/form_connector.hpp"
#include "common/http/client.hpp"
#include "common/http/server.hpp"
#include "common/rpc/local_transport.hpp"
#include "services/ingest/service.hpp"
#include "tests/support/redis_server.hpp"
#include "tests/support/temp_dir.hpp"
#include "tests/support/wait.hpp"

namespace guichet::test {

inline constexpr char kShopSecret[] = "0123456789abcdef0123";

struct Answer {
    int status = 0;
    std::string body;
    http::Headers headers;
    std::string location() const { return std::string(headers.get("location")); }
};

class IngestWorld : public ::testing::Test {
  protected:
    explicit IngestWorld(RedisServerOptions redis = {});
    ~IngestWorld() override;
    // Before the members of those who derive from it are gone: the service uses their connectors.
    void TearDown() override;

    template <class T>
    T expect(asio::awaitable<Result<T>> work) {
        auto result = run(io_, std::move(work));
        if (!result) throw std::runtime_error(to_string(result.error()));
        if constexpr (!std::is_void_v<T>) return std::move(*result);
    }
    void put_channel(const v1::Channel& channel) { put_channel(kMain, channel); }
    void put_channel(const WorkspaceId& workspace, const v1::Channel& channel);
    void put_agent(const std::string& id, const std::string& name);
    // A token of role `role` for `channels` (all of them when empty).
    std::string token(v1::Role role, std::vector<std::string> channels = {});

    // HTTP. Cookies are kept and sent to every path, unless `cookies` is off.
    Answer request(http::Method method, const std::string& path, std::string body = {},
                   http::Headers headers = {});
    Answer get(const std::string& path, http::Headers headers = {}) {
        return request(http::Method::get, path, {}, std::move(headers));
    }
    Answer post_form(const std::string& path, const http::Fields& fields);
    Answer post_webhook(const std::string& app, const std::string& body,
                        const std::string& secret = kShopSecret);
    std::string origin() const { return "http://127.0.0.1:" + std::to_string(server_->port()); }

    // The value of a hidden input.
    static std::string hidden(const std::string& html, const std::string& name);
    // What stands between two texts; fails when it is not there.
    static std::string between(const std::string& text, const std::string& from, const std::string& to);

    v1::Conversation conversation(const std::string& id) {
        return expect(reads_.conversation(kMain, ConversationId(id), "*"));
    }
    std::vector<v1::Message> messages(const std::string& id) {
        return expect(reads_.messages(kMain, ConversationId(id), 1, 1000));
    }
    // What Redis keeps of a workspace's payloads as they came, one behind the other.
    std::string raw_of(const WorkspaceId& workspace);
    // Of kMain.
    std::vector<std::string> conversation_ids();
    // Triaged, claimed, answered; the answer is held when `sent` is false.
    void answer(const std::string& conversation, const std::string& text, bool sent);
    std::int64_t dead_letters() { return dead_letters(kMain); }
    std::int64_t dead_letters(const WorkspaceId& workspace) {
        return expect(reads_.dead_letter_count(workspace));
    }
    double metric(const std::string& line_start) const;

    const WorkspaceId kMain{"main"};
    asio::io_context io_;
    TempDir dir_;
    RedisServer redis_;
    SystemClock clock_;
    SystemRandom random_;
    config::Settings settings_;
    obs::Metrics metrics_;
    obs::Health health_;
    runtime::Pool pool_{io_.get_executor(), "test", 2, 100};
    std::unique_ptr<redis::Client> redis_client_ = redis_.client(io_);
    store::Store store_{*redis_client_, random_, clock_};
    store::Reads reads_{store_};
    access::Catalog catalog_{store_, clock_};
    access::Credentials credentials_{store_, clock_, random_};
    access::StoreAuthenticator authenticator_{credentials_, catalog_, store_};
    std::unique_ptr<service::Context> context_;
    std::unique_ptr<http::Client> client_;
    std::unique_ptr<channels::CustomConnector> custom_;
    channels::FormConnector form_;
    channels::Registry connectors_;
    ingest::Options options_;
    std::unique_ptr<ingest::Service> service_;
    rpc::Dispatcher dispatcher_{io_.get_executor(), authenticator_, clock_};
    rpc::LocalTransport transport_{io_.get_executor(), dispatcher_};
    std::shared_ptr<http::Router> router_ = std::make_shared<http::Router>();
    std::unique_ptr<http::Server> server_;
    std::map<std::string, std::string> cookies_;
    bool send_cookies_ = true;
    int deliveries_ = 0;
};

}  // namespace guichet::test
