#include "services/inbox/desk_service.hpp"
#include "tests/integration/services/windowed.hpp"

namespace guichet::test {
namespace {

class DeskServiceTest : public ServicesTest {
  protected:
    DeskServiceTest() {
        connectors_.add(windowed_);
        service_.register_rpcs(dispatcher_);
    }
    ~DeskServiceTest() override { connectors_.add(connector_); }
    v1::ListDeliveriesResponse deliveries(const std::string& caller, v1::DeliveryState state,
                                          bool mine = false) {
        v1::ListDeliveriesRequest request;
        request.add_states(state);
        request.set_mine(mine);
        return expect<v1::ListDeliveriesResponse>(caller, "DeskService/ListDeliveries", request);
    }
    v1::Delivery failed(const std::string& agent, const v1::Conversation& conversation) {
        connector_.next = {channels::Outcome::Kind::permanent, "", "blocked by the customer", {}};
        auto delivery = send(agent, conversation, "We look into it.");
        wait_for(
            [&] {
                return run(io_, reads_.delivery(kBrand, DeliveryId(delivery.id())))->state() ==
                       v1::DELIVERY_STATE_FAILED;
            },
            "the refusal");
        return delivery;
    }
    v1::Conversation owned(const std::string& agent, const std::string& thread,
                           const std::string& channel = "shop", bool is_public = false) {
        return claim(agent, complain(thread, "I complain, this is a scandal.", channel, is_public));
    }
    void note(const std::string& agent, const std::string& conversation, const std::string& mentioned) {
        v1::AddNoteRequest request;
        request.set_conversation(conversation);
        request.set_text("What do you think?");
        request.add_mentions(mentioned);
        expect<v1::AddNoteResponse>(agent, "ReplyService/AddNote", request);
    }
    v1::ListMentionsResponse mentions(const std::string& agent, bool unread = false) {
        v1::ListMentionsRequest request;
        request.set_unread_only(unread);
        return expect<v1::ListMentionsResponse>(agent, "DeskService/ListMentions", request);
    }
    v1::AttendResponse attend(const std::string& agent, const std::string& conversation,
                              v1::Attention attention) {
        v1::AttendRequest request;
        request.set_conversation(conversation);
        request.set_attention(attention);
        return expect<v1::AttendResponse>(agent, "DeskService/Attend", request);
    }
    v1::GetBoardResponse board(const std::string& agent) {
        v1::GetBoardRequest request;
        request.mutable_deadline_within()->set_seconds(86'400);
        return expect<v1::GetBoardResponse>(agent, "DeskService/GetBoard", request);
    }
    v1::ListAtRiskResponse at_risk(const std::string& agent, v1::Risk risk, int page_size = 0,
                                   const std::string& cursor = {}) {
        v1::ListAtRiskRequest request;
        request.set_risk(risk);
        request.mutable_within()->set_seconds(86'400);
        request.set_page_size(page_size);
        request.set_cursor(cursor);
        return expect<v1::ListAtRiskResponse>(agent, "DeskService/ListAtRisk", request);
    }

    WindowedConnector windowed_{connector_};
    inbox::DeskService service_{*context_, connectors_};
};

TEST_F(DeskServiceTest, WhatDidNotArriveIsListedForWhoMaySeeItAndSettledFromThere) {
    const auto mine = owned("bob", "t1");
    const auto delivery = failed("bob", mine);
    const auto listed = deliveries("eve", v1::DELIVERY_STATE_FAILED);
    ASSERT_EQ(listed.deliveries_size(), 1);
    EXPECT_EQ(listed.deliveries(0).delivery().id(), delivery.id());
    EXPECT_EQ(listed.deliveries(0).delivery().error(), "blocked by the customer");
    EXPECT_EQ(listed.deliveries(0).conversation().contact_name(), "Anna");
    EXPECT_TRUE(listed.deliveries(0).conversation().epoch().empty()) << "the owner's token is the owner's";
    EXPECT_EQ(deliveries("eve", v1::DELIVERY_STATE_FAILED, true).deliveries_size(), 0);
    EXPECT_EQ(deliveries("bob", v1::DELIVERY_STATE_FAILED, true).deliveries_size(), 1);
    EXPECT_EQ(deliveries("agency", v1::DELIVERY_STATE_FAILED).deliveries_size(), 0);
    v1::SettleRequest settled;
    settled.set_delivery(delivery.id());
    settled.set_settlement(v1::SETTLEMENT_CANCEL);
    expect<v1::SettleResponse>("eve", "ReplyService/Settle", settled);
    EXPECT_EQ(deliveries("eve", v1::DELIVERY_STATE_FAILED).deliveries_size(), 0);
}

TEST_F(DeskServiceTest, DeliveriesGoOnWhereThePageEnded) {
    for (int i = 0; i < 3; ++i) failed("bob", owned("bob", "t" + std::to_string(i)));
    v1::ListDeliveriesRequest request;
    request.set_page_size(2);
    const auto first = expect<v1::ListDeliveriesResponse>("bob", "DeskService/ListDeliveries", request);
    ASSERT_EQ(first.deliveries_size(), 2);
    ASSERT_FALSE(first.next_cursor().empty());
    request.set_cursor(first.next_cursor());
    const auto second = expect<v1::ListDeliveriesResponse>("bob", "DeskService/ListDeliveries", request);
    ASSERT_EQ(second.deliveries_size(), 1);
    EXPECT_TRUE(second.next_cursor().empty());
    request.set_cursor("nonsense");
    EXPECT_EQ(refused<v1::ListDeliveriesResponse>("bob", "DeskService/ListDeliveries", request).field,
              "cursor");
    request.clear_cursor();
    request.add_states(v1::DELIVERY_STATE_SENT);
    EXPECT_EQ(refused<v1::ListDeliveriesResponse>("bob", "DeskService/ListDeliveries", request).field,
              "states");
}

TEST_F(DeskServiceTest, WhoIsNamedInANoteFindsItUntilHeHasReadIt) {
    const auto first = complain("t1", "I complain, this is a scandal.").str();
    const auto second = complain("t2", "I complain, this is a scandal.").str();
    note("bob", first, "eve");
    note("bob", second, "eve");
    const auto hers = mentions("eve");
    ASSERT_EQ(hers.mentions_size(), 2);
    EXPECT_EQ(hers.unread(), 2);
    EXPECT_EQ(hers.mentions(0).note().text(), "What do you think?");
    EXPECT_EQ(hers.mentions(0).note().actor(), "bob");
    EXPECT_EQ(mentions("bob").mentions_size(), 0);
    v1::ReadMentionsRequest read;
    read.set_conversation(first);
    EXPECT_EQ(expect<v1::ReadMentionsResponse>("eve", "DeskService/ReadMentions", read).unread(), 1);
    const auto left = mentions("eve", true);
    ASSERT_EQ(left.mentions_size(), 1);
    EXPECT_EQ(left.mentions(0).conversation().id(), second);
    EXPECT_EQ(mentions("eve").mentions_size(), 2) << "what is read stays in the list";
}

TEST_F(DeskServiceTest, AMentionOutsideOnesGrantsTellsNothing) {
    const auto hidden = complain("t1", "I complain, this is a scandal.").str();
    note("bob", hidden, "agency");
    EXPECT_EQ(mentions("agency").mentions_size(), 0);
    EXPECT_EQ(mentions("agency").unread(), 0);
}

TEST_F(DeskServiceTest, WhoLooksAndWhoWritesIsSeenByTheOthers) {
    const auto id = complain("t1", "I complain, this is a scandal.").str();
    EXPECT_EQ(attend("bob", id, v1::ATTENTION_LOOKING).attendants_size(), 0);
    const auto seen = attend("eve", id, v1::ATTENTION_WRITING);
    ASSERT_EQ(seen.attendants_size(), 1);
    EXPECT_EQ(seen.attendants(0).agent(), "bob");
    EXPECT_EQ(attend("bob", id, v1::ATTENTION_LOOKING).attendants(0).attention(), v1::ATTENTION_WRITING);
    attend("eve", id, v1::ATTENTION_GONE);
    EXPECT_EQ(attend("bob", id, v1::ATTENTION_LOOKING).attendants_size(), 0);
    v1::AttendRequest request;
    request.set_conversation(id);
    EXPECT_EQ(refused<v1::AttendResponse>("bob", "DeskService/Attend", request).field, "attention");
    request.set_attention(v1::ATTENTION_LOOKING);
    EXPECT_EQ(refused<v1::AttendResponse>("agency", "DeskService/Attend", request).code, Code::not_found);
}

TEST_F(DeskServiceTest, DeadlinesAreAtRiskWhereverTheyAreAndTheSoonestComesFirst) {
    const auto waits = complain("t1", "I complain, this is a scandal.").str();
    const auto mine = owned("bob", "t2");
    complain("t3", "I complain, this is a scandal.", "wall", true);
    EXPECT_EQ(board("bob").deadlines_at_risk().number(), 3);
    EXPECT_EQ(board("agency").deadlines_at_risk().number(), 1);
    EXPECT_EQ(board("bob").deadlines_missed().number(), 0);
    std::vector<std::string> seen;
    std::string cursor;
    TimeMs before = 0;
    for (int page = 0; page < 4; ++page) {
        const auto listed = at_risk("bob", v1::RISK_DEADLINE, 1, cursor);
        for (const auto& one : listed.conversations()) {
            seen.push_back(one.conversation().id());
            EXPECT_GE(store::to_ms(one.until()), before);
            before = store::to_ms(one.until());
        }
        cursor = listed.next_cursor();
        if (cursor.empty()) break;
    }
    EXPECT_EQ(seen.size(), 3u);
    EXPECT_NE(std::find(seen.begin(), seen.end(), waits), seen.end());
    EXPECT_NE(std::find(seen.begin(), seen.end(), mine.id()), seen.end());
    EXPECT_EQ(at_risk("agency", v1::RISK_DEADLINE).conversations_size(), 1);
}

TEST_F(DeskServiceTest, WhatIsLateAndWhatIsDueSoonAreListsOfTheirOwn) {
    const auto first = complain("t1", "I complain, this is a scandal.").str();
    const auto mine = owned("bob", "t2");
    const auto second = complain("t3", "Where do I find my contract?").str();
    const auto due = store::to_ms(mine.due_at());
    ASSERT_GT(store::to_ms(read(ConversationId(second)).due_at()), due);
    ManualClock later(due + 1);
    service::Context context{io_.get_executor(),
                             settings_,
                             later,
                             random_,
                             store_,
                             reads_,
                             catalog_,
                             credentials_,
                             metrics_,
                             health_,
                             *pool_,
                             redis_.client_options(),
                             "later"};
    inbox::DeskService desk(context, connectors_);
    rpc::Dispatcher dispatcher(io_.get_executor(), people_, clock_);
    desk.register_rpcs(dispatcher);
    rpc::LocalTransport transport(io_.get_executor(), dispatcher);
    rpc::Metadata bob;
    bob.credential = "bob";
    const std::chrono::seconds limit(10);
    const auto listed = [&](v1::Risk risk) {
        v1::ListAtRiskRequest request;
        request.set_risk(risk);
        request.mutable_within()->set_seconds(86'400);
        request.set_page_size(1);
        std::vector<std::string> ids;
        do {
            const auto page =
                run(io_, rpc::call<v1::ListAtRiskResponse>(transport, "guichet.v1.DeskService/ListAtRisk",
                                                           request, bob, limit));
            if (!page) throw std::runtime_error(to_string(page.error()));
            for (const auto& one : page->conversations()) ids.push_back(one.conversation().id());
            request.set_cursor(page->next_cursor());
        } while (!request.cursor().empty());
        return ids;
    };
    v1::GetBoardRequest of_a_day;
    of_a_day.mutable_deadline_within()->set_seconds(86'400);
    const auto counted = run(io_, rpc::call<v1::GetBoardResponse>(
                                      transport, "guichet.v1.DeskService/GetBoard", of_a_day, bob, limit));
    ASSERT_TRUE(counted);
    EXPECT_EQ(counted->deadlines_missed().number(), 2);
    EXPECT_EQ(counted->deadlines_at_risk().number(), 1);
    EXPECT_EQ(listed(v1::RISK_LATE), (std::vector<std::string>{first, mine.id()}));
    EXPECT_EQ(listed(v1::RISK_SOON), (std::vector<std::string>{second}));
    EXPECT_EQ(listed(v1::RISK_DEADLINE), (std::vector<std::string>{first, mine.id(), second}));
    v1::ListAtRiskRequest nonsense;
    EXPECT_EQ(refused<v1::ListAtRiskResponse>("bob", "DeskService/ListAtRisk", nonsense).field, "risk");
}

TEST_F(DeskServiceTest, AWindowThatClosesIsListedUntilAWordWasSaid) {
    windowed_.window = 3'600'000;
    const auto mine = owned("bob", "t1");
    complain("t2", "I complain, this is a scandal.", "wall", true);
    complain("t3", "I complain, this is a scandal.", "contact");
    EXPECT_EQ(board("bob").windows_closing().number(), 1);
    const auto listed = at_risk("bob", v1::RISK_WINDOW);
    ASSERT_EQ(listed.conversations_size(), 1);
    EXPECT_EQ(listed.conversations(0).conversation().id(), mine.id());
    EXPECT_GT(store::to_ms(listed.conversations(0).until()), clock_.now());
    v1::ResolveRequest solved;
    solved.set_conversation(mine.id());
    solved.set_epoch(mine.epoch());
    solved.set_outcome(v1::OUTCOME_SOLVED);
    expect<v1::ResolveResponse>("bob", "RoutingService/Resolve", solved);
    EXPECT_EQ(board("bob").windows_closing().number(), 0);
}

TEST_F(DeskServiceTest, TheBoardTellsTheLastHourAndWhoDidWhatLast) {
    owned("bob", "t1", "wall", true);
    failed("bob", owned("bob", "t2"));
    v1::RateMinute sum;
    const auto all = board("boss");
    for (const auto& minute : all.rates()) {
        sum.set_received(sum.received() + minute.received());
        sum.set_claimed(sum.claimed() + minute.claimed());
        sum.set_failed(sum.failed() + minute.failed());
    }
    EXPECT_EQ(sum.received(), 2);
    EXPECT_EQ(sum.claimed(), 2);
    EXPECT_EQ(sum.failed(), 1);
    ASSERT_EQ(all.actions_size(), 1);
    EXPECT_EQ(all.actions(0).type(), "delivery.held");
    std::int64_t theirs = 0;
    const auto some = board("agency");
    for (const auto& minute : some.rates()) theirs += minute.received();
    EXPECT_EQ(theirs, 1) << "what is outside the grants is not counted";
    EXPECT_EQ(some.actions_size(), 0);
    std::map<v1::DeliveryState, std::int64_t> counts;
    for (const auto& one : all.deliveries()) counts[one.state()] = one.number();
    EXPECT_EQ(counts.at(v1::DELIVERY_STATE_FAILED), 1);
    v1::GetBoardRequest far;
    far.mutable_window_within()->set_seconds(86'401);
    EXPECT_EQ(refused<v1::GetBoardResponse>("boss", "DeskService/GetBoard", far).field, "window_within");
}

TEST_F(DeskServiceTest, ViewsAreSharedByWhoSteersAndTakenAwayAgain) {
    v1::PutViewRequest put;
    auto& view = *put.mutable_view();
    view.set_name("Angry French");
    view.set_list("queue");
    (*view.mutable_query())["language"] = "fr";
    EXPECT_EQ(refused<v1::PutViewResponse>("bob", "DeskService/PutView", put).code, Code::permission_denied);
    const auto made = expect<v1::PutViewResponse>("boss", "DeskService/PutView", put).view();
    put.clear_request_id();
    auto listed = expect<v1::ListViewsResponse>("bob", "DeskService/ListViews", v1::ListViewsRequest{});
    ASSERT_EQ(listed.views_size(), 1);
    EXPECT_EQ(listed.views(0).query().at("language"), "fr");
    *put.mutable_view() = made;
    put.mutable_view()->set_version(made.version() + 1);
    EXPECT_EQ(refused<v1::PutViewResponse>("boss", "DeskService/PutView", put).reason, "stale_version");
    put.mutable_view()->set_version(made.version());
    put.mutable_view()->set_team("nobody");
    EXPECT_EQ(refused<v1::PutViewResponse>("boss", "DeskService/PutView", put).field, "view.team");
    put.mutable_view()->set_deleted(true);
    expect<v1::PutViewResponse>("boss", "DeskService/PutView", put);
    listed = expect<v1::ListViewsResponse>("bob", "DeskService/ListViews", v1::ListViewsRequest{});
    EXPECT_EQ(listed.views_size(), 0);
}

}  // namespace
}  // namespace guichet::test
