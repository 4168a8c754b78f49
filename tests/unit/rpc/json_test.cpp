#include "common/rpc/json.hpp"

#include <google/protobuf/descriptor.h>
#include <gtest/gtest.h>

#include "guichet/v1/ingest.pb.h"

namespace guichet::rpc {
namespace {

Status refused(const std::string& json) {
    const auto result = json_to_bytes(*v1::SubmitRequest::descriptor(), json);
    return result ? Status{} : result.error();
}

TEST(Json, GoesThereAndBack) {
    const std::string json =
        R"({"requestId":"r1","message":{"kind":"INBOUND_KIND_EDITED","text":"caf\u00e9","ordinal":"9007199254740993"}})";
    const auto bytes = json_to_bytes(*v1::SubmitRequest::descriptor(), json);
    ASSERT_TRUE(bytes) << to_string(bytes.error());
    v1::SubmitRequest request;
    ASSERT_TRUE(request.ParseFromString(*bytes));
    EXPECT_EQ(request.request_id(), "r1");
    EXPECT_EQ(request.message().kind(), v1::INBOUND_KIND_EDITED);
    EXPECT_EQ(request.message().text(), "caf\xc3\xa9");
    EXPECT_EQ(request.message().ordinal(), 9007199254740993);
    EXPECT_EQ(bytes_to_json(*v1::SubmitRequest::descriptor(), *bytes).value(),
              "{\"requestId\":\"r1\",\"message\":{\"kind\":\"INBOUND_KIND_EDITED\",\"text\":\"caf\xc3\xa9\","
              "\"ordinal\":"
              "\"9007199254740993\"}}");
}

TEST(Json, TakesBothSpellingsOfNames) {
    EXPECT_TRUE(refused(R"({"request_id":"r1"})").ok());
    EXPECT_TRUE(refused("{}").ok());
    EXPECT_TRUE(refused("").ok());
}

TEST(Json, NamesTheFieldThatIsWrong) {
    EXPECT_EQ(refused(R"({"foo":1})").field, "foo");
    EXPECT_EQ(refused(R"({"message":{"author":{"nme":"x"}}})").field, "message.author.nme");
    EXPECT_EQ(refused(R"({"message":{"ordinal":"x"}})").field, "message.ordinal");
    EXPECT_EQ(refused(R"({"message":{"kind":"NOPE"}})").field, "message.kind");
    EXPECT_EQ(refused(R"({"message":[1]})").field, "message");
    EXPECT_EQ(refused(R"({"message":{"attachments":[{"size":"1"},{"siz":2}]}})").field,
              "message.attachments[1].siz");
}

TEST(Json, RefusesWhatIsNoMessage) {
    for (const auto* bad :
         {"[]", "5", "null x", "{", R"({"message":)", R"({"requestId":5})", "{} {}",
          R"({"requestId":"\ud800"})", R"({"message":{"createdAt":"yesterday"}})", "\xff", "{\"a\0\"}"}) {
        const auto status = refused(bad);
        EXPECT_EQ(status.code, Code::invalid_argument) << bad;
        EXPECT_EQ(status.message.find('\n'), std::string::npos) << bad;
    }
}

TEST(Json, RefusesDeepNestingBeforeItIsParsed) {
    const auto nested = [](int depth) {
        return R"({"requestId":)" + std::string(static_cast<std::size_t>(depth), '[') + "1";
    };
    EXPECT_NE(refused(nested(32)).message.find("nested deeper"), std::string::npos);
    EXPECT_EQ(refused(nested(31)).message.find("nested deeper"), std::string::npos);
    EXPECT_NE(refused(nested(1'000'000)).message.find("nested deeper"), std::string::npos);
    // Brackets in texts do not count, also after escaped quotes.
    EXPECT_TRUE(refused(R"({"requestId":"\"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[["})").ok());
}

TEST(Json, AnAnswerThatIsNoMessageIsInternal) {
    EXPECT_EQ(bytes_to_json(*v1::SubmitResponse::descriptor(), "\xff\xff").error().code, Code::internal);
}

TEST(Json, EscapesText) {
    EXPECT_EQ(json_string("a\"\\\n\r\t\x01"), R"("a\"\\\n\r\t\u0001")");
    EXPECT_EQ(json_string("\xff"), "\"\xef\xbf\xbd\"");
}

TEST(Json, ErrorsAreThoseOfConnect) {
    EXPECT_EQ(error_to_json(make_status(Code::not_found, "no \"x\"")),
              R"({"code":"not_found","message":"no \"x\""})");
    EXPECT_EQ(error_to_json(make_status(Code::internal, "")), R"({"code":"internal"})");
    EXPECT_EQ(
        error_to_json(make_status(Code::not_found, "m", "r")),
        R"({"code":"not_found","message":"m","details":[{"type":"guichet.v1.ErrorDetail","value":"CgFy",)"
        R"("debug":{"reason":"r"}}]})");
}

}  // namespace
}  // namespace guichet::rpc
