#include "common/http/filename.hpp"

#include <gtest/gtest.h>

namespace guichet::http {
namespace {

TEST(Filename, NoPathNoControlNoTurnedDirectionRemains) {
    EXPECT_EQ(harmless_filename("../../etc/passwd"), "passwd");
    EXPECT_EQ(harmless_filename("C:\\Users\\anna\\foto.png"), "foto.png");
    EXPECT_EQ(harmless_filename("a\r\nSet-Cookie: b.png"), "aSet-Cookie: b.png");
    EXPECT_EQ(harmless_filename("photo\u202egpj.exe"), "photogpj.exe");
    EXPECT_EQ(harmless_filename("\u2066a\u2069\u200f.txt"), "a.txt");
    EXPECT_EQ(harmless_filename(".."), "");
    EXPECT_EQ(harmless_filename("\xff"), "\uFFFD");
    EXPECT_EQ(harmless_filename("été €.pdf"), "été €.pdf");
    EXPECT_EQ(harmless_filename(std::string(300, 'a')).size(), 255u);
}

TEST(Filename, IsSaidTwiceAndCannotLeaveItsQuotes) {
    EXPECT_EQ(content_disposition("inline", "foto 1.png"),
              "inline; filename=\"foto 1.png\"; filename*=UTF-8''foto%201.png");
    EXPECT_EQ(content_disposition("attachment", "é\"; x=\"\\.pdf"),
              "attachment; filename=\"____ x___.pdf\"; filename*=UTF-8''%C3%A9%22%3B%20x%3D%22%5C.pdf");
    EXPECT_EQ(content_disposition("attachment", "a\r\nb").find('\n'), std::string::npos);
}

}  // namespace
}  // namespace guichet::http
