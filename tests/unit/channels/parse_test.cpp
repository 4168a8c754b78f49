#include "common/channels/custom/parse.hpp"

#include <gtest/gtest.h>

namespace guichet::channels {
namespace {

v1::InboundMessage one(std::string_view body) {
    auto messages = parse_messages(body);
    if (!messages) throw std::runtime_error(to_string(messages.error()));
    EXPECT_EQ(messages->size(), 1u);
    return messages->at(0);
}

TEST(ParseMessages, ReadsEveryField) {
    const auto m = one(R"({"externalId":"e1","kind":"INBOUND_KIND_EDITED","thread":"t1",
        "author":{"externalId":"a1","name":"Anna","email":"a@b.example","phone":"+32"},
        "subject":"s","text":"caf\u00e9","createdAt":"2026-11-22T10:00:00.250+01:00","visibility":"VISIBILITY_PUBLIC",
        "attachments":[{"name":"n","mediaType":"image/png","size":"12","url":"https://x.example/1"}],
        "fields":[{"name":"order","value":"7"}],"language":"fr","preferredOwner":"claire","ordinal":"9","unknown":[1]})");
    EXPECT_EQ(m.external_id(), "e1");
    EXPECT_EQ(m.kind(), v1::INBOUND_KIND_EDITED);
    EXPECT_EQ(m.thread(), "t1");
    EXPECT_EQ(m.author().external_id(), "a1");
    EXPECT_EQ(m.author().name(), "Anna");
    EXPECT_EQ(m.author().email(), "a@b.example");
    EXPECT_EQ(m.author().phone(), "+32");
    EXPECT_EQ(m.subject(), "s");
    EXPECT_EQ(m.text(), "café");
    EXPECT_EQ(m.created_at().seconds(), 1'795'338'000);
    EXPECT_EQ(m.created_at().nanos(), 250'000'000);
    EXPECT_EQ(m.visibility(), v1::VISIBILITY_PUBLIC);
    ASSERT_EQ(m.attachments_size(), 1);
    EXPECT_EQ(m.attachments(0).media_type(), "image/png");
    EXPECT_EQ(m.attachments(0).size(), 12);
    EXPECT_EQ(m.fields(0).value(), "7");
    EXPECT_EQ(m.language(), "fr");
    EXPECT_EQ(m.preferred_owner(), "claire");
    EXPECT_EQ(m.ordinal(), 9);
}

TEST(ParseMessages, TakesPlainNamesShortWordsAndNumbersAsIds) {
    const auto m = one(R"({"external_id":-12345678901234567,"kind":"deleted","author":{"external_id":42},
        "visibility":"private","ordinal":3,"thread":null})");
    EXPECT_EQ(m.external_id(), "-12345678901234567");
    EXPECT_EQ(m.kind(), v1::INBOUND_KIND_DELETED);
    EXPECT_EQ(m.author().external_id(), "42");
    EXPECT_EQ(m.visibility(), v1::VISIBILITY_PRIVATE);
    EXPECT_EQ(m.ordinal(), 3);
    EXPECT_EQ(m.thread(), "");
}

TEST(ParseMessages, ReadsABatchInOrder) {
    const auto messages = parse_messages(R"({"messages":[{"externalId":"1"},{"externalId":"2"}]})");
    ASSERT_TRUE(messages);
    ASSERT_EQ(messages->size(), 2u);
    EXPECT_EQ(messages->at(1).external_id(), "2");
    EXPECT_EQ(parse_messages(R"({"messages":[]})")->size(), 0u);
    EXPECT_FALSE(parse_messages(R"({"messages":[{},{}]})", 1));
}

class Unreadable : public ::testing::TestWithParam<const char*> {};

TEST_P(Unreadable, IsRefusedInWords) {
    const auto messages = parse_messages(GetParam());
    ASSERT_FALSE(messages);
    EXPECT_EQ(messages.error().code, Code::invalid_argument);
    EXPECT_FALSE(messages.error().message.empty());
}

INSTANTIATE_TEST_SUITE_P(ParseMessages, Unreadable,
                         ::testing::Values("", "{", "[]", "null", "12", "{\"externalId\":{}}",
                                           "{\"externalId\":true}", "{\"kind\":\"liked\"}", "{\"kind\":7}",
                                           "{\"author\":[]}", "{\"fields\":{}}", "{\"fields\":[1]}",
                                           "{\"messages\":{}}", "{\"messages\":[1]}", "{\"ordinal\":\"x\"}",
                                           "{\"ordinal\":1.5}", "{\"createdAt\":\"yesterday\"}",
                                           "{\"createdAt\":\"2026-11-22T10:00:00\"}",
                                           "{\"createdAt\":\"2026-13-22T10:00:00Z\"}", "{\"text\":\"\xff\"}",
                                           "{\"text\":\"\xed\xa0\x80\"}", "{\"text\":\"a\"} x"));

TEST(ParseMessages, RefusesDeepNestingWithoutHarm) {
    const auto deep = "{\"x\":" + std::string(100'000, '[') + std::string(100'000, ']') + "}";
    EXPECT_FALSE(parse_messages(deep));
}

TEST(ParseTime, KnowsZones) {
    EXPECT_EQ(*parse_time("1970-01-01T00:00:00Z"), 0);
    EXPECT_EQ(*parse_time("2000-02-29T12:00:00-02:30"), 951'834'600'000);
    EXPECT_EQ(*parse_time("2026-11-22T10:00:00.123456Z"), 1'795'341'600'123);
}

}  // namespace
}  // namespace guichet::channels
