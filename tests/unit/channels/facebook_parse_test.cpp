#include <gtest/gtest.h>

#include "common/channels/facebook/ids.hpp"
#include "common/channels/facebook/parse.hpp"

namespace guichet::channels::facebook {
namespace {

Events parsed(const std::string& body, const std::string& page_name = "") {
    auto events = parse_webhook({"100", page_name}, body);
    if (!events) throw std::runtime_error(to_string(events.error()));
    return std::move(*events);
}

// A body with one change of the feed of page 100.
std::string feed(const std::string& value, const std::string& field = "feed") {
    return R"({"object":"page","entry":[{"id":"100","time":1763800001,"changes":[{"field":")" + field +
           R"(","value":)" + value + "}]}]}";
}

std::string messaging(const std::string& members) {
    return R"({"object":"page","entry":[{"id":100,"time":1763800001500,"messaging":[{)" + members + "}]}]}";
}

Event only(const Events& events) {
    if (events.size() != 1) throw std::runtime_error("not one event: " + std::to_string(events.size()));
    return events.front();
}

constexpr char kTopLevel[] =
    R"({"item":"comment","verb":"add","comment_id":"7_71","post_id":"100_7","parent_id":"100_7",
        "from":{"id":"555","name":"Anna"},"created_time":1763800000,"message":"It broke."})";

TEST(FacebookComment, OfTheTopLevelIsItsOwnRoot) {
    const auto event = only(parsed(feed(kTopLevel)));
    EXPECT_EQ(event.kind, Event::Kind::message);
    EXPECT_EQ(event.account, "100");
    const auto& m = event.message;
    EXPECT_EQ(m.external_id(), "7_71");
    EXPECT_EQ(m.kind(), v1::INBOUND_KIND_CREATED);
    EXPECT_EQ(m.visibility(), v1::VISIBILITY_PUBLIC);
    EXPECT_EQ(m.thread(), "7_71|555");
    EXPECT_EQ(m.parent_thread(), "7_71");
    EXPECT_EQ(m.reply_to(), "");
    EXPECT_EQ(m.author().external_id(), "555");
    EXPECT_EQ(m.author().name(), "Anna");
    EXPECT_EQ(m.text(), "It broke.");
    EXPECT_EQ(m.created_at().seconds(), 1'763'800'000);
    EXPECT_FALSE(m.among_customers());
    EXPECT_EQ(m.ordinal(), 0);
}

std::string reply(const std::string& rest) {
    return R"({"item":"comment","verb":"add","comment_id":"7_72","post_id":"100_7","parent_id":"7_71",
        "from":{"id":"556","name":"Ben"},"created_time":1763800000)" +
           rest + "}";
}

TEST(FacebookComment, OfAnotherPersonBelowItHasAThreadOfItsOwn) {
    const auto m = only(parsed(feed(reply(R"(,"message":"Same here")")))).message;
    EXPECT_EQ(m.thread(), "7_71|556");
    EXPECT_EQ(m.parent_thread(), "7_71");
    EXPECT_EQ(m.reply_to(), "7_71");
    EXPECT_TRUE(m.among_customers());
}

TEST(FacebookComment, AddressesTheBrandByTagOrName) {
    const auto among = [](const std::string& rest) {
        return only(parsed(feed(reply(rest)), "Chez Guichet")).message.among_customers();
    };
    EXPECT_TRUE(among(R"(,"message":"Guichet","message_tags":[{"id":"1"},7])"));
    EXPECT_FALSE(among(R"(,"message":"@chez guichet, well?")"));
    EXPECT_FALSE(among(R"(,"message":"x","message_tags":[{"id":"1"},{"id":100,"type":"page"}])"));
    EXPECT_FALSE(among(R"(,"message":"x","message_tags":{"0":[{"id":"100"}]})"));
}

TEST(FacebookComment, KnowsThePageByNameOnlyWhereTheEntryIsItsOwn) {
    auto body = feed(reply(R"(,"message":"@chez guichet, well?")"));
    body.replace(body.find("\"id\":\"100\""), 10, "\"id\":\"200\"");
    const auto event = only(parsed(body, "Chez Guichet"));
    EXPECT_EQ(event.account, "200");
    EXPECT_TRUE(event.message.among_customers());
}

