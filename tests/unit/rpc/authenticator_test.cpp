#include "common/rpc/authenticator.hpp"

#include "common/rpc/wakeup.hpp"
#include "tests/support/rpc_world.hpp"

namespace guichet::rpc {
namespace {

using test::run;

struct CachingAuthenticatorTest : testing::Test {
    CachingAuthenticatorTest() { inner.add("t1", "a1", {}); }
    Result<Caller> ask(CachingAuthenticator& cache, const std::string& bearer) {
        return run(io, cache.authenticate(bearer));
    }

    asio::io_context io;
    ManualClock clock;
    test::FakeAuthenticator inner;
};

TEST_F(CachingAuthenticatorTest, AsksOnceWithinTheTtl) {
    CachingAuthenticator cache(inner, clock);
    EXPECT_EQ(ask(cache, "t1")->actor, "a1");
    clock.advance(std::chrono::milliseconds(2'999));
    EXPECT_EQ(ask(cache, "t1")->actor, "a1");
    EXPECT_EQ(inner.asked, 1);
    clock.advance(std::chrono::milliseconds(1));
    ask(cache, "t1").value();
    EXPECT_EQ(inner.asked, 2);
}

TEST_F(CachingAuthenticatorTest, ForgetsUnknownCredentialsSooner) {
    CachingAuthenticator cache(inner, clock);
    EXPECT_EQ(ask(cache, "bad").error().code, Code::unauthenticated);
    EXPECT_EQ(ask(cache, "bad").error().code, Code::unauthenticated);
    EXPECT_EQ(inner.asked, 1);
    clock.advance(std::chrono::milliseconds(500));
    EXPECT_EQ(ask(cache, "bad").error().code, Code::unauthenticated);
    EXPECT_EQ(inner.asked, 2);
}

TEST_F(CachingAuthenticatorTest, DropsTheLeastRecentlyUsed) {
    AuthenticationCacheOptions options;
    options.capacity = 2;
    CachingAuthenticator cache(inner, clock, options);
    inner.add("t2", "a2", {});
    inner.add("t3", "a3", {});
    ask(cache, "t1").value();
    ask(cache, "t2").value();
    ask(cache, "t1").value();
    ask(cache, "t3").value();
    EXPECT_EQ(cache.size(), 2u);
    EXPECT_EQ(inner.asked, 3);
    ask(cache, "t1").value();
    EXPECT_EQ(inner.asked, 3) << "t1 was used after t2";
    ask(cache, "t2").value();
    EXPECT_EQ(inner.asked, 4);
}

TEST_F(CachingAuthenticatorTest, InvalidationForgetsAtOnce) {
    CachingAuthenticator cache(inner, clock);
    ask(cache, "t1").value();
    inner.callers.clear();
    EXPECT_TRUE(ask(cache, "t1"));
    cache.invalidate_all();
    EXPECT_FALSE(ask(cache, "t1"));
}

class SlowAuthenticator final : public Authenticator {
  public:
    explicit SlowAuthenticator(asio::io_context& io) : gate(io.get_executor()) {}
    asio::awaitable<Result<Caller>> authenticate(std::string bearer) override {
        ++asked;
        if (failing) co_return unavailable("the store is away");
        Caller caller;
        caller.actor = bearer;
        while (closed) co_await gate.wait();
        co_return caller;
    }

    Wakeup gate;
    bool closed = true;
    bool failing = false;
    int asked = 0;
};

TEST_F(CachingAuthenticatorTest, AnAnswerFromBeforeTheInvalidationIsNotKept) {
    SlowAuthenticator slow(io);
    CachingAuthenticator cache(slow, clock);
    bool answered = false;
    asio::co_spawn(io, cache.authenticate("t1"),
                   [&](std::exception_ptr, Result<Caller>) { answered = true; });
    ASSERT_TRUE(test::run_until(io, [&] { return slow.asked == 1; }));
    cache.invalidate_all();
    slow.closed = false;
    slow.gate.notify();
    ASSERT_TRUE(test::run_until(io, [&] { return answered; }));
    EXPECT_EQ(cache.size(), 0u);
}

TEST_F(CachingAuthenticatorTest, AnOutageIsNotRemembered) {
    SlowAuthenticator store(io);
    store.failing = true;
    CachingAuthenticator cache(store, clock);
    EXPECT_EQ(ask(cache, "t1").error().code, Code::unavailable);
    store.failing = false;
    store.closed = false;
    EXPECT_TRUE(ask(cache, "t1"));
}

}  // namespace
}  // namespace guichet::rpc
