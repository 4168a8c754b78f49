// What is read of a conversation in one call.
#include <algorithm>

#include "tests/integration/store/fixture.hpp"
#include "tests/support/store_library.hpp"

namespace guichet::test {
namespace {

class ViewTest : public StoreTest {
  protected:
    ViewTest() {
        for (const char* number : {"1", "2", "3"}) {
            const auto words = "words " + std::string(number);
            stored_ = expect(store_.ingest(inbound("m" + std::string(number), "t", words)));
        }
    }
    std::vector<std::string> texts(std::int64_t before, int limit) {
        const auto view = expect(reads_.view(by("bob"), stored_.conversation, before, limit));
        more_ = view.more();
        std::vector<std::string> all;
        for (const auto& message : view.messages())
            all.push_back(std::to_string(message.seq()) + " " + message.text());
        return all;
    }

    store::Ingested stored_;
    bool more_ = false;
};

using Texts = std::vector<std::string>;

TEST_F(ViewTest, ShowsTheNewestMessagesOrThoseBeforeAnother) {
    EXPECT_EQ(texts(0, 50), (Texts{"1 words 1", "2 words 2", "3 words 3"}));
    EXPECT_FALSE(more_);
    EXPECT_EQ(texts(0, 2), (Texts{"2 words 2", "3 words 3"}));
    EXPECT_TRUE(more_);
    EXPECT_EQ(texts(2, 2), Texts{"1 words 1"});
    EXPECT_FALSE(more_);
    EXPECT_EQ(texts(99, 1), Texts{"3 words 3"}) << "there is nothing behind the newest";
    EXPECT_EQ(texts(1, 5), Texts{});
}

TEST_F(ViewTest, IsTheSameAsWhatTheRecordSays) {
    const auto c = read(stored_.conversation);
    EXPECT_EQ(c.message_count(), 3);
    EXPECT_EQ(c.channel(), "form");
    EXPECT_FALSE(c.contact().empty());
    const auto view = expect(reads_.view(by("bob"), stored_.conversation, 0, 1));
    EXPECT_EQ(view.conversation().SerializeAsString(), c.SerializeAsString());
}

TEST_F(ViewTest, SaysOneMessageWithItsConversation) {
    const auto said = expect(reads_.said(kBrand, stored_.conversation, 2));
    EXPECT_EQ(said.first.id(), stored_.conversation.str());
    EXPECT_EQ(said.second.text(), "words 2");
    EXPECT_EQ(refused(reads_.said(kBrand, stored_.conversation, 4)).code, Code::internal);
    EXPECT_EQ(refused(reads_.said(kBrand, ConversationId("nowhere"), 1)).code, Code::not_found);
}

TEST_F(ViewTest, OutsideTheScopeThereIsNothing) {
    const auto elsewhere = by("bob", {}, "legal/*/*");
    EXPECT_EQ(refused(reads_.view(elsewhere, stored_.conversation, 0, 10)).code, Code::not_found);
    EXPECT_EQ(refused(reads_.conversation(kBrand, stored_.conversation, "legal/*/*")).code, Code::not_found);
}

class ClaimedViewTest : public ViewTest {
  protected:
    ClaimedViewTest() {
        triage(stored_, 1000);
        expect(store_.save_draft(by("bob"), stored_.conversation, "half a sentence"));
    }
    store::Claimed next(int messages, std::string request = {}) {
        store::ClaimNext what;
        what.messages = messages;
        return expect(store_.claim_next(by("bob", std::move(request)), what)).value();
    }
    store::Claimed named(int messages) {
        return expect(
            store_.claim(by("bob"), stored_.conversation, std::chrono::seconds(60), 5, false, messages));
    }
    // What comes along is what is read.
    void expect_as_read(const store::Claimed& mine, int messages) {
        const auto read = expect(reads_.view(by("bob"), stored_.conversation, 0, messages));
        EXPECT_EQ(read.conversation().owner(), "bob");
        EXPECT_EQ(read.conversation().epoch(), mine.epoch);
        EXPECT_EQ(read.messages_size(), std::min(messages, 3));
        EXPECT_EQ(read.draft(), "half a sentence");
        // Whatever the claimant's grants let him look for.
        const auto brought = expect(reads_.claimed(by("bob", {}, "legal/*/*"), mine, messages));
        EXPECT_EQ(brought.SerializeAsString(), read.SerializeAsString());
    }
};

TEST_F(ClaimedViewTest, AClaimBringsAlongWhatItsOwnerReads) {
    const auto mine = next(2);
    EXPECT_FALSE(mine.sight.empty());
    expect_as_read(mine, 2);
    const auto again = named(2);
    EXPECT_FALSE(again.sight.empty());
    expect_as_read(again, 2);
}

TEST_F(ClaimedViewTest, ByItsNameAsWell) {
    const auto mine = named(50);
    EXPECT_FALSE(mine.sight.empty());
    expect_as_read(mine, 50);
}

TEST_F(ClaimedViewTest, TheSameRequestShowsItAsItIsNowAndKeepsNoWords) {
    const auto mine = next(50, "r1");
    expect(store_.ingest(inbound("m4", "t", "words 4")));
    const auto again = next(50, "r1");
    EXPECT_EQ(again.epoch, mine.epoch);
    const auto brought = expect(reads_.claimed(by("bob"), again, 50));
    ASSERT_EQ(brought.messages_size(), 4);
    EXPECT_EQ(brought.messages(3).text(), "words 4");
    const auto kept = expect(client_->call(redis::Command("KEYS", "*:brand:rq:bob:r1")));
    ASSERT_EQ(kept.size(), 1U);
    const auto answer = expect(client_->call(redis::Command("GET", kept[0].text())));
    EXPECT_NE(answer.text().find(stored_.conversation.str()), std::string::npos);
    EXPECT_EQ(answer.text().find("words"), std::string::npos) << "erasure would not reach them there";
}

TEST_F(ClaimedViewTest, WhatAnOlderLibraryDoesNotBringIsRead) {
    auto older = store::library_text();
    const std::string asked = "if not most or most == '' then return answer end";
    ASSERT_NE(older.find(asked), std::string::npos);
    older.replace(older.find(asked), asked.size(), "if true then return answer end");
    expect(client_->call(load_library(older)));
    const auto mine = next(2);
    EXPECT_TRUE(mine.sight.empty());
    expect_as_read(mine, 2);
}

}  // namespace
}  // namespace guichet::test