TEST(FacebookComment, EditsAndRemovals) {
    const auto edit =
        only(parsed(feed(R"({"item":"comment","verb":"edited","comment_id":"7_71","post_id":"100_7",
        "parent_id":"100_7","from":{"id":"555"},"created_time":1763700000,"message":"It broke twice."})")));
    EXPECT_EQ(edit.kind, Event::Kind::message);
    EXPECT_EQ(edit.message.kind(), v1::INBOUND_KIND_EDITED);
    EXPECT_EQ(edit.message.text(), "It broke twice.");
    EXPECT_EQ(edit.message.ordinal(), 1'763'800'001'000);
    const auto removal = only(parsed(feed(R"({"item":"comment","verb":"remove","comment_id":"7_71",
        "post_id":"100_7","parent_id":"100_7","from":{"id":"555"},"created_time":1763700000})")));
    EXPECT_EQ(removal.kind, Event::Kind::message);
    EXPECT_EQ(removal.message.kind(), v1::INBOUND_KIND_DELETED);
    EXPECT_EQ(removal.message.external_id(), "7_71");
    EXPECT_EQ(removal.message.attachments_size(), 0);
}

TEST(FacebookComment, HiddenAndShown) {
    const auto value = [](const std::string& verb) {
        return feed(R"({"item":"comment","verb":")" + verb +
                    R"(","comment_id":"7_71","post_id":"100_7","parent_id":"100_7","sender_id":555})");
    };
    EXPECT_EQ(only(parsed(value("hide"))).kind, Event::Kind::hidden);
    EXPECT_EQ(only(parsed(value("hide"))).message.external_id(), "7_71");
    EXPECT_GT(only(parsed(value("hide"))).message.ordinal(), 0) << "when that was";
    EXPECT_EQ(only(parsed(value("unhide"))).kind, Event::Kind::shown);
}

