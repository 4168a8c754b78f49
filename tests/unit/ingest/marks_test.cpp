#include "services/ingest/marks.hpp"

#include <gtest/gtest.h>

namespace guichet::ingest {
namespace {

using store::ContactMark;
using List = std::vector<ContactMark>;

class MarksTest : public ::testing::Test {
  protected:
    List marks() { return marks_of(message_, channel_); }
    void field(const std::string& name, const std::string& value) {
        auto* field = message_.add_fields();
        field->set_name(name);
        field->set_value(value);
    }
    v1::InboundMessage message_;
    v1::Channel channel_;
};

TEST_F(MarksTest, AnAddressIsProvenWhereHeWroteFromIt) {
    message_.mutable_author()->set_email("Anna.Maes@Example.org");
    EXPECT_EQ(marks(), (List{{"mail", false, "anna.maes@example.org"}}));
    channel_.set_kind(v1::CHANNEL_KIND_MAIL);
    EXPECT_EQ(marks(), (List{{"mail", true, "anna.maes@example.org"}}));
    for (const char* bad : {"anna", "@x", "a|b@x.org", "a b@x.org"}) {
        message_.mutable_author()->set_email(bad);
        EXPECT_TRUE(marks().empty()) << bad;
    }
}

TEST_F(MarksTest, ANameAloneTellsNothingWithATownItDoes) {
    message_.mutable_author()->set_name("Anna  Maës");
    EXPECT_TRUE(marks().empty());
    field("Ville", "Liège");
    EXPECT_EQ(marks(), (List{{"name_town", false, "anna maes,liege"}}));
}

TEST_F(MarksTest, NumbersOfFieldsAndOrdersInWords) {
    message_.mutable_author()->set_phone("+32 (0)470 12 34 56");
    field("order_number", "AB-4711 08");
    field("gsm", "0032470123456");
    message_.set_text(
        "Ma commande n° 12345678 n'est pas là. Bestelling: 2023-99817! My phone is 0470 99 88 77");
    EXPECT_EQ(marks(), (List{{"phone", false, "+32470123456"},
                             {"order", false, "ab471108"},
                             {"order", false, "12345678"},
                             {"order", false, "202399817"}}));
}

TEST_F(MarksTest, ANumberWithoutAWordForItIsNone) {
    for (const char* text : {"I waited 12345678 hours", "order me a pizza",
                             "in order to see 3 of 4 things, 2024 99817", "my order is late"}) {
        message_.set_text(text);
        EXPECT_TRUE(marks().empty()) << text;
    }
}

TEST_F(MarksTest, OneMessageTellsSoMuchAndNoMore) {
    std::string text;
    for (int i = 0; i < 50; ++i) text += "order " + std::to_string(100'000 + i) + " ";
    message_.set_text(text);
    EXPECT_EQ(marks().size(), kMostMarks);
}

}  // namespace
}  // namespace guichet::ingest
