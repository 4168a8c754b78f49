#include "services/gateway/attachment_answer.hpp"

#include <gtest/gtest.h>

namespace guichet::gateway {
namespace {

using namespace std::string_view_literals;

constexpr auto kPng = "\x89PNG\r\n\x1a\n...."sv;

TEST(AttachmentAnswer, PicturesAreKnownByTheirBytesWhateverTheSenderSays) {
    for (const auto& [start, type] : {std::pair{kPng, "image/png"},
                                      {"\xff\xd8\xff\xe0"sv, "image/jpeg"},
                                      {"GIF89a.."sv, "image/gif"},
                                      {"RIFF\x10\x00\x00\x00WEBPVP8 "sv, "image/webp"}}) {
        const auto showing = showing_of("text/html", start);
        EXPECT_EQ(showing.content_type, type);
        EXPECT_TRUE(showing.in_place);
    }
}

TEST(AttachmentAnswer, WhatMayRunIsOnlySaved) {
    for (const auto& [type, start] : {std::pair{"image/svg+xml"sv, "<svg xmlns="sv},
                                      {"text/html"sv, "<html>"sv},
                                      {"image/png"sv, "<script>"sv},
                                      {"application/xhtml+xml"sv, "<?xml"sv},
                                      {"text/javascript"sv, "alert(1)"sv},
                                      {"image/webp"sv, "RIFF\x10\x00\x00\x00WAVE"sv},
                                      {""sv, ""sv}}) {
        const auto showing = showing_of(type, start);
        EXPECT_EQ(showing.content_type, "application/octet-stream") << type;
        EXPECT_FALSE(showing.in_place) << type;
    }
    EXPECT_FALSE(showing_of("application/pdf", "%PDF-1.7").in_place);
}

TEST(AttachmentAnswer, PlainTextStaysPlainText) {
    EXPECT_EQ(showing_of("Text/Plain; charset=iso-8859-1", "<b>").content_type, "text/plain; charset=utf-8");
    EXPECT_EQ(showing_of("text/plain+html", "<b>").content_type, "application/octet-stream");
}

TEST(AttachmentAnswer, TheNameCannotAddAHeaderAndGetsAnEnding) {
    const auto head = attachment_head("a\r\nSet-Cookie: x=1\".png", "image/png", kPng);
    const auto said = std::string(head.headers.get("content-disposition"));
    EXPECT_EQ(said.find_first_of("\r\n"), std::string::npos);
    EXPECT_EQ(said.rfind("inline; filename=\"aSet-Cookie_ x_1_.png\"", 0), 0u) << said;
    const auto nameless = attachment_head("image", "image/*", kPng);
    EXPECT_NE(nameless.headers.get("content-disposition").find("\"image.png\""), std::string_view::npos);
    const auto empty = attachment_head("", "", "%PDF-1.4");
    EXPECT_NE(empty.headers.get("content-disposition").find("attachment; filename=\"file.pdf\""),
              std::string_view::npos);
    EXPECT_EQ(head.headers.get("cache-control").rfind("private", 0), 0u);
}

}  // namespace
}  // namespace guichet::gateway
