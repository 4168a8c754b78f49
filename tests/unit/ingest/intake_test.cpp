#include "services/ingest/intake.hpp"

#include <gtest/gtest.h>

#include "common/store/records.hpp"
#include "services/ingest/webhooks.hpp"

namespace guichet::ingest {
namespace {

class IntakeTest : public ::testing::Test {
  protected:
    IntakeTest() {
        channel_.set_id("shop");
        channel_.set_team("care");
        message_.set_external_id("e1");
        message_.set_text("hello");
        message_.mutable_author()->set_external_id("anna");
        message_.mutable_author()->set_name("Anna");
    }
    Result<store::Inbound> take() {
        return normalise(WorkspaceId("main"), channel_, message_, intake_, limits_);
    }
    void refused(const std::string& field) {
        const auto result = take();
        ASSERT_FALSE(result) << field;
        EXPECT_EQ(result.error().code, Code::invalid_argument);
        EXPECT_EQ(result.error().field, "message." + field);
        EXPECT_NE(result.error().message.find(field), std::string::npos);
    }

    v1::Channel channel_;
    v1::InboundMessage message_;
    Intake intake_;
    MessageLimits limits_;
};

TEST_F(IntakeTest, TakesAMessage) {
    const auto in = take();
    ASSERT_TRUE(in);
    EXPECT_EQ(in->workspace.str(), "main");
    EXPECT_EQ(in->channel.str(), "shop");
    EXPECT_EQ(in->team.str(), "care");
    EXPECT_EQ(in->external_id, "e1");
    EXPECT_EQ(in->author, "anna");
    EXPECT_EQ(in->author_name, "Anna");
    EXPECT_EQ(in->thread, "anna") << "the author keeps messages together";
    EXPECT_FALSE(in->is_public);
    v1::Message kept;
    ASSERT_TRUE(kept.ParseFromString(in->blob));
    EXPECT_EQ(kept.text(), "hello");
    EXPECT_EQ(kept.author().name(), "Anna");
}

TEST_F(IntakeTest, AMissingAuthorIsAnonymousForEachMessage) {
    message_.clear_author();
    const auto in = take();
    ASSERT_TRUE(in);
    EXPECT_EQ(in->author, "anonymous:e1");
    EXPECT_EQ(in->thread, "anonymous:e1");
}

TEST_F(IntakeTest, VisibilityIsTheMessagesElseTheChannels) {
    (*channel_.mutable_settings())["visibility"] = "public";
    EXPECT_TRUE(take()->is_public);
    message_.set_visibility(v1::VISIBILITY_PRIVATE);
    EXPECT_FALSE(take()->is_public);
}

TEST_F(IntakeTest, NamesWhatIsMissing) {
    message_.clear_external_id();
    refused("external_id");
    message_.set_external_id("e1");
    message_.clear_text();
    refused("text");
    message_.set_kind(v1::INBOUND_KIND_DELETED);
    EXPECT_TRUE(take()) << "a deletion has no text";
    message_.set_kind(v1::INBOUND_KIND_CREATED);
    message_.add_attachments()->set_url("https://x.example/1.png");
    EXPECT_TRUE(take()) << "a picture needs no words";
}

TEST_F(IntakeTest, NamesWhatIsTooLong) {
    message_.set_external_id(std::string(512, 'e'));
    EXPECT_TRUE(take());
    message_.set_external_id(std::string(513, 'e'));
    refused("external_id");
    message_.set_external_id("e1");
    message_.set_text(std::string(limits_.text, 'x'));
    EXPECT_TRUE(take());
    message_.mutable_text()->push_back('x');
    refused("text");
}

TEST_F(IntakeTest, RefusesWhatIsNoPlainText) {
    message_.set_text(std::string("a\0b", 3));
    refused("text");
    message_.set_text("hello");
    message_.set_external_id("a\nb");
    refused("external_id");
    message_.set_external_id("e1");
    message_.set_thread("\xff");
    refused("thread");
}

TEST_F(IntakeTest, RepairsWhatAPersonTyped) {
    intake_.repair = true;
    message_.set_text("caf\xe9");
    message_.mutable_author()->set_name(std::string(limits_.name + 5, 'n'));
    message_.set_language("french");
    const auto in = take();
    ASSERT_TRUE(in);
    EXPECT_EQ(in->text, "caf\xEF\xBF\xBD");
    EXPECT_EQ(in->author_name.size(), limits_.name);
    EXPECT_EQ(in->language, "");
}

TEST_F(IntakeTest, BoundsAttachmentsAndFields) {
    auto* attachment = message_.add_attachments();
    attachment->set_url("ftp://x.example/1");
    refused("attachments.url");
    attachment->set_url("https://x.example/1");
    attachment->set_size(limits_.attachment_size + 1);
    refused("attachments.size");
    attachment->set_size(-1);
    refused("attachments.size");
    attachment->set_size(1);
    for (std::size_t i = 0; i < limits_.attachments; ++i) message_.add_attachments();
    refused("attachments");
    message_.clear_attachments();
    for (std::size_t i = 0; i <= limits_.fields; ++i) message_.add_fields()->set_name("n");
    refused("fields");
}

TEST_F(IntakeTest, OnlyOurselvesNameBlobs) {
    message_.add_attachments()->set_blob("sha256:" + std::string(64, 'a'));
    refused("attachments.blob");
    intake_.own_blobs = true;
    EXPECT_TRUE(take());
}

TEST_F(IntakeTest, ALanguageIsTwoSmallLetters) {
    message_.set_language("fr");
    EXPECT_EQ(take()->language, "fr");
    for (const auto* wrong : {"FR", "fra", "f", "f1"}) {
        message_.set_language(wrong);
        refused("language");
    }
}

TEST_F(IntakeTest, KeepsKindAndOrdinal) {
    message_.set_kind(v1::INBOUND_KIND_EDITED);
    message_.set_ordinal(7);
    EXPECT_EQ(take()->kind, store::Inbound::Kind::edited);
    EXPECT_EQ(take()->ordinal, 7);
    message_.set_ordinal(-1);
    refused("ordinal");
}

TEST(WebhookAddress, IsAChannelOrAWorkspaceAndAChannel) {
    EXPECT_EQ(parse_app("shop", "main").workspace.str(), "main");
    EXPECT_EQ(parse_app("shop", "main").channel.str(), "shop");
    EXPECT_EQ(parse_app("brand.shop", "main").workspace.str(), "brand");
    EXPECT_EQ(parse_app("brand.shop.eu", "main").channel.str(), "shop.eu");
}

TEST(Options, FollowTheConfiguration) {
    config::Settings settings;
    settings.routing.first_answer.normal = std::chrono::minutes(90);
    settings.http.frame_ancestors = {"https://a.example", "https://b.example"};
    settings.ingest.unknown_letters = 3;
    settings.ingest.poll.first_question = std::chrono::seconds(4);
    settings.ingest.poll.grace = std::chrono::seconds(7);
    settings.ingest.poll.pages = 9;
    settings.ingest.poll.sweep = std::chrono::seconds(11);
    const auto options = options_from(settings);
    EXPECT_EQ(options.webhook.unknown.letters, 3);
    EXPECT_EQ(options.webhook.unknown.bytes, static_cast<std::int64_t>(settings.ingest.unknown_bytes.count));
    EXPECT_EQ(options.poll.unproven_pull, std::chrono::seconds(4));
    EXPECT_EQ(options.poll.grace, std::chrono::seconds(7));
    EXPECT_EQ(options.poll.pages, 9);
    EXPECT_EQ(options.poll.sweep, std::chrono::seconds(11));
    EXPECT_EQ(options.forms.answer_within, std::chrono::hours(2));
    EXPECT_EQ(options.forms.frame_ancestors, "https://a.example https://b.example");
    EXPECT_EQ(options.message.text, settings.ingest.text_limit.count);
    EXPECT_LE(options.forms.text * 4, options.message.text) << "nothing typed in a form is cut";
}

}  // namespace
}  // namespace guichet::ingest
