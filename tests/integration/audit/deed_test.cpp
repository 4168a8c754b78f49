// A deed that was answered is in the audit: by the store's own line, or by the record that its answer waited
// for.
#include "common/store/keys.hpp"
#include "guichet/v1/desk.pb.h"
#include "guichet/v1/reply.pb.h"
#include "guichet/v1/routing.pb.h"
#include "services/guichet/call_audit.hpp"
#include "services/inbox/desk_service.hpp"
#include "tests/integration/services/world.hpp"

namespace guichet::test {
namespace {

class DeedTest : public ServicesTest {
  protected:
    DeedTest() {
        using Telling = std::optional<asio::awaitable<Result<void>>>;
        dispatcher_.before_answer(
            [this](const rpc::CallRecord& record, const rpc::CallDetails& details) -> Telling {
                return calls_.before_answer(record, details);
            });
        dispatcher_.observe([this](const rpc::CallRecord& record) { calls_.record(record); });
        desk_.register_rpcs(dispatcher_);
        calls_.start();
    }
    ~DeedTest() override { run(io_, stopped()); }

    asio::awaitable<bool> stopped() {
        co_await calls_.stop();
        co_return true;
    }
    // Nothing but its record tells it: the store appends no event.
    void read_mentions(const std::string& request) {
        v1::ReadMentionsRequest read;
        read.set_request_id(request);
        expect<v1::ReadMentionsResponse>("bob", "DeskService/ReadMentions", read);
    }
    // Lines that Redis has at this moment, archived or not; nothing else runs meanwhile.
    int lines(const std::string& key, const std::string& field, const std::string& value) {
        const auto entries = redis_.command(redis::Command("XRANGE", key, "-", "+"));
        int found = 0;
        for (std::size_t i = 0; i < entries.size(); ++i) {
            for (std::size_t at = 0; at + 1 < entries[i][1].size(); at += 2) {
                if (entries[i][1][at].text() == field && entries[i][1][at + 1].text() == value) ++found;
            }
        }
        return found;
    }
    int events(const std::string& field, const std::string& value) {
        int found = 0;
        for (int partition = 0; partition < store_.partitions(); ++partition) {
            found += lines(store::events_key(store::Partition(partition)), field, value);
        }
        return found;
    }
    int recorded(const std::string& request) { return lines(store::audit_key(), "r", request); }
    void memory_limit(const char* limit) {
        redis_.command(redis::Command("CONFIG", "SET", "maxmemory", limit));
    }

    inbox::DeskService desk_{*context_, connectors_};
    CallAudit calls_{io_.get_executor(), *client_, metrics_};
};

TEST_F(DeedTest, WhatWasAnsweredIsRecorded) {
    for (int i = 0; i < 20; ++i) {
        const auto request = "deed" + std::to_string(i);
        read_mentions(request);
        EXPECT_EQ(recorded(request), 1) << request;
    }
}

TEST_F(DeedTest, ManyAtOnceAreEachRecorded) {
    constexpr int kMany = 300;
    int answered = 0;
    int missing = 0;
    for (int i = 0; i < kMany; ++i) {
        const auto request = "many" + std::to_string(i);
        v1::ReadMentionsRequest read;
        read.set_request_id(request);
        rpc::CallHead head;
        head.method = "guichet.v1.DeskService/ReadMentions";
        head.credential = "bob";
        const bool looked_at = i % 50 == 49;
        dispatcher_.start_unary(head, read.SerializeAsString(),
                                [this, request, looked_at, &answered, &missing](Result<std::string> answer) {
                                    ++answered;
                                    if (!answer || (looked_at && recorded(request) != 1)) ++missing;
                                });
    }
    wait_for([&] { return answered == kMany; }, "the answers");
    EXPECT_EQ(missing, 0);
}

TEST_F(DeedTest, WhatRedisRefusesIsAnsweredAndRecordedLater) {
    read_mentions("before");
    memory_limit("1");
    const auto begun = clock_.steady();
    read_mentions("meanwhile");
    EXPECT_LT(clock_.steady() - begun, std::chrono::seconds(1)) << "it is known that Redis did not take it";
    EXPECT_EQ(recorded("meanwhile"), 0);
    memory_limit("0");
    wait_for([&] { return recorded("meanwhile") == 1; }, "the line");
    EXPECT_NE(metrics_.exposition().find("guichet_audit_late_total 1"), std::string::npos);
}

TEST_F(DeedTest, WhatTheStoreTellsIsThereWithItsAnswer) {
    const auto id = complain("t1", "This is bad, I complain.");
    const auto mine = claim("bob", id);
    EXPECT_EQ(events("t", "conversation.claimed"), 1);
    v1::AddNoteRequest note;
    note.set_conversation(id.str());
    note.set_text("He called before.");
    expect<v1::AddNoteResponse>("bob", "ReplyService/AddNote", note);
    EXPECT_EQ(events("t", "note.added"), 1);
    v1::SetLabelsRequest labels;
    labels.set_conversation(id.str());
    labels.add_add("urgent");
    expect<v1::SetLabelsResponse>("bob", "RoutingService/SetLabels", labels);
    EXPECT_EQ(events("t", "conversation.labelled"), 1);
    send("bob", mine, "We are sorry.");
    EXPECT_EQ(events("t", "delivery.held"), 1);
    EXPECT_GE(events("a", "bob"), 4);
}

}  // namespace
}  // namespace guichet::test
