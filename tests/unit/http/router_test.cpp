#include "common/http/router.hpp"

#include <stdexcept>

#include <gtest/gtest.h>

namespace guichet::http {
namespace {

asio::awaitable<Response> nothing(Request) {
    co_return Response::empty();
}
asio::awaitable<void> no_socket(Request, std::shared_ptr<WebSocket>) {
    co_return;
}

class Routes : public testing::Test {
  protected:
    Routes() {
        router.get("/", nothing);
        router.get("/*", nothing);
        router.get("/f/{form}", nothing);
        router.post("/f/{form}", nothing);
        router.get("/f/complaint", nothing);
        router.post("/{service}/{method}", nothing);
        router.post("/webhooks/{platform}/{app}", nothing);
        router.get("/assets/*", nothing);
        router.websocket("/v1/watch", no_socket);
    }
    std::string pattern(Method method, std::string_view path) {
        const auto match = router.match(method, path);
        return match.route ? match.route->pattern : std::to_string(match.status) + match.allow;
    }
    Router router;
};

TEST_F(Routes, TheMostSpecificWins) {
    EXPECT_EQ(pattern(Method::get, "/"), "/");
    EXPECT_EQ(pattern(Method::get, "/f/complaint"), "/f/complaint");
    EXPECT_EQ(pattern(Method::get, "/f/contact"), "/f/{form}");
    EXPECT_EQ(pattern(Method::post, "/f/complaint"), "/f/{form}");
    EXPECT_EQ(pattern(Method::post, "/webhooks/facebook/main"), "/webhooks/{platform}/{app}");
    EXPECT_EQ(pattern(Method::post, "/guichet.v1.InboxService/Stats"), "/{service}/{method}");
    EXPECT_EQ(pattern(Method::get, "/conversations/1"), "/*");
    EXPECT_EQ(pattern(Method::head, "/assets/a/b.js"), "/assets/*");
    EXPECT_EQ(pattern(Method::get, "/assets/"), "/assets/*");
    EXPECT_EQ(pattern(Method::get, "/v1/watch"), "/v1/watch");
}

TEST_F(Routes, TellsWhatIsMissing) {
    EXPECT_EQ(pattern(Method::put, "/f/contact"), "405GET, HEAD, POST");
    EXPECT_EQ(pattern(Method::other, "/"), "405GET, HEAD");
    Router small;
    small.post("/a", nothing);
    EXPECT_EQ(small.match(Method::get, "/b").status, 404);
    EXPECT_EQ(small.match(Method::get, "/a/").status, 404);
    EXPECT_EQ(small.match(Method::get, "/a").allow, "POST");
}

TEST_F(Routes, ValuesAreDecodedAfterTheSplit) {
    const auto match = router.match(Method::post, "/webhooks/face%2Fbook/%C3%BC");
    ASSERT_TRUE(match.route);
    EXPECT_EQ(find_field(match.params, "platform"), "face/book");
    EXPECT_EQ(find_field(match.params, "app"), "ü");
    EXPECT_EQ(find_field(router.match(Method::get, "/assets/a/b.js").params, "*"), "a/b.js");
    EXPECT_EQ(find_field(router.match(Method::get, "/assets").params, "*"), "");
}

TEST_F(Routes, PathsCannotClimb) {
    for (const char* path :
         {"/assets/../x", "/assets/%2e%2e/x", "/assets/.", "/assets/a%00b", "/assets/%zz", "x", ""}) {
        EXPECT_EQ(pattern(Method::get, path), "400") << path;
    }
}

TEST_F(Routes, ParametersAreNotEmpty) {
    EXPECT_EQ(pattern(Method::post, "/f/"), "405GET, HEAD");
}

TEST_F(Routes, MistakesAreBugs) {
    EXPECT_THROW(router.get("/", nothing), std::logic_error);
    EXPECT_THROW(router.get("x", nothing), std::logic_error);
    EXPECT_THROW(router.get("/a*/b", nothing), std::logic_error);
    EXPECT_THROW(router.get("/*/b", nothing), std::logic_error);
    EXPECT_THROW(router.add(Method::put, "/f/{other}", nothing), std::logic_error);
}

}  // namespace
}  // namespace guichet::http
