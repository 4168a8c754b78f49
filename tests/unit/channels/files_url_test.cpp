#include "common/channels/files_url.hpp"

#include <gtest/gtest.h>

namespace guichet::channels {
namespace {

v1::Channel keeps_files_at(const std::string& url) {
    v1::Channel channel;
    (*channel.mutable_settings())["allow_private"] = "true";
    (*channel.mutable_settings())["webhook_url"] = "http://10.0.0.5:8080/hook";
    if (!url.empty()) (*channel.mutable_settings())["files_url"] = url;
    return channel;
}

TEST(FilesUrl, NothingOfAPrivateHostUnlessItIsNamed) {
    EXPECT_FALSE(is_private_file(keeps_files_at(""), "http://10.0.0.5:8080/hook"));
    EXPECT_FALSE(is_private_file(keeps_files_at(""), "http://10.0.0.5:8080/files/1.png"));
}

TEST(FilesUrl, WhatLiesBelowItAndNothingElse) {
    const auto channel = keeps_files_at("http://10.0.0.5:8080/files/");
    EXPECT_TRUE(is_private_file(channel, "http://10.0.0.5:8080/files/1.png"));
    EXPECT_TRUE(is_private_file(channel, "http://10.0.0.5:8080/files/a/b?signature=%2fx"));
    for (const char* other :
         {"http://10.0.0.5:8080/admin/delete", "http://10.0.0.5:8080/filesystem",
          "http://10.0.0.5:8080/files", "http://10.0.0.5:9090/files/1.png",
          "https://10.0.0.5:8080/files/1.png", "http://10.0.0.6:8080/files/1.png",
          "http://10.0.0.5:8080/files/../admin", "http://10.0.0.5:8080/files/%2E%2e/admin",
          "http://10.0.0.5:8080/files/..%2fadmin", "http://10.0.0.5:8080/files/%252e%252e/admin",
          "http://10.0.0.5:8080/files/..\\admin", "files/1", ""})
        EXPECT_FALSE(is_private_file(channel, other)) << other;
}

TEST(FilesUrl, OnlyWhereThePrivateIsAllowed) {
    auto channel = keeps_files_at("http://10.0.0.5:8080/files/");
    channel.mutable_settings()->erase("allow_private");
    EXPECT_FALSE(is_private_file(channel, "http://10.0.0.5:8080/files/1.png"));
}

TEST(FilesUrl, IsAFolder) {
    EXPECT_TRUE(check_files_url(keeps_files_at("")).ok());
    EXPECT_TRUE(check_files_url(keeps_files_at("https://shop.example/")).ok());
    for (const char* wrong : {"http://10.0.0.5:8080/files", "ftp://10.0.0.5/files/", "files/",
                              "http://10.0.0.5/?a=/", "http://10.0.0.5/a/../"}) {
        const auto channel = keeps_files_at(wrong);
        EXPECT_EQ(check_files_url(channel).field, "settings.files_url") << wrong;
        EXPECT_FALSE(is_private_file(channel, std::string(wrong) + "/1.png")) << wrong;
    }
}

}  // namespace
}  // namespace guichet::channels
