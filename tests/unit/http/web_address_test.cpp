#include "common/http/web_address.hpp"

#include <gtest/gtest.h>

namespace guichet::http {
namespace {

TEST(WebAddress, LeadsToTheWebAndNowhereElse) {
    EXPECT_TRUE(is_web_address("https://shop.example/photo.jpg"));
    EXPECT_TRUE(is_web_address("http://shop.example/photo.jpg"));
    EXPECT_TRUE(is_https_address("https://shop.example/photo.jpg"));
    EXPECT_FALSE(is_https_address("http://shop.example/photo.jpg"));
    for (const auto* other :
         {"", "https:", "https:/x", "shop.example", "//shop.example", "javascript:alert(1)",
          "file:///etc/passwd", "data:text/html,x", " https://shop.example", "ftp://shop.example"}) {
        EXPECT_FALSE(is_web_address(other)) << other;
        EXPECT_FALSE(is_https_address(other)) << other;
    }
}

}  // namespace
}  // namespace guichet::http
