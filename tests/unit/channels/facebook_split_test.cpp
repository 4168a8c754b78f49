#include <gtest/gtest.h>

#include "common/channels/facebook/json_fields.hpp"
#include "common/channels/facebook/parse.hpp"
#include "common/channels/facebook/split.hpp"

namespace guichet::channels::facebook {
namespace {

std::string change_of(const std::string& comment) {
    return R"("changes":[{"field":"feed","value":{"item":"comment","verb":"add","comment_id":")" + comment +
           R"(","post_id":"1_7","from":{"id":"555","name":"Anna"},"message":"It broke."}}])";
}

std::string entry_of(const std::string& page, const std::string& comment) {
    return R"({"id":)" + page + R"(,"time":1763800001,)" + change_of(comment) + "}";
}

std::string with_entries(const std::string& entries) {
    return R"({"object":"page", "entry":[)" + entries + "]}";
}

std::vector<std::string> comments_in(const std::string& body) {
    auto events = parse_webhook({}, body);
    if (!events) throw std::runtime_error(to_string(events.error()));
    std::vector<std::string> ids;
    for (const auto& event : *events) ids.push_back(event.account + "/" + event.message.external_id());
    return ids;
}

using Ids = std::vector<std::string>;

TEST(FacebookSplit, LeavesABodyOfOnePageAsItCame) {
    const auto body = with_entries(entry_of("\"100\"", "7_1") + "," + entry_of("100", "7_2"));
    const auto parts = split_webhook(body);
    ASSERT_TRUE(parts);
    ASSERT_EQ(parts->size(), 1u);
    EXPECT_EQ(parts->front().account, "100");
    EXPECT_EQ(parts->front().body, body);
}

TEST(FacebookSplit, CutsByPageAndKeepsTheOrder) {
    const auto parts = split_webhook(
        with_entries(entry_of("\"200\"", "8_1") + "," + entry_of("\"100\"", "7_1") + ",17," +
                     entry_of("\"200\"", "8_2") + "," + entry_of("18446744073709551615", "9_1")));
    ASSERT_TRUE(parts);
    ASSERT_EQ(parts->size(), 3u);
    EXPECT_EQ((*parts)[0].account, "200");
    EXPECT_EQ(comments_in((*parts)[0].body), (Ids{"200/8_1", "200/8_2"}));
    EXPECT_EQ(comments_in((*parts)[1].body), (Ids{"100/7_1"}));
    EXPECT_EQ(comments_in((*parts)[2].body), (Ids{"18446744073709551615/9_1"}));
}

// Found by fuzzing: it was written out as a word that JSON does not have.
TEST(FacebookSplit, ANumberBeyondAllBoundsLeavesItsPartReadable) {
    const auto parts = split_webhook(
        R"({"object":"page","big":-7e3800000,"entry":[{"id":"100","time":7e3800000},{"id":"200","more":[[1e999999]]}]})");
    ASSERT_TRUE(parts);
    ASSERT_EQ(parts->size(), 2u);
    for (const auto& part : *parts) EXPECT_TRUE(parse_webhook({"100", "The Shop"}, part.body)) << part.body;
}

TEST(FacebookSplit, NothingIsNoPart) {
    const auto parts = split_webhook(with_entries(""));
    ASSERT_TRUE(parts);
    EXPECT_TRUE(parts->empty());
}

TEST(FacebookSplit, SaysWhatCannotBeRead) {
    EXPECT_EQ(split_webhook("not json").error().code, Code::invalid_argument);
    EXPECT_EQ(split_webhook(R"({"object":"page"})").error().field, "entry");
    std::string many = "1";
    for (std::size_t i = 0; i < kMaxUpdates; ++i) many += ",1";
    EXPECT_EQ(split_webhook(with_entries(many)).error().field, "entry");
}

}  // namespace
}  // namespace guichet::channels::facebook
