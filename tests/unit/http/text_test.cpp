#include "common/http/text.hpp"

#include <gtest/gtest.h>

namespace guichet::http {
namespace {

TEST(Percent, RoundTripsEveryByte) {
    std::string all;
    for (int i = 0; i < 256; ++i) all += static_cast<char>(i);
    EXPECT_EQ(percent_decode(percent_encode(all)), all);
    EXPECT_EQ(percent_encode("a b/ü~"), "a%20b%2F%C3%BC~");
}

TEST(Percent, RefusesBrokenEscapes) {
    EXPECT_FALSE(percent_decode("%"));
    EXPECT_FALSE(percent_decode("%4"));
    EXPECT_FALSE(percent_decode("%4g"));
    EXPECT_EQ(percent_decode("a+b"), "a+b");
    EXPECT_EQ(percent_decode("a+b", true), "a b");
}

TEST(Html, EscapesWhatEndsTextOrAttributes) {
    EXPECT_EQ(html_escape("<a href=\"x\" t='&'>"), "&lt;a href=&quot;x&quot; t=&#39;&amp;&#39;&gt;");
}

TEST(Json, QuotesControlAndMarkup) {
    EXPECT_EQ(json_quote("a\"\\\n</script>"), "\"a\\\"\\\\\\u000A\\u003C/script\\u003E\"");
    EXPECT_EQ(json_quote("\xff"), "\"\xEF\xBF\xBD\"");
}

TEST(Urlencoded, ParsesBrowsersForms) {
    const auto fields = parse_urlencoded("name=J%C3%BCrg+M&empty=&bare&name=2");
    ASSERT_TRUE(fields);
    EXPECT_EQ(find_field(*fields, "name"), "Jürg M");
    EXPECT_EQ(find_field(*fields, "empty"), "");
    EXPECT_EQ(find_field(*fields, "bare"), "");
    EXPECT_FALSE(find_field(*fields, "absent"));
    EXPECT_EQ(fields->size(), 4u);
}

TEST(Urlencoded, IsBounded) {
    EXPECT_FALSE(parse_urlencoded("a=1&b=2&c=3", 2));
    EXPECT_FALSE(parse_urlencoded("a=%zz"));
    EXPECT_TRUE(parse_urlencoded("")->empty());
}

TEST(Urlencoded, WritesWhatItReads) {
    const Fields fields = {{"a b", "c&d"}, {"x", "=+%"}};
    EXPECT_EQ(parse_urlencoded(to_urlencoded(fields)).value(), fields);
}

TEST(Url, TakesApart) {
    const auto url = parse_url("HTTPS://Example.COM/a/b?c=d#frag");
    ASSERT_TRUE(url);
    EXPECT_EQ(url->scheme, "https");
    EXPECT_EQ(url->host, "example.com");
    EXPECT_EQ(url->port, 443);
    EXPECT_EQ(url->target, "/a/b?c=d");
    EXPECT_EQ(url->authority(), "example.com");
    EXPECT_EQ(parse_url("http://[::1]:8080?q")->authority(), "[::1]:8080");
    EXPECT_EQ(parse_url("http://[::1]:8080?q")->target, "/?q");
}

TEST(Url, RefusesWhatCouldMislead) {
    for (const char* text : {"example.com", "ftp://a/", "http://", "http://user@a/", "http://a:0/",
                             "http://a:70000/", "http://a:8x/", "http://a/ b", "http://a/\r\nX: y",
                             "http://a\\@b/", "http://[::1/", "http://[::1]x80/", "http://[::1].a:80/"}) {
        EXPECT_FALSE(parse_url(text)) << text;
    }
}

}  // namespace
}  // namespace guichet::http
