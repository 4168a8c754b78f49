#include <set>

#include "services/inbox/cursor.hpp"
#include "tests/integration/services/world.hpp"

namespace guichet::test {
namespace {

class InboxTest : public ServicesTest {
  protected:
    v1::ListConversationsResponse list(const std::string& caller, v1::ListConversationsRequest request) {
        return expect<v1::ListConversationsResponse>(caller, "InboxService/ListConversations",
                                                     std::move(request));
    }
    v1::ListConversationsRequest in_state(v1::ConversationState state) {
        v1::ListConversationsRequest request;
        request.mutable_filter()->add_states(state);
        return request;
    }
    boost::asio::awaitable<int> partition_number() {
        auto partition = co_await store_.partition_of(kBrand);
        co_return partition->number();
    }
    // Reads a Watch until `count` events came or it resyncs.
    struct Seen {
        std::vector<v1::Event> events;
        std::string cursor;
        bool resync = false;
    };
    Seen watch(const std::string& caller, v1::WatchRequest request, std::size_t count) {
        rpc::Metadata meta;
        meta.credential = caller;
        auto stream =
            transport_.server_stream("guichet.v1.InboxService/Watch", meta, request.SerializeAsString(), {});
        Seen seen;
        do {
            auto next = run(io_, rpc::next<v1::WatchResponse>(*stream));
            if (!next || !*next) throw std::runtime_error("the watch ended");
            seen.cursor = (*next)->cursor();
            seen.resync = seen.resync || (*next)->resync();
            for (const auto& event : (*next)->events()) seen.events.push_back(event);
        } while (seen.events.size() < count && !seen.resync);
        return seen;
    }
    // Adds the cursors of the events.
    static void note(const std::string& message, std::vector<std::string>& cursors) {
        v1::WatchResponse response;
        EXPECT_TRUE(response.ParseFromString(message));
        EXPECT_FALSE(response.resync());
        for (const auto& event : response.events()) cursors.push_back(event.cursor());
    }
    static asio::awaitable<void> read_on(rpc::ReadStream& stream, std::vector<std::string>& cursors) {
        for (;;) {
            auto message = co_await stream.next();
            if (!message || !*message) co_return;
            note(**message, cursors);
        }
    }
};

TEST_F(InboxTest, ListsShowWhatWasGrantedAndNothingElse) {
    const auto hidden = complain("t1", "This is a bad private story, I complain.");
    const auto shown = complain("t2", "This is a bad public story, I complain.", "wall", true);
    EXPECT_EQ(list("bob", in_state(v1::CONVERSATION_STATE_WAITING)).conversations_size(), 2);
    const auto theirs = list("agency", in_state(v1::CONVERSATION_STATE_WAITING));
    ASSERT_EQ(theirs.conversations_size(), 1);
    EXPECT_EQ(theirs.conversations(0).id(), shown.str());
    // The read index follows, with the same scope.
    v1::ListConversationsRequest complaints;
    complaints.mutable_filter()->add_intents(v1::INTENT_COMPLAINT);
    wait_for([&] { return list("bob", complaints).conversations_size() == 2; }, "the archive");
    ASSERT_EQ(list("agency", complaints).conversations_size(), 1);
    v1::GetConversationRequest get;
    get.set_conversation(hidden.str());
    EXPECT_EQ(refused<v1::GetConversationResponse>("agency", "InboxService/GetConversation", get).code,
              Code::not_found);
    v1::GetContactRequest contact;
    contact.set_contact(read(hidden).contact());
    EXPECT_EQ(refused<v1::GetContactResponse>("agency", "InboxService/GetContact", contact).code,
              Code::not_found);
    EXPECT_EQ(expect<v1::GetContactResponse>("bob", "InboxService/GetContact", contact).contact().name(),
              "Anna");
    const auto stats = expect<v1::StatsResponse>("agency", "InboxService/Stats", v1::StatsRequest{});
    ASSERT_EQ(stats.queues_size(), 1);
    EXPECT_EQ(stats.queues(0).channel(), "wall");
}

TEST_F(InboxTest, NumbersThatSomebodyWroteInPublicAreMaskedInLists) {
    const std::string text = "I complain! Call me on 0470 12 34 56, this is a scandal.";
    const auto shown = complain("t1", text, "wall", true);
    const auto hidden = complain("t2", text);
    const auto waiting = list("bob", in_state(v1::CONVERSATION_STATE_WAITING));
    ASSERT_EQ(waiting.conversations_size(), 2);
    for (const auto& c : waiting.conversations()) {
        const bool masked = c.preview().find("12 34") == std::string::npos;
        EXPECT_EQ(masked, c.id() == shown.str()) << c.preview();
    }
    v1::GetConversationRequest get;
    get.set_conversation(shown.str());
    const auto view = expect<v1::GetConversationResponse>("bob", "InboxService/GetConversation", get);
    EXPECT_EQ(view.messages(0).text(), text) << "who works on it reads what was written";
}

TEST_F(InboxTest, PagesGoOnWhereTheyEndedAndCursorsAreChecked) {
    for (int i = 0; i < 7; ++i) complain("t" + std::to_string(i), "I complain, this is a scandal.");
    auto request = in_state(v1::CONVERSATION_STATE_WAITING);
    request.set_page_size(3);
    std::set<std::string> seen;
    for (int pages = 0; pages < 4; ++pages) {
        const auto page = list("bob", request);
        for (const auto& c : page.conversations()) EXPECT_TRUE(seen.insert(c.id()).second);
        if (page.next_cursor().empty()) break;
        request.set_cursor(page.next_cursor());
    }
    EXPECT_EQ(seen.size(), 7u);
    request.set_cursor("nonsense");
    EXPECT_EQ(refused<v1::ListConversationsResponse>("bob", "InboxService/ListConversations", request).field,
              "cursor");
}

TEST_F(InboxTest, TheOwnersTokenIsTheOwners) {
    const auto mine = claim("bob", complain("t1", "I complain, this is a scandal."));
    v1::GetConversationRequest get;
    get.set_conversation(mine.id());
    const auto his = expect<v1::GetConversationResponse>("bob", "InboxService/GetConversation", get);
    EXPECT_EQ(his.conversation().epoch(), mine.epoch());
    const auto others = expect<v1::GetConversationResponse>("eve", "InboxService/GetConversation", get);
    EXPECT_TRUE(others.conversation().epoch().empty());
    auto owned = in_state(v1::CONVERSATION_STATE_OWNED);
    owned.mutable_filter()->add_owners("me");
    EXPECT_EQ(list("bob", owned).conversations_size(), 1);
    EXPECT_EQ(list("eve", owned).conversations_size(), 0);
}

TEST_F(InboxTest, WatchGoesOnFromItsCursorWithoutGapOrDouble) {
    v1::WatchRequest from_now;
    const auto start = watch("bob", from_now, 0);
    const auto id = complain("t1", "I complain, this is a scandal.");
    claim("bob", id);
    v1::WatchRequest request;
    request.set_cursor(start.cursor);
    const auto all = watch("bob", request, 3);
    ASSERT_GE(all.events.size(), 3u);
    EXPECT_EQ(all.events[0].type(), "conversation.created");
    EXPECT_EQ(all.events[1].type(), "conversation.triaged");
    EXPECT_EQ(all.events[2].type(), "conversation.claimed");
    request.set_cursor(all.events[0].cursor());
    const auto rest = watch("bob", request, 2);
    EXPECT_EQ(rest.events[0].type(), "conversation.triaged");
    EXPECT_EQ(rest.events[1].type(), "conversation.claimed");
}

TEST_F(InboxTest, WatchShowsOnlyWhatWasGranted) {
    const auto start = watch("agency", {}, 0);
    complain("t1", "This is a bad private story, I complain.");
    const auto shown = complain("t2", "This is a bad public story, I complain.", "wall", true);
    v1::WatchRequest request;
    request.set_cursor(start.cursor);
    const auto seen = watch("agency", request, 2);
    for (const auto& event : seen.events) EXPECT_EQ(event.conversation(), shown.str());
}

TEST_F(InboxTest, AWatcherIsGivenWhatHeAskedForAndKnowsHowFarTheRestHasCome) {
    inbox::Hub hub(*context_);
    hub.start();
    const int partition = run(io_, partition_number());
    v1::WatchRequest of_the_wall;
    of_the_wall.mutable_filter()->add_channels("wall");
    const auto all = hub.subscribe("w1", partition, {"*", "bob", {}});
    const auto wall = hub.subscribe("w1", partition, {"*", "bob", of_the_wall});
    int told = 0;
    // The first ones may come before the hub reads.
    const auto hears = [&] {
        complain("t" + std::to_string(++told), "I complain, this is a scandal.");
        return !all.mailbox->events.empty();
    };
    wait_for(hears, "an event");
    EXPECT_TRUE(wall.mailbox->events.empty());
    wait_for([&] { return all.audience->told() == wall.audience->told(); }, "the moment it is held for");
    EXPECT_GT(wall.audience->told(), streams::EntryId{});
    const auto shown = complain("t0", "This is a bad public story, I complain.", "wall", true);
    wait_for([&] { return !wall.mailbox->events.empty(); }, "the event that was asked for");
    EXPECT_EQ(wall.mailbox->events.front()->event.conversation(), shown.str());
    run(io_, hub.stop());
}

TEST_F(InboxTest, WhoReadsNowAndThenGetsTheSameAsWhoReadsAtOnce) {
    rpc::Metadata meta;
    meta.credential = "bob";
    const auto open = [&] { return transport_.server_stream("guichet.v1.InboxService/Watch", meta, "", {}); };
    const auto quick = open();
    const auto idle = open();
    // Who has its first answer watches.
    const auto start = run(io_, rpc::next<v1::WatchResponse>(*quick)).value().value().cursor();
    EXPECT_TRUE(run(io_, rpc::next<v1::WatchResponse>(*idle)));
    std::vector<std::string> seen, seen_late, logged;
    bool ended = false;
    asio::co_spawn(io_, read_on(*quick, seen), [&ended](const std::exception_ptr&) { ended = true; });
    // More answers than the stream holds for who does not read, so the last ones wait in his mailbox.
    for (int i = 0; i < 80; ++i) {
        const auto before = seen.size();
        complain("t" + std::to_string(i), "I complain, this is a scandal.");
        wait_for([&] { return seen.size() > before; }, "the event");
    }
    v1::WatchRequest request;
    request.set_cursor(start);
    for (const auto& event : watch("bob", request, seen.size()).events) logged.push_back(event.cursor());
    logged.resize(seen.size());
    EXPECT_EQ(seen, logged);
    while (seen_late.size() < seen.size()) note(run(io_, idle->next()).value().value(), seen_late);
    seen_late.resize(seen.size());
    EXPECT_EQ(seen_late, seen);
    quick->cancel();
    wait_for([&] { return ended; }, "the end of the watch");
}

TEST_F(InboxTest, ACursorOfAnotherLogIsToldToResync) {
    v1::WatchRequest request;
    request.set_cursor(inbox::make_cursor({"w", "another", "1-1"}));
    EXPECT_TRUE(watch("bob", request, 1).resync);
    request.set_cursor("nonsense");
    EXPECT_THROW(watch("bob", request, 1), std::runtime_error);
}

}  // namespace
}  // namespace guichet::test
