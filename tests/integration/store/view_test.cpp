// What is read of a conversation in one call.
#include "tests/integration/store/fixture.hpp"

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

}  // namespace
}  // namespace guichet::test
