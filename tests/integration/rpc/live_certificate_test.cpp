#include "common/rpc/live_certificate.hpp"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <sys/stat.h>

#include <gtest/gtest.h>

#include "tests/support/authority.hpp"

namespace guichet::rpc {
namespace {

std::string told_by(std::istream& file) {
    return {std::istreambuf_iterator<char>(file), {}};
}

std::string content_at(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return told_by(file);
}

long time_of(const std::string& path) {
    struct stat found {};
    EXPECT_EQ(::stat(path.c_str(), &found), 0);
    return found.st_mtim.tv_sec;
}

class LiveCertificateTest : public ::testing::Test {
  protected:
    CertificateTexts texts(const test::Issued& issued) const {
        return {issued.certificate, issued.key, authority_.certificate()};
    }
    void expect_served(const CertificateTexts& wanted) const {
        EXPECT_EQ(content_at(live_.certificate_path()), wanted.certificate);
        EXPECT_EQ(content_at(live_.key_path()), wanted.key);
        EXPECT_EQ(content_at(live_.authorities_path()), wanted.authorities);
    }

    test::Authority authority_;
    LiveCertificate live_;
    const CertificateTexts first_ = texts(authority_.issue("first.test"));
    const CertificateTexts second_ = texts(authority_.issue("second.test"));
};

TEST_F(LiveCertificateTest, TheFilesHoldWhatWasPutLast) {
    ASSERT_TRUE(live_.put(first_));
    expect_served(first_);
    const auto path = live_.certificate_path();
    ASSERT_TRUE(live_.put(second_));
    EXPECT_EQ(live_.certificate_path(), path) << "whoever reads it again looks at the same place";
    expect_served(second_);
}

TEST_F(LiveCertificateTest, WhoReadsMeanwhileReadsOneOfThemWhole) {
    ASSERT_TRUE(live_.put(first_));
    std::ifstream reader(live_.certificate_path(), std::ios::binary);
    ASSERT_TRUE(reader);
    ASSERT_TRUE(live_.put(second_));
    EXPECT_EQ(told_by(reader), first_.certificate);
}

TEST_F(LiveCertificateTest, ThePairIsOfOneTimeThatMovesOn) {
    ASSERT_TRUE(live_.put(first_));
    const auto before = time_of(live_.key_path());
    EXPECT_EQ(time_of(live_.certificate_path()), before);
    ASSERT_TRUE(live_.put(second_));
    EXPECT_GT(time_of(live_.key_path()), before);
    EXPECT_EQ(time_of(live_.certificate_path()), time_of(live_.key_path()));
}

TEST_F(LiveCertificateTest, WhatIsRefusedLeavesTheOldOne) {
    ASSERT_TRUE(live_.put(first_));
    const CertificateTexts strangers_key{second_.certificate, first_.key, first_.authorities};
    const CertificateTexts no_certificate{"nothing", second_.key, second_.authorities};
    const CertificateTexts no_key{second_.certificate, "nothing", second_.authorities};
    const CertificateTexts half_a_key{second_.certificate, second_.key.substr(0, second_.key.size() / 2),
                                      second_.authorities};
    const CertificateTexts no_authorities{second_.certificate, second_.key, "nothing"};
    for (const auto& bad : {strangers_key, no_certificate, no_key, half_a_key, no_authorities}) {
        const auto put = live_.put(bad);
        ASSERT_FALSE(put);
        EXPECT_EQ(put.error().code, Code::invalid_argument);
        expect_served(first_);
    }
    ASSERT_TRUE(live_.put(second_));
    expect_served(second_);
}

TEST_F(LiveCertificateTest, ANumberOfRenewalsKeepsItsThreeFiles) {
    // Its own: the process has others, which come and go.
    const auto held = [] {
        int count = 0;
        std::error_code gone;
        for (const auto& file : std::filesystem::directory_iterator("/proc/self/fd")) {
            const auto where = std::filesystem::read_symlink(file, gone).string();
            count += where.find("memfd:guichet-tls") != std::string::npos ? 1 : 0;
        }
        return count;
    };
    ASSERT_TRUE(live_.put(first_));
    const auto before = held();
    EXPECT_GE(before, 3);
    for (int i = 0; i < 50; ++i) ASSERT_TRUE(live_.put(i % 2 == 0 ? second_ : first_));
    EXPECT_EQ(held(), before);
}

}  // namespace
}  // namespace guichet::rpc
