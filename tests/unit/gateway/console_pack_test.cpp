#include "services/gateway/console_pack.hpp"

#include <gtest/gtest.h>

#include "services/gateway/sign_in_page.hpp"

namespace guichet::gateway {
namespace {

std::string field_of(std::string_view bytes) {
    std::string out;
    for (int i = 0; i < 4; ++i) out += static_cast<char>((bytes.size() >> (8 * i)) & 0xff);
    return out.append(bytes);
}

std::string pack_of_one(std::string_view name, std::string_view plain, std::string_view gzip,
                        std::string_view brotli) {
    std::string out("GCP1\x01\0\0\0", 8);
    for (const auto& bytes : {name, std::string_view("text/css"), plain, gzip, brotli})
        out += field_of(bytes);
    return out;
}

TEST(ConsolePack, IsReadAsItWasWritten) {
    const std::string plain(70'000, 'p');
    const auto files = read_console_pack(pack_of_one("main-ab.css", plain, "zipped", ""));
    ASSERT_TRUE(files);
    ASSERT_EQ(files->size(), 1u);
    const auto& file = files->at("main-ab.css");
    EXPECT_EQ(file.type, "text/css");
    EXPECT_EQ(*file.plain, plain);
    EXPECT_EQ(*file.gzip, "zipped");
    EXPECT_EQ(file.brotli, nullptr);
    EXPECT_EQ(file.hash.size(), 16u);
}

TEST(ConsolePack, NothingIsNoFilesAndRubbishIsAnError) {
    const auto none = read_console_pack("");
    ASSERT_TRUE(none);
    EXPECT_TRUE(none->empty());
    const auto whole = pack_of_one("a.css", "plain", "", "");
    for (std::size_t length = 1; length < whole.size(); ++length)
        EXPECT_FALSE(read_console_pack(whole.substr(0, length))) << length;
    EXPECT_FALSE(read_console_pack(whole + "x"));
}

TEST(ConsolePack, ABrowserGetsTheSmallestFormItTakes) {
    const auto files = read_console_pack(pack_of_one("a.css", "plain", "g", "b"));
    ASSERT_TRUE(files);
    const auto& file = files->at("a.css");
    EXPECT_STREQ(choose_form(file, "gzip, deflate, br, zstd").encoding, "br");
    EXPECT_STREQ(choose_form(file, "gzip;q=0.8, br;q=0").encoding, "gzip");
    EXPECT_STREQ(choose_form(file, "br;q=0.000 , gzip;q=0").encoding, "");
    EXPECT_STREQ(choose_form(file, "").encoding, "");
    EXPECT_STREQ(choose_form(file, "x-gzip").encoding, "");
    EXPECT_EQ(*choose_form(file, "br").bytes, "b");
}

TEST(ConsolePack, ThePageOfThisBuildHasNoInlineScriptOrSaysHowToGetIt) {
    const auto page = console_page(http::Request{});
    const std::string text(page.content());
    if (console_files().empty()) {
        EXPECT_EQ(page.status, 503);
        EXPECT_NE(text.find("npm ci"), std::string::npos);
        return;
    }
    EXPECT_EQ(page.status, 200);
    EXPECT_NE(text.find("src=\"/static/"), std::string::npos);
    EXPECT_EQ(text.find("<script>"), std::string::npos);
    EXPECT_EQ(text.find("<style"), std::string::npos);
    EXPECT_EQ(text.find(" style="), std::string::npos);
}

}  // namespace
}  // namespace guichet::gateway
