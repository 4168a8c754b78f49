#include "services/demo/platform/control.hpp"

#include <set>

#include "tests/integration/platform/world.hpp"

namespace guichet::stand_in {
namespace {

using Texts = std::vector<std::string>;

// The stand-in with its strings, and an app that subscribed to it.
class Controlled : public ::testing::Test {
  protected:
    Controlled() {
        http::ClientOptions options;
        options.allowed_networks = *http::CidrSet::parse({"127.0.0.0/8"});
        client_ = *http::Client::create(io_, clock_, std::move(options));
        auto router = std::make_shared<http::Router>();
        const auto take = [this](http::Request request) { return receive(std::move(request)); };
        router->post("/hook", take);
        router->get("/hook", take);
        http::ServerOptions server;
        server.listeners.push_back({});
        app_ = std::make_unique<http::Server>(io_, clock_, random_, std::move(server), router);
        if (!app_->start()) throw std::runtime_error("no server");
    }

    asio::awaitable<http::Response> receive(http::Request request) {
        if (request.method == http::Method::get) {
            const bool known = request.query_param("hub.verify_token") == ControlOptions().verify_token;
            co_return http::Response::text(known ? 200 : 403,
                                           request.query_param("hub.challenge").value_or(""));
        }
        const auto expected = sign(request.body, GraphOptions().app_secret);
        if (request.headers.get(kHubSignature) != expected.headers.get(kHubSignature)) ++forged_;
        bodies_.push_back(request.body);
        co_return http::Response::empty(static_cast<int>(bodies_.size()) <= refuse_ ? 503 : 200);
    }
    http::ClientResult ask(http::Method method, const std::string& what, const json::object& in = {}) {
        return ask_at("/_control/" + what, method, in);
    }
    http::ClientResult ask_at(const std::string& path, http::Method method, const json::object& in = {}) {
        http::ClientRequest request;
        request.method = method;
        request.url = platform_.url() + path;
        if (method == http::Method::post) request.body = json::serialize(in);
        return run(io_, client_->request(std::move(request), 5s));
    }
    json::object post(const std::string& what, const json::object& in = {}) {
        const auto result = ask(http::Method::post, what, in);
        if (result.status != 200) throw std::runtime_error(result.body + to_string(result.error));
        return json::parse(result.body).as_object();
    }
    json::object get(const std::string& what) {
        return json::parse(ask(http::Method::get, what).body).as_object();
    }
    void subscribe() {
        post("subscribe", {{"url", "http://127.0.0.1:" + std::to_string(app_->port()) + "/hook"}});
    }
    bool delivered(std::size_t count) {
        return wait_until(io_, [&] { return courier_.delivered() >= count && courier_.waiting() == 0; });
    }
    // The texts of every update that came, in the order they came.
    Texts texts() const {
        Texts found;
        for (const auto& body : bodies_) {
            const auto parsed = json::parse(body);
            for (const auto& entry : parsed.at("entry").as_array()) {
                const auto& value = entry.at("changes").at(0).at("value");
                found.emplace_back(value.at("message").as_string());
            }
        }
        return found;
    }

