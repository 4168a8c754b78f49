// Asking the platform for news, where it can be asked: what webhooks lost is found, and is the same.
#include "tests/integration/conformance/fixture.hpp"

namespace guichet::test::conformance {
namespace {

using stand_in::Fault;
constexpr int kMostPulls = 50;

class Asked : public Connectors {
  protected:
    Result<channels::Pulled> pull(const std::string& cursor) {
        return run(io_, connector().pull(subject_->channel(), cursor, 5s));
    }
    // Everything since `cursor`, which moves on.
    channels::Events all_since(std::string& cursor) {
        channels::Events events;
        for (int i = 0; i < kMostPulls; ++i) {
            auto pulled = pull(cursor);
            if (!pulled) throw std::runtime_error(to_string(pulled.error()));
            cursor = pulled->cursor;
            for (auto& event : pulled->events) events.push_back(std::move(event));
            if (!pulled->more) return events;
        }
        throw std::runtime_error("there was always more");
    }
    const channels::Event* find(const channels::Events& events, const std::string& id) {
        for (const auto& event : events) {
            if (event.message.external_id() == id) return &event;
        }
        return nullptr;
    }
};

TEST_P(Asked, FindsWhatNoWebhookTold) {
    std::string cursor;
    all_since(cursor);
    EXPECT_FALSE(cursor.empty());
    std::vector<channels::Event> told;
    for (int i = 0; i < 60; ++i) {
        clock_.advance(2s);
        told.push_back(only(*subject_->say("Message " + std::to_string(i))));
    }
    clock_.advance(60s);
    const auto found = all_since(cursor);
    for (const auto& one : told) {
        const auto* same = find(found, one.message.external_id());
        ASSERT_NE(same, nullptr) << one.message.text();
        EXPECT_EQ(same->kind, channels::Event::Kind::message);
        EXPECT_EQ(same->account, one.account);
        EXPECT_EQ(same->message.thread(), one.message.thread());
        EXPECT_EQ(same->message.text(), one.message.text());
        EXPECT_EQ(same->message.author().external_id(), one.message.author().external_id());
        EXPECT_EQ(same->message.visibility(), one.message.visibility());
    }
}

TEST_P(Asked, TheBrandsOwnWordsAreNotACustomers) {
    std::string cursor;
    all_since(cursor);
    clock_.advance(5s);
    ASSERT_EQ(send(subject_->answer("Sorry")).kind, channels::Outcome::Kind::sent);
    clock_.advance(60s);
    for (const auto& event : all_since(cursor)) {
        const bool own = event.message.text() == "Sorry";
        EXPECT_EQ(event.kind == channels::Event::Kind::own, own) << event.message.text();
    }
}

TEST_P(Asked, KeepsItsPlaceWhenThePlatformFails) {
    std::string cursor;
    all_since(cursor);
    clock_.advance(5s);
    const auto told = only(*subject_->say("It broke"));
    clock_.advance(60s);
    subject_->faults().script(Fault::server_error().for_reads(), 20);
    EXPECT_FALSE(pull(cursor));
    subject_->faults().clear();
    subject_->faults().script(Fault::expired_token().for_reads(), 20);
    const auto expired = pull(cursor);
    ASSERT_FALSE(expired);
    EXPECT_EQ(expired.error().code, Code::unauthenticated);
    subject_->faults().clear();
    EXPECT_NE(find(all_since(cursor), told.message.external_id()), nullptr);
}

TEST_P(Asked, WhatIsCutInTheMiddleIsTakenWholeTheNextTime) {
    std::string cursor;
    all_since(cursor);
    clock_.advance(5s);
    const auto told = only(*subject_->say("It broke"));
    clock_.advance(60s);
    subject_->cut_next_read();
    EXPECT_FALSE(pull(cursor));
    const auto found = all_since(cursor);
    const auto* same = find(found, told.message.external_id());
    ASSERT_NE(same, nullptr);
    EXPECT_EQ(same->message.text(), told.message.text());
}

TEST_P(Asked, APlaceThatMeansNothingAnyMoreLosesNothing) {
    std::string cursor;
    all_since(cursor);
    clock_.advance(5s);
    const auto told = only(*subject_->say("It broke"));
    clock_.advance(60s);
    subject_->forget_places();
    EXPECT_NE(find(all_since(cursor), told.message.external_id()), nullptr);
}

INSTANTIATE_TEST_SUITE_P(Channels, Asked, ::testing::ValuesIn(kinds_that(&Kind::pulls)), kind_name);

}  // namespace
}  // namespace guichet::test::conformance