TEST(FacebookComment, OfThePageIsItsOwn) {
    const auto event =
        only(parsed(feed(R"({"item":"comment","verb":"add","comment_id":"7_73","post_id":"100_7",
        "parent_id":"7_71","from":{"id":100,"name":"Shop"},"created_time":1763800000,"message":"Sorry!"})")));
    EXPECT_EQ(event.kind, Event::Kind::own);
    EXPECT_EQ(event.message.external_id(), "7_73");
    EXPECT_EQ(event.message.reply_to(), "7_71");
    EXPECT_EQ(event.message.parent_thread(), "7_71");
    EXPECT_FALSE(event.message.among_customers());
}

TEST(FacebookComment, OldNamesAndNumbersKeepEveryDigit) {
    const auto m = only(parsed(feed(R"({"item":"comment","verb":"add","comment_id":"7_71","post_id":"100_7",
        "sender_id":18446744073709551615,"sender_name":"An\nna","created_time":1763800000,"message":"x"})")))
                       .message;
    EXPECT_EQ(m.author().external_id(), "18446744073709551615");
    EXPECT_EQ(m.author().name(), "An na");
    EXPECT_EQ(m.thread(), "7_71|18446744073709551615");
}

TEST(FacebookComment, WithoutAuthorIsNotLost) {
    const auto m = only(parsed(feed(R"({"item":"comment","verb":"add","comment_id":"7_71","post_id":"100_7",
        "parent_id":"100_7","message":"x"})")))
                       .message;
    EXPECT_EQ(m.author().external_id(), "unknown:7_71");
    EXPECT_EQ(m.thread(), "7_71|unknown:7_71");
    EXPECT_EQ(m.created_at().seconds(), 1'763'800'001) << "the entry's time";
}

TEST(FacebookComment, BringsPicturesAndSaysWhereThereWasSomething) {
    const auto with = [](const std::string& rest) { return only(parsed(feed(reply(rest)))).message; };
    const auto photo = with(R"(,"photo":"https://cdn.example/1.jpg")");
    ASSERT_EQ(photo.attachments_size(), 1);
    EXPECT_EQ(photo.attachments(0).url(), "https://cdn.example/1.jpg");
    EXPECT_EQ(photo.attachments(0).media_type(), "image/*");
    const auto sticker = with("");
    ASSERT_EQ(sticker.attachments_size(), 1);
    EXPECT_EQ(sticker.attachments(0).url(), "");
    const auto odd = with(R"(,"video":"javascript:x","message":"x")");
    ASSERT_EQ(odd.attachments_size(), 1);
    EXPECT_EQ(odd.attachments(0).url(), "");
}

TEST(FacebookComment, ThatMentionsThePageElsewhere) {
    const auto mention = [](const std::string& post) {
        return feed(R"({"item":"comment","verb":"add","comment_id":"9_1","post_id":")" + post +
                        R"(","created_time":1763800000,"message":"Ask @Shop"})",
                    "mention");
    };
    const auto event = only(parsed(mention("300_9")));
    EXPECT_EQ(event.kind, Event::Kind::message);
    EXPECT_FALSE(event.message.among_customers());
    EXPECT_TRUE(parsed(mention("100_9")).empty()) << "comes as feed, too";
}

TEST(FacebookParse, LeavesOutWhatConcernsNobody) {
    EXPECT_TRUE(
        parsed(feed(R"({"item":"reaction","verb":"add","comment_id":"1","reaction_type":"love"})")).empty());
    EXPECT_TRUE(parsed(feed(R"({"item":"like","verb":"add","post_id":"1"})")).empty());
    EXPECT_TRUE(parsed(feed(R"({"item":"comment","verb":"tickle","comment_id":"1"})")).empty());
    EXPECT_TRUE(parsed(feed(R"({"item":"comment","verb":"add"})")).empty());
    EXPECT_TRUE(parsed(feed(R"("text")")).empty());
    EXPECT_TRUE(parsed(feed(kTopLevel, "ratings")).empty());
    EXPECT_TRUE(parsed(R"({"object":"page","entry":[]})").empty());
    EXPECT_TRUE(parsed(R"({"object":"page","entry":[7,{"id":"1"},{"changes":{}},{"changes":[3]}]})").empty());
}

TEST(FacebookParse, RefusesWhatIsNoWebhookOfAPage) {
    for (const auto* body : {"", "{", "[]", "null", "{}", R"({"object":"instagram","entry":[]})",
                             R"({"object":"page"})", R"({"object":"page","entry":{}})", "\xff"}) {
        const auto events = parse_webhook({}, body);
        ASSERT_FALSE(events) << body;
        EXPECT_EQ(events.error().code, Code::invalid_argument);
        EXPECT_FALSE(events.error().message.empty());
    }
    const auto deep = std::string(100'000, '[');
    EXPECT_FALSE(parse_webhook({}, R"({"object":"page","entry":)" + deep));
}

TEST(FacebookParse, TakesManyUpdatesInOrderAndHasALimit) {
    const auto many = [](std::size_t count) {
        std::string body = R"({"object":"page","entry":[)";
        for (std::size_t i = 0; i < count; ++i) {
            if (i > 0) body += ",";
            body +=
                R"({"id":"100","changes":[{"field":"feed","value":{"item":"comment","verb":"add","comment_id":")" +
                std::to_string(i) + R"(","message":"x"}}]})";
        }
        return body + "]}";
    };
    const auto events = parsed(many(1000));
    ASSERT_EQ(events.size(), 1000u);
    EXPECT_EQ(events[999].message.external_id(), "999");
    EXPECT_FALSE(parse_webhook({}, many(kMaxUpdates + 1)));
}

constexpr char kFromAnna[] = R"("sender":{"id":555},"recipient":{"id":100},"timestamp":1763800000123,)";

