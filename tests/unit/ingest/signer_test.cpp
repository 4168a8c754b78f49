#include "services/ingest/web/signer.hpp"

#include <gtest/gtest.h>

namespace guichet::ingest::web {
namespace {

TEST(Signer, GivesBackWhatItSigned) {
    const Signer signer("key");
    const auto statement = signer.sign("ticket", {"a", "", "c"});
    EXPECT_EQ(signer.verify("ticket", statement), (std::vector<std::string>{"a", "", "c"}));
}

TEST(Signer, RefusesOtherKeysPurposesAndBytes) {
    const Signer signer("key");
    auto statement = signer.sign("ticket", {"a"});
    EXPECT_FALSE(Signer("other").verify("ticket", statement));
    EXPECT_FALSE(signer.verify("receipt", statement));
    EXPECT_FALSE(signer.verify("ticket", ""));
    EXPECT_FALSE(signer.verify("ticket", "."));
    EXPECT_FALSE(signer.verify("ticket", statement.substr(0, statement.find('.'))));
    EXPECT_FALSE(signer.verify("ticket", std::string(10'000, 'a')));
    for (auto& c : statement) {
        const auto was = c;
        c = c == 'A' ? 'B' : 'A';
        const auto fields = signer.verify("ticket", statement);
        // The last character of base64 holds spare bits; what was signed stays what it was.
        EXPECT_TRUE(!fields || *fields == std::vector<std::string>{"a"});
        c = was;
    }
}

TEST(Signer, DerivesSecretsThatDiffer) {
    const Signer signer("key");
    EXPECT_EQ(signer.derive("page", "1").size(), 43u);
    EXPECT_EQ(signer.derive("page", "1"), signer.derive("page", "1"));
    EXPECT_NE(signer.derive("page", "1"), signer.derive("page", "2"));
    EXPECT_NE(signer.derive("page", "1"), Signer("other").derive("page", "1"));
}

}  // namespace
}  // namespace guichet::ingest::web
