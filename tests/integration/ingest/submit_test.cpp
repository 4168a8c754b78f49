#include <boost/asio/detached.hpp>

#include "common/rpc/caller.hpp"
#include "tests/integration/ingest/ingest_world.hpp"

namespace guichet::test {
namespace {

constexpr char kSubmit[] = "guichet.v1.IngestService/Submit";
constexpr char kStream[] = "guichet.v1.IngestService/SubmitStream";
constexpr std::chrono::seconds kLong{30};

v1::InboundMessage message(const std::string& id, const std::string& channel = "shop") {
    v1::InboundMessage m;
    m.set_channel(channel);
    m.set_external_id(id);
    m.set_thread("t" + id);
    m.mutable_author()->set_external_id("anna");
    m.set_text("hello");
    return m;
}

class Submit : public IngestWorld {
  protected:
    Result<v1::SubmitResponse> submit(const std::string& bearer, v1::InboundMessage m,
                                      std::string request_id = "r1") {
        v1::SubmitRequest request;
        request.set_request_id(request_id);
        *request.mutable_message() = std::move(m);
        rpc::Metadata meta;
        meta.credential = bearer;
        return run(io_, rpc::call<v1::SubmitResponse>(transport_, kSubmit, request, meta, kLong));
    }
};

TEST_F(Submit, StoresOnce) {
    const auto bearer = token(v1::ROLE_CHANNEL, {"shop"});
    const auto first = submit(bearer, message("1"));
    ASSERT_TRUE(first) << to_string(first.error());
    EXPECT_TRUE(first->opened());
    EXPECT_FALSE(first->duplicate());
    EXPECT_FALSE(first->reference().empty());
    const auto again = submit(bearer, message("1"), "r2");
    ASSERT_TRUE(again);
    EXPECT_TRUE(again->duplicate());
    EXPECT_EQ(again->conversation(), first->conversation());
}

TEST_F(Submit, AChannelTokenSubmitsToItsOwnChannelsOnly) {
    const auto bearer = token(v1::ROLE_CHANNEL, {"shop"});
    EXPECT_EQ(submit(bearer, message("1", "complaint")).error().code, Code::permission_denied);
    EXPECT_TRUE(submit(token(v1::ROLE_ADMIN), message("1", "complaint")));
    EXPECT_EQ(submit(token(v1::ROLE_SUPERVISOR), message("1")).error().code, Code::permission_denied);
    EXPECT_EQ(submit("", message("1")).error().code, Code::unauthenticated);
}

TEST_F(Submit, SaysWhatIsWrong) {
    const auto bearer = token(v1::ROLE_CHANNEL);
    const auto unknown = submit(bearer, message("1", "nowhere"));
    EXPECT_EQ(unknown.error().code, Code::not_found);
    EXPECT_NE(unknown.error().message.find("nowhere"), std::string::npos);
    EXPECT_EQ(submit(bearer, message("1", "")).error().field, "message.channel");
    EXPECT_EQ(submit(bearer, message("")).error().field, "message.external_id");
    auto large = message("1");
    large.set_text(std::string(options_.message.text + 1, 'x'));
    EXPECT_EQ(submit(bearer, large).error().field, "message.text");
}

TEST_F(Submit, ANamedAgentIsPreferred) {
    put_agent("claire", "Claire Dupont");
    const auto bearer = token(v1::ROLE_CHANNEL);
    auto m = message("1");
    m.set_preferred_owner("claire dupont");
    EXPECT_EQ(conversation(submit(bearer, m)->conversation()).preferred_owner(), "claire");
    m = message("2");
    m.set_preferred_owner("nobody of ours");
    EXPECT_EQ(conversation(submit(bearer, m)->conversation()).preferred_owner(), "");
}

asio::awaitable<void> write_all(rpc::BidiStream* stream, int count) {
    for (int i = 0; i < count; ++i) {
        v1::SubmitStreamRequest request;
        *request.mutable_message() = message(std::to_string(i));
        // Every thousandth is bad.
        if (i % 1'000 == 999) request.mutable_message()->clear_text();
        auto written = co_await stream->write(request.SerializeAsString());
        if (!written) co_return;
    }
    stream->writes_done();
}

struct Acknowledged {
    int good = 0;
    int refused = 0;
    bool in_order = true;
    Status end;
};

asio::awaitable<Acknowledged> read_all(rpc::BidiStream* stream) {
    Acknowledged all;
    for (int next = 0;; ++next) {
        auto response = co_await rpc::next<v1::SubmitStreamResponse>(*stream);
        if (!response) all.end = response.error();
        if (!response || !*response) co_return all;
        if ((*response)->external_id() != std::to_string(next)) all.in_order = false;
        if ((*response)->has_error()) {
            ++all.refused;
        } else {
            ++all.good;
        }
    }
}

TEST_F(Submit, AStreamIsAcknowledgedInOrderAndSurvivesBadMessages) {
    constexpr int kCount = 10'000;
    rpc::Metadata meta;
    meta.credential = token(v1::ROLE_CHANNEL, {"shop"});
    auto stream = transport_.bidi(kStream, meta, std::chrono::milliseconds(0));
    asio::co_spawn(io_, write_all(stream.get(), kCount), asio::detached);
    const auto all = run(io_, read_all(stream.get()), std::chrono::seconds(120));
    EXPECT_TRUE(all.end.ok()) << to_string(all.end);
    EXPECT_TRUE(all.in_order);
    EXPECT_EQ(all.refused, 10);
    EXPECT_EQ(all.good, kCount - 10);
    EXPECT_EQ(metric("guichet_ingest_messages_total{outcome=\"opened\"}"), kCount - 10);
}

// Redis hangs: what is on its way fills every place, what comes next is told so in time.
TEST_F(Submit, RefusesWhatWaitsTooLong) {
    options_.in_flight = 1;
    options_.in_flight_wait = std::chrono::milliseconds(50);
    const ingest::MemoryWatch memory(io_.get_executor(), store_, context_->health, 0.85,
                                     std::chrono::hours(1));
    ingest::Submitter submitter(store_, catalog_, metrics_, memory, options_);
    auto channel = expect(submitter.channel(kMain, ChannelId("shop")));
    ASSERT_TRUE(run(io_, submitter.submit(kMain, channel, message("0"), {}, {})));
    redis_.freeze();
    std::optional<Result<store::Ingested>> first;
    asio::co_spawn(io_, submitter.submit(kMain, channel, message("1"), {}, {}),
                   [&](std::exception_ptr, Result<store::Ingested> stored) { first = std::move(stored); });
    const auto second = run(io_, submitter.submit(kMain, channel, message("2"), {}, {}));
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().code, Code::unavailable);
    redis_.thaw();
    EXPECT_TRUE(wait_until(io_, [&] { return first.has_value(); }));
    EXPECT_TRUE(run(io_, submitter.submit(kMain, channel, message("3"), {}, {})))
        << "the place is free again";
}

TEST_F(Submit, AStreamTellsWhichMessageIsNotAllowed) {
    rpc::Metadata meta;
    meta.credential = token(v1::ROLE_CHANNEL, {"other"});
    auto stream = transport_.bidi(kStream, meta, std::chrono::milliseconds(0));
    asio::co_spawn(io_, write_all(stream.get(), 3), asio::detached);
    const auto all = run(io_, read_all(stream.get()));
    EXPECT_EQ(all.refused, 3);
    EXPECT_TRUE(all.end.ok());
}

}  // namespace
}  // namespace guichet::test