TEST(FacebookMessage, BelongsToThePerson) {
    const auto event = only(parsed(messaging(
        std::string(kFromAnna) +
        R"("message":{"mid":"m_1","text":"Hello","reply_to":{"mid":"m_0"},"quick_reply":{"payload":"p"}})")));
    EXPECT_EQ(event.kind, Event::Kind::message);
    EXPECT_EQ(event.account, "100");
    const auto& m = event.message;
    EXPECT_EQ(m.external_id(), "m_1");
    EXPECT_EQ(m.thread(), "dm|555");
    EXPECT_EQ(m.parent_thread(), "");
    EXPECT_EQ(m.visibility(), v1::VISIBILITY_PRIVATE);
    EXPECT_EQ(m.author().external_id(), "555");
    EXPECT_EQ(m.text(), "Hello");
    EXPECT_EQ(m.reply_to(), "m_0");
    EXPECT_EQ(m.created_at().seconds(), 1'763'800'000);
    EXPECT_EQ(m.created_at().nanos(), 123'000'000);
}

TEST(FacebookMessage, EchoesBelongToTheCustomersThread) {
    const auto event = only(parsed(messaging(
        R"("sender":{"id":"100"},"recipient":{"id":"555"},"timestamp":1763800000123,
           "message":{"mid":"m_2","text":"Hi","is_echo":true,"app_id":1})")));
    EXPECT_EQ(event.kind, Event::Kind::own);
    EXPECT_EQ(event.message.thread(), "dm|555");
    EXPECT_EQ(event.message.author().external_id(), "555");
    EXPECT_EQ(event.message.external_id(), "m_2");
}

TEST(FacebookMessage, EditsAndDeletions) {
    const auto edit = [](const std::string& number) {
        return only(parsed(messaging(std::string(kFromAnna) +
                                     R"("message_edit":{"mid":"m_1","text":"Hallo","num_edit":)" + number +
                                     "}")))
            .message;
    };
    EXPECT_EQ(edit("1").kind(), v1::INBOUND_KIND_EDITED);
    EXPECT_EQ(edit("1").text(), "Hallo");
    EXPECT_GT(edit("\"2\"").ordinal(), edit("1").ordinal());
    const auto gone =
        only(parsed(messaging(std::string(kFromAnna) + R"("message":{"mid":"m_1","is_deleted":true})")))
            .message;
    EXPECT_EQ(gone.kind(), v1::INBOUND_KIND_DELETED);
    EXPECT_EQ(gone.external_id(), "m_1");
}

TEST(FacebookMessage, BringsAttachmentsByAddress) {
    const auto m = only(parsed(messaging(std::string(kFromAnna) + R"("message":{"mid":"m_1","attachments":[
        {"type":"image","payload":{"url":"https://cdn.example/1.jpg","sticker_id":1}},
        {"type":"location","payload":{"coordinates":{"lat":50.5,"long":4.25}}},
        {"type":"fallback","title":"A page","url":"https://news.example/"}, 7, {}]})")))
                       .message;
    ASSERT_EQ(m.attachments_size(), 4);
    EXPECT_EQ(m.attachments(0).url(), "https://cdn.example/1.jpg");
    EXPECT_EQ(m.attachments(1).name(), "50.5,4.25");
    EXPECT_EQ(m.attachments(2).name(), "A page");
    EXPECT_EQ(m.attachments(2).url(), "https://news.example/");
}

TEST(FacebookMessage, PressedButtonsSpeak) {
    const auto titled = only(parsed(messaging(std::string(kFromAnna) +
                                              R"("postback":{"mid":"m_5","title":"Refund","payload":"R"})")))
                            .message;
    EXPECT_EQ(titled.text(), "Refund");
    EXPECT_EQ(titled.external_id(), "m_5");
    const auto bare =
        only(parsed(messaging(std::string(kFromAnna) + R"("postback":{"payload":"START"})"))).message;
    EXPECT_EQ(bare.text(), "START");
    EXPECT_EQ(bare.external_id(), "dm|555|1763800000123") << "the same at a redelivery";
}

TEST(FacebookMessage, GuestsAndUnknownsAreNotLost) {
    const auto guest = only(parsed(messaging(
        R"("sender":{"user_ref":9},"recipient":{"id":100},"timestamp":1763800000123,"postback":{"payload":"x"})")));
    EXPECT_EQ(guest.message.thread(), "dm|user_ref:9");
    const auto nobody =
        only(parsed(messaging(R"("timestamp":1763800000123,"message":{"mid":"m_9","text":"x"})")));
    EXPECT_EQ(nobody.message.author().external_id(), "unknown:m_9");
}

TEST(FacebookMessage, ReceiptsAndReactionsAreLeftOut) {
    for (const auto* rest :
         {R"("delivery":{"mids":["m_1"]})", R"("read":{"watermark":1})", R"("reaction":{"mid":"m_1"})",
          R"("optin":{"ref":"x"})", R"("referral":{"ref":"x"})", R"("message":7)", R"("message_edit":{})"}) {
        EXPECT_TRUE(parsed(messaging(std::string(kFromAnna) + rest)).empty()) << rest;
    }
}

TEST(FacebookIds, ThreadsComeApartAgain) {
    EXPECT_EQ(root_of("7_71|555"), "7_71");
    EXPECT_EQ(person_of("7_71|555"), "");
    EXPECT_EQ(person_of("dm|555"), "555");
    EXPECT_EQ(root_of("dm|555"), "");
    EXPECT_EQ(root_of("elsewhere"), "");
    EXPECT_TRUE(is_graph_id("7_71"));
    EXPECT_TRUE(is_graph_id("m_AbC-=$.1"));
    for (const auto* id : {"", "..", "a/b", "a?b", "a b", "a%2fb", "a#b"})
        EXPECT_FALSE(is_graph_id(id)) << id;
}

}  // namespace
}  // namespace guichet::channels::facebook
