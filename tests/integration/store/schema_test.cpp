// Two releases on one Redis: who knows the data works beside the other, who does not is kept out and told
// why.
#include "tests/integration/store/fixture.hpp"

namespace guichet::test {
namespace {

class SchemaTest : public StoreTest {
  protected:
    redis::Reply redis(redis::Command command) { return expect(client_->call(std::move(command))); }
};

TEST_F(SchemaTest, TheFirstSaysWhoMayCome) {
    auto said = redis(redis::Command("HMGET", "{sys}:schema", "min_reader", "min_writer"));
    ASSERT_EQ(said.size(), 2u);
    EXPECT_EQ(said[0].text(), "1");
    EXPECT_EQ(said[1].text(), "1");
    expect(store_.load());
}

TEST_F(SchemaTest, ANewerSchemaIsRefusedInWords) {
    for (const char* field : {"min_reader", "min_writer"}) {
        redis(redis::Command("HSET", "{sys}:schema", field, "2"));
        const auto status = refused(store_.load());
        EXPECT_EQ(status.code, Code::failed_precondition);
        EXPECT_EQ(status.reason, "newer_schema");
        EXPECT_NE(status.message.find("of schema 2, this release knows 1"), std::string::npos)
            << status.message;
        EXPECT_FALSE(status.retryable);
        redis(redis::Command("HSET", "{sys}:schema", field, "1"));
    }
    expect(store_.load());
}

TEST_F(SchemaTest, ARefusedReleaseLeavesTheOthersFunctionsAlone) {
    redis(redis::Command("FUNCTION", "FLUSH"));
    redis(redis::Command("HSET", "{sys}:schema", "min_reader", "2"));
    refused(store_.load());
    EXPECT_EQ(redis(redis::Command("FUNCTION", "LIST")).size(), 0u);
}

}  // namespace
}  // namespace guichet::test