    asio::io_context io_;
    ManualClock clock_{1'800'000'000'000};
    SeededRandom random_{7};
    std::unique_ptr<http::Client> client_;
    Courier courier_{io_, clock_, GraphOptions().app_secret};
    Platform platform_{
        io_, clock_, random_, {}, [this](http::Router& router, const std::shared_ptr<Graph>& graph) {
            ControlOptions options;
            options.advance = [this](std::chrono::milliseconds by) { clock_.advance(by); };
            register_control(router, graph, courier_, options);
        }};
    std::unique_ptr<http::Server> app_;
    std::vector<std::string> bodies_;
    int refuse_ = 0;
    int forged_ = 0;
};

TEST_F(Controlled, DeliversSignedWebhooksInOrder) {
    post("post", {{"text", "New!"}});
    subscribe();
    const auto said = post("comment", {{"author", "Anna"}, {"text", "Déçue"}});
    post("comment", {{"author", "Berta"}, {"text", "Me too"}, {"parent", said.at("id")}});
    EXPECT_TRUE(delivered(3));
    EXPECT_EQ(texts(), (Texts{"New!", "Déçue", "Me too"}));
    EXPECT_EQ(forged_, 0);
    EXPECT_EQ(bodies_.at(1), std::string(said.at("body").as_string()));
    EXPECT_EQ(said.at("author").as_string(), platform_.page().person("Anna").id);
}

TEST_F(Controlled, DeliversAgainWhatWasRefused) {
    refuse_ = 2;
    subscribe();
    post("post", {{"text", "New!"}});
    EXPECT_TRUE(delivered(1));
    EXPECT_EQ(courier_.refused(), 2u);
    EXPECT_EQ(texts(), (Texts{"New!", "New!", "New!"}));
}

TEST_F(Controlled, DuplicatesReordersAndBatchesOnDemand) {
    post("settings", {{"hold", true}, {"copies", 2}, {"shuffle", 5}, {"seed", 3}});
    subscribe();
    for (int i = 0; i < 10; ++i) post("post", {{"text", std::to_string(i)}});
    EXPECT_EQ(get("state").at("waiting").as_int64(), 10);
    post("settings", {{"hold", false}});
    EXPECT_TRUE(delivered(20));
    const auto all = texts();
    ASSERT_EQ(all.size(), 20u);
    EXPECT_EQ(std::set<std::string>(all.begin(), all.end()).size(), 10u);
    EXPECT_FALSE(std::is_sorted(all.begin(), all.end()));

    bodies_.clear();
    post("settings", {{"hold", true}, {"copies", 1}, {"shuffle", 1}, {"batch", 4}});
    for (int i = 0; i < 10; ++i) post("post", {{"text", std::to_string(i)}});
    post("settings", {{"hold", false}});
    EXPECT_TRUE(delivered(23));
    EXPECT_EQ(bodies_.size(), 3u);
    EXPECT_EQ(texts(), (Texts{"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"}));
}

TEST_F(Controlled, AnAddressThatRefusesTheHandshakeIsNotSubscribed) {
    const auto refused = ask(http::Method::post, "subscribe", {{"url", platform_.url() + "/nothing"}});
    EXPECT_EQ(refused.status, 400) << refused.body;
}

TEST_F(Controlled, PullsTheOtherStrings) {
    const auto said = post("message", {{"author", "Anna"}, {"text", "Hello"}});
    post("edit", {{"id", said.at("id")}, {"text", "Hello!"}});
    EXPECT_EQ(platform_.told().back().at("messaging").at(0).at("message_edit").at("num_edit").as_int64(), 1);
    post("remove", {{"id", said.at("id")}});
    const auto comment = post("comment", {{"author", "Anna"}, {"text", "It broke"}}).at("id");
    post("hide", {{"id", comment}});
    post("block", {{"author", "Anna"}});
    EXPECT_TRUE(platform_.page().person("Anna").blocks_page);
    post("fault", {{"kind", "throttled"}, {"times", 3}, {"after_s", 60}});
    post("fault", {{"kind", "refuse"}, {"status", 403}, {"code", 200}, {"on", "reads"}});
    EXPECT_EQ(platform_.faults().left(), 4u);
    EXPECT_EQ(platform_.faults().next(false).code, 200);
    post("calm");
    EXPECT_EQ(get("state").at("faults").as_int64(), 0);
    post("chaos", {{"seed", 1}, {"probability", 1.0}, {"kinds", json::array{"cut_after"}}});
    EXPECT_EQ(platform_.faults().next(true).kind, Fault::Kind::cut_after);
    const auto before = clock_.now();
    post("clock", {{"advance_ms", 5'000}});
    EXPECT_EQ(clock_.now(), before + 5'000);
    post("settings", {{"access_token", "new"}, {"visibility_lag_ms", 7}, {"latency_ms", 1}});
    EXPECT_EQ(platform_.graph().options().access_token, "new");
    platform_.page().answer_comment(std::string(comment.as_string()), "Sorry", 0);
    EXPECT_EQ(get("published").at("published").at(0).at("text").as_string(), "Sorry");
    EXPECT_TRUE(get("requests").at("requests").as_array().empty()) << "strings are no requests to Graph";
}

TEST_F(Controlled, KeepsAPictureUntilItIsTakenAway) {
    const auto path = post("picture", {{"name", "cat"}, {"base64", "aGVsbG8="}}).at("path");
    EXPECT_EQ(path.as_string(), "/_pictures/cat");
    const auto photo = platform_.url() + std::string(path.as_string());
    post("comment", {{"author", "Anna"}, {"text", "It broke"}, {"photo", photo}});
    const auto& value = platform_.told().back().at("changes").at(0).at("value");
    EXPECT_EQ(value.at("photo").as_string(), photo);
    EXPECT_EQ(ask_at("/_pictures/cat", http::Method::get).body, "hello");
    post("picture", {{"name", "cat"}});
    EXPECT_EQ(ask_at("/_pictures/cat", http::Method::get).status, 403);
}

TEST_F(Controlled, SaysWhatIsWrong) {
    EXPECT_EQ(ask(http::Method::post, "comment", {{"author", "Anna"}}).status, 400);
    EXPECT_EQ(ask(http::Method::post, "comment", {{"text", "x"}, {"parent", "12"}}).status, 400);
    EXPECT_EQ(ask(http::Method::post, "fault", {{"kind", "lightning"}}).status, 400);
    EXPECT_EQ(ask(http::Method::post, "remove", {{"id", "12"}}).status, 400);
    EXPECT_EQ(ask(http::Method::post, "chaos").status, 400);
}

}  // namespace
}  // namespace guichet::stand_in
