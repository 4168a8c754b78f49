#include <algorithm>

#include "common/channels/facebook/gap_fill.hpp"
#include "tests/integration/channels/facebook_world.hpp"

namespace guichet::channels::facebook {
namespace {

class FacebookPull : public FacebookWorld {
  protected:
    // What webhooks told so far, as the connector reads them; the page's posts are no events.
    Events told() {
        auto events = connector_->parse(channel_, platform_->pack(platform_->told()).body);
        if (!events) throw std::runtime_error(to_string(events.error()));
        return std::move(*events);
    }
    static std::vector<std::string> ids(const Events& events) {
        std::vector<std::string> ids;
        for (const auto& event : events) ids.push_back(event.message.external_id());
        std::sort(ids.begin(), ids.end());
        return ids;
    }
    std::string now() const { return std::to_string(clock_.now()); }
};

TEST_F(FacebookPull, BeginsNow) {
    platform_->comment("Anna", "before");
    const auto first = pull("");
    ASSERT_TRUE(first);
    EXPECT_TRUE(first->events.empty());
    EXPECT_EQ(first->cursor, now());
    EXPECT_EQ(first->wait, 300s);
    EXPECT_TRUE(platform_->graph().requests().empty());
}

TEST_F(FacebookPull, BringsWhatWebhooksWouldHaveToldWithTheSameIdsAndThreads) {
    const auto cursor = now();
    clock_.advance(1s);
    const auto root = platform_->comment("Anna", "It broke");
    clock_.advance(1s);
    platform_->comment("Ben", "Mine too", root.id);
    platform_->comment("", "We are sorry", root.id);
    platform_->message("Anna", "Hello");
    platform_->page().send(psid("Anna"), "Hello Anna", "", 0);
    const auto pulled = pull(cursor);
    ASSERT_TRUE(pulled) << pulled.error().message;
    const auto expected = told();
    ASSERT_EQ(pulled->events.size(), 5u);
    EXPECT_EQ(ids(pulled->events), ids(expected));
    EXPECT_EQ(pulled->events[0].message.external_id(), root.id) << "the oldest first";
    for (const auto& event : pulled->events) {
        const auto same = std::find_if(expected.begin(), expected.end(), [&](const Event& other) {
            return other.message.external_id() == event.message.external_id();
        });
        ASSERT_NE(same, expected.end());
        EXPECT_EQ(event.kind, same->kind);
        EXPECT_EQ(event.account, same->account);
        EXPECT_EQ(event.message.thread(), same->message.thread());
        EXPECT_EQ(event.message.parent_thread(), same->message.parent_thread());
        EXPECT_EQ(event.message.reply_to(), same->message.reply_to());
        EXPECT_EQ(event.message.text(), same->message.text());
        EXPECT_EQ(event.message.visibility(), same->message.visibility());
        EXPECT_EQ(event.message.author().external_id(), same->message.author().external_id());
        EXPECT_EQ(event.message.created_at().seconds(), same->message.created_at().seconds());
        EXPECT_EQ(event.message.among_customers(), same->message.among_customers());
    }
    EXPECT_EQ(pulled->cursor, std::to_string(clock_.now() / 1000 * 1000)) << "Graph tells whole seconds";
    EXPECT_FALSE(pulled->more);
}

TEST_F(FacebookPull, AsksForNothingOlderThanItHas) {
    platform_->comment("Anna", "old");
    platform_->message("Anna", "old");
    clock_.advance(10min);
    const auto cursor = now();
    EXPECT_TRUE(pull(cursor)->events.empty());
    EXPECT_EQ(pull(cursor)->cursor, cursor);
    const auto news = platform_->comment("Anna", "new");
    const auto pulled = pull(cursor);
    ASSERT_EQ(pulled->events.size(), 1u);
    EXPECT_EQ(pulled->events[0].message.external_id(), news.id);
    EXPECT_EQ(pull(pulled->cursor)->events.size(), 1u) << "what is near the cursor comes again, harmlessly";
}

TEST_F(FacebookPull, ReadsOnThroughPosts) {
    const auto cursor = now();
    for (int i = 0; i < 30; ++i) {
        platform_->page().post("post");
        platform_->comment("Anna", "below");
    }
    EXPECT_EQ(pull(cursor)->events.size(), 30u);
}

TEST_F(FacebookPull, ReadsOnThroughCommentsAndMessages) {
    const auto cursor = now();
    for (int i = 0; i < 120; ++i) platform_->comment("Anna", "below");
    for (int i = 0; i < 60; ++i) platform_->message("Anna", "hello");
    EXPECT_EQ(ids(pull(cursor)->events), ids(told()));
}

// The parameter: how far apart each nine comments are.
class ManyNews : public FacebookPull, public ::testing::WithParamInterface<std::chrono::seconds> {};

TEST_P(ManyNews, ComeInPagesAndComeToAnEnd) {
    auto cursor = now();
    clock_.advance(1s);
    for (int i = 0; i < 20; ++i) {
        platform_->page().post("post");
        for (int j = 0; j < 7; ++j) {
            clock_.advance(GetParam());
            for (int k = 0; k < 9; ++k) platform_->comment("Anna", "below");
        }
    }
    Events all;
    bool more = true;
    for (int page = 0; page < 10 && more; ++page) {
        auto pulled = pull(cursor);
        ASSERT_TRUE(pulled);
        all.insert(all.end(), pulled->events.begin(), pulled->events.end());
        cursor = pulled->cursor;
        more = pulled->more;
    }
    EXPECT_FALSE(more);
    auto seen = ids(all);
    seen.erase(std::unique(seen.begin(), seen.end()), seen.end());
    EXPECT_EQ(seen, ids(told()));
    EXPECT_GT(seen.size(), 2 * kMaxPulled);
}

// A quiet page, a storm of comments, and all of them in one second.
INSTANTIATE_TEST_SUITE_P(FacebookPull, ManyNews, ::testing::Values(31s, 1s, 0s));

TEST_F(FacebookPull, AFailureKeepsTheCursor) {
    const auto cursor = now();
    clock_.advance(1s);
    platform_->comment("Anna", "It broke");
    platform_->faults().script(Fault::server_error().for_reads());
    EXPECT_EQ(pull(cursor).error().code, Code::unavailable);
    auto later = Fault::slow(0ms).for_reads();
    platform_->faults().script(later);
    platform_->faults().script(Fault::server_error().for_reads());
    const auto half = pull(cursor);
    ASSERT_TRUE(half) << "the comments are worth storing";
    EXPECT_EQ(half->events.size(), 1u);
    EXPECT_EQ(half->cursor, cursor);
    EXPECT_EQ(pull(cursor)->events.size(), 1u);
}

TEST_F(FacebookPull, SaysWhenThePageMustSignInAnew) {
    platform_->graph().set_access_token("EAAnew");
    EXPECT_EQ(pull(now()).error().code, Code::unauthenticated);
    channel_.mutable_secrets()->erase("page_token");
    EXPECT_EQ(pull(now()).error().code, Code::unauthenticated);
}

TEST_F(FacebookPull, WithoutTheRightToReadMessagesCommentsStillCome) {
    const auto cursor = now();
    platform_->comment("Anna", "It broke");
    platform_->faults().script(Fault::slow(0ms).for_reads());
    auto denied = Fault::server_error(403).for_reads();
    denied.code = 10;
    platform_->faults().script(denied);
    const auto pulled = pull(cursor);
    ASSERT_TRUE(pulled) << pulled.error().message;
    EXPECT_EQ(pulled->events.size(), 1u);
}

TEST_F(FacebookPull, WaitsWhileItIsHeldBack) {
    platform_->faults().script(Fault::throttled(120s).for_reads());
    EXPECT_EQ(pull(now()).error().code, Code::unavailable);
    const auto held = pull(now());
    ASSERT_TRUE(held);
    EXPECT_EQ(held->wait, 120s);
    EXPECT_EQ(held->cursor, now());
    EXPECT_FALSE(pull("yesterday"));
}

}  // namespace
}  // namespace guichet::channels::facebook
