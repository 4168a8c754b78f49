#include "services/reply/writing.hpp"

#include "tests/integration/services/windowed.hpp"

namespace guichet::test {
namespace {

class WritingTest : public ServicesTest {
  protected:
    WritingTest() {
        connectors_.add(windowed_);
        service_.register_rpcs(dispatcher_);
    }
    ~WritingTest() override { connectors_.add(connector_); }
    v1::MeasureTextResponse measure(const ConversationId& id, const std::string& text) {
        v1::MeasureTextRequest request;
        request.set_conversation(id.str());
        request.set_text(text);
        return expect<v1::MeasureTextResponse>("bob", "WritingService/MeasureText", request);
    }
    v1::ListPositionsResponse positions(const std::string& caller, const std::string& language = {}) {
        v1::ListPositionsRequest request;
        request.set_language(language);
        return expect<v1::ListPositionsResponse>(caller, "WritingService/ListPositions", request);
    }
    v1::PutPositionRequest refunds(const std::string& language) {
        v1::PutPositionRequest request;
        request.mutable_position()->set_title("Refunds");
        request.mutable_position()->set_text("We pay back within five days.");
        request.mutable_position()->set_language(language);
        return request;
    }

    WindowedConnector windowed_{connector_};
    reply::Writing service_{*context_, connectors_};
};

TEST_F(WritingTest, ATextIsMeasuredAsItWouldGoOut) {
    const auto id = complain("t1", "I complain, this is a scandal.");
    const auto plain = measure(id, "Hello");
    EXPECT_EQ(plain.length(), 5);
    EXPECT_EQ(plain.most(), 200);
    EXPECT_FALSE(plain.has_window_until());
    EXPECT_EQ(measure(id, "Hello {{contact.name}}").length(), 10) << "Hello Anna";
    EXPECT_EQ(measure(id, std::string(201, 'x')).length(), 201) << "too long is told, not refused";
    windowed_.window = 3'600'000;
    EXPECT_GT(store::to_ms(measure(id, "Hello").window_until()), clock_.now());
    const auto posted = complain("t2", "I complain, this is a scandal.", "wall", true);
    EXPECT_FALSE(measure(posted, "Hello").has_window_until()) << "in public there is none";
    v1::MeasureTextRequest request;
    request.set_conversation(id.str());
    request.set_text("{{nobody}}");
    EXPECT_EQ(refused<v1::MeasureTextResponse>("bob", "WritingService/MeasureText", request).field, "text");
    EXPECT_EQ(refused<v1::MeasureTextResponse>("agency", "WritingService/MeasureText", request).code,
              Code::not_found);
}

TEST_F(WritingTest, PositionsAreWrittenByWhoSteersAndReadInTheirLanguage) {
    EXPECT_EQ(refused<v1::PutPositionResponse>("bob", "WritingService/PutPosition", refunds("en")).code,
              Code::permission_denied);
    auto made =
        expect<v1::PutPositionResponse>("boss", "WritingService/PutPosition", refunds("en")).position();
    expect<v1::PutPositionResponse>("boss", "WritingService/PutPosition", refunds("fr"));
    expect<v1::PutPositionResponse>("boss", "WritingService/PutPosition", refunds(""));
    EXPECT_EQ(positions("bob").positions_size(), 3);
    EXPECT_EQ(positions("bob", "fr").positions_size(), 2);
    v1::PutPositionRequest taken;
    *taken.mutable_position() = made;
    taken.mutable_position()->set_deleted(true);
    taken.mutable_position()->set_version(made.version() + 1);
    EXPECT_EQ(refused<v1::PutPositionResponse>("boss", "WritingService/PutPosition", taken).reason,
              "stale_version");
    taken.mutable_position()->set_version(made.version());
    expect<v1::PutPositionResponse>("boss", "WritingService/PutPosition", taken);
    EXPECT_EQ(positions("bob").positions_size(), 2);
}

TEST_F(WritingTest, ATeamsTextIsTheTeams) {
    people_.add("chief", {rpc::GrantSpec{rpc::Role::supervisor, {}, {"legal"}, false}});
    auto ours = refunds("en");
    EXPECT_EQ(refused<v1::PutPositionResponse>("chief", "WritingService/PutPosition", ours).code,
              Code::permission_denied);
    ours.mutable_position()->set_team("care");
    EXPECT_EQ(refused<v1::PutPositionResponse>("chief", "WritingService/PutPosition", ours).code,
              Code::permission_denied);
    const auto made = expect<v1::PutPositionResponse>("boss", "WritingService/PutPosition", ours).position();
    EXPECT_EQ(positions("chief").positions_size(), 0);
    v1::PutPositionRequest stolen;
    *stolen.mutable_position() = made;
    stolen.mutable_position()->set_team("legal");
    EXPECT_EQ(refused<v1::PutPositionResponse>("chief", "WritingService/PutPosition", stolen).code,
              Code::permission_denied);
    ours.mutable_position()->set_title("");
    ours.clear_request_id();
    EXPECT_EQ(refused<v1::PutPositionResponse>("boss", "WritingService/PutPosition", ours).field,
              "position.title");
}

}  // namespace
}  // namespace guichet::test
