// The door closes before Redis is full, and opens again.
#include "tests/integration/ingest/ingest_world.hpp"

namespace guichet::test {
namespace {

struct Nearly : IngestWorld {
    Nearly() : IngestWorld({"no", {"--maxmemory", "64mb", "--maxmemory-policy", "noeviction"}, {}, {}}) {}
    void set_limit(const std::string& limit) {
        ASSERT_TRUE(run(io_, redis_client_->call(redis::Command("CONFIG", "SET", "maxmemory", limit))));
    }
    int post(const std::string& id) {
        return post_webhook("shop",
                            R"({"externalId":")" + id + R"(","author":{"externalId":"a"},"text":"hello"})")
            .status;
    }
};

TEST_F(Nearly, FullMeansNotNowAndNothingIsLost) {
    ASSERT_EQ(post("e1"), 200);
    // Less than what is used already.
    set_limit("1500kb");
    int next = 2;
    ASSERT_TRUE(wait_until([&] { return post("e" + std::to_string(next++)) == 503; }));
    set_limit("64mb");
    ASSERT_TRUE(wait_until([&] { return post("again") == 200; }));
}

TEST_F(Nearly, TheRefusalSaysWhyAndReadyzShowsIt) {
    set_limit("1500kb");
    ASSERT_TRUE(wait_until([&] {
        return context_->health.readyz().json.find("Redis uses") != std::string::npos || post("x") == 0;
    }));
    const auto answer =
        post_webhook("shop", R"({"externalId":"y","author":{"externalId":"a"},"text":"hello"})");
    EXPECT_EQ(answer.status, 503);
    EXPECT_FALSE(answer.headers.get("retry-after").empty());
}

}  // namespace
}  // namespace guichet::test
