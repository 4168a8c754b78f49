#include "services/ingest/dead_event.hpp"

#include <gtest/gtest.h>

namespace guichet::ingest {
namespace {

TEST(DeadEvent, ComesBackAsItWas) {
    v1::InboundMessage message;
    message.set_external_id("m1");
    message.mutable_author()->set_name("Zoé");
    message.mutable_created_at()->set_seconds(1'763'800'000);
    message.add_attachments()->set_blob("sha256:00");
    message.set_ordinal(std::int64_t{1} << 60);
    message.set_text("Ça ne marche pas");
    const auto back = decode_dead_event(encode_dead_event(message, 100));
    ASSERT_TRUE(back) << to_string(back.error());
    EXPECT_EQ(back->SerializeAsString(), message.SerializeAsString());
}

TEST(DeadEvent, HoldsNoIllFormedText) {
    v1::InboundMessage message;
    message.set_external_id("m\xff");
    message.mutable_author()->set_name("a\xfe");
    message.add_fields()->set_value("v\xfd");
    message.set_text("éé\xff");
    const auto back = decode_dead_event(encode_dead_event(message, 3));
    ASSERT_TRUE(back) << to_string(back.error());
    EXPECT_EQ(back->external_id(), "m\xef\xbf\xbd");
    EXPECT_EQ(back->author().name(), "a\xef\xbf\xbd");
    EXPECT_EQ(back->fields(0).value(), "v\xef\xbf\xbd");
    EXPECT_EQ(back->text(), "é") << "cut at a character";
}

TEST(DeadEvent, SaysWhatIsNone) {
    EXPECT_EQ(decode_dead_event("not json").error().code, Code::invalid_argument);
    EXPECT_EQ(decode_dead_event("{\"nothing\":1}").error().code, Code::invalid_argument);
}

}  // namespace
}  // namespace guichet::ingest
