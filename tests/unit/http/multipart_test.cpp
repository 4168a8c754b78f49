#include "common/http/multipart.hpp"

#include <gtest/gtest.h>

namespace guichet::http {
namespace {

constexpr const char* kType = "multipart/form-data; boundary=B";

std::string part(const std::string& disposition, const std::string& data, const std::string& more = {}) {
    return "--B\r\nContent-Disposition: form-data; " + disposition + "\r\n" + more + "\r\n" + data + "\r\n";
}

TEST(Multipart, FieldsAndFiles) {
    const std::string body = part("name=\"message\"", "Bonjour\r\n--Bx\r\nü") +
                             part("name=\"file\"; filename=\"C:\\dir\\scan.pdf\"",
                                  std::string("%PDF\0\r\n--", 9), "Content-Type: Application/PDF; x=y\r\n") +
                             part("name=\"unused\"; filename=\"\"", "") + "--B--\r\n";
    const auto form = parse_multipart(kType, body);
    ASSERT_TRUE(form) << to_string(form.error());
    ASSERT_EQ(form->parts.size(), 2u);
    EXPECT_EQ(form->field("message"), "Bonjour\r\n--Bx\r\nü");
    const auto files = form->files();
    ASSERT_EQ(files.size(), 1u);
    EXPECT_EQ(files[0]->filename, "scan.pdf");
    EXPECT_EQ(files[0]->content_type, "application/pdf");
    EXPECT_EQ(files[0]->data, std::string("%PDF\0\r\n--", 9));
}

TEST(Multipart, EmptyFieldsAndPreamble) {
    const auto form =
        parse_multipart("Multipart/Form-Data; charset=x; boundary=\"B\"",
                        "preamble\r\n" + part("name=a", "") + part("name=\"b%22\"", "2") + "--B--");
    ASSERT_TRUE(form) << to_string(form.error());
    EXPECT_EQ(form->parts.size(), 2u);
    EXPECT_EQ(form->parts[1].name, "b\"");
    EXPECT_EQ(form->field("b\""), "2");
}

TEST(Multipart, DataDirectlyAtTheDelimiter) {
    const auto form = parse_multipart(kType, "--B\r\nContent-Disposition: form-data; name=a\r\n\r\n--B--");
    ASSERT_TRUE(form);
    EXPECT_EQ(form->field("a"), "");
}

TEST(Multipart, FilenamesAreHarmless) {
    for (const auto& [given, kept] : {std::pair<std::string, std::string>{"../../etc/passwd", "passwd"},
                                      {"..", ""},
                                      {"a%0D%0Ab.txt", "ab.txt"},
                                      {"a\\\"b.txt", "a\"b.txt"},
                                      {"\xff.txt", "\xEF\xBF\xBD.txt"}}) {
        const auto form = parse_multipart(kType, part("name=f; filename=\"" + given + "\"", "x") + "--B--");
        ASSERT_TRUE(form) << given;
        EXPECT_EQ(form->parts.at(0).filename, kept);
    }
}

TEST(Multipart, LimitsAreExact) {
    MultipartLimits limits;
    limits.max_parts = 3;
    limits.max_files = 1;
    limits.max_field_bytes = 4;
    limits.max_file_bytes = 6;
    const auto code = [&](const std::string& body) {
        const auto form = parse_multipart(kType, body + "--B--", limits);
        return form ? Code::ok : form.error().code;
    };
    EXPECT_EQ(code(part("name=a", "1234")), Code::ok);
    EXPECT_EQ(code(part("name=a", "12345")), Code::resource_exhausted);
    EXPECT_EQ(code(part("name=a; filename=f", "123456")), Code::ok);
    EXPECT_EQ(code(part("name=a; filename=f", "1234567")), Code::resource_exhausted);
    EXPECT_EQ(code(part("name=a; filename=f", "1") + part("name=a; filename=f", "1")),
              Code::resource_exhausted);
    EXPECT_EQ(code(part("name=a", "1") + part("name=a", "1") + part("name=a", "1")), Code::ok);
    EXPECT_EQ(code(part("name=a", "1") + part("name=a", "1") + part("name=a", "1") + part("name=a", "1")),
              Code::resource_exhausted);
}

TEST(Multipart, RefusesIllFormed) {
    const std::string good = part("name=a", "1");
    for (const std::string& body : {std::string(), std::string("--B"), std::string("--B\r\n"), good,
                                    good + "--B", std::string("--B\r\nX\r\n\r\n1\r\n--B--"),
                                    std::string("--Bx\r\n\r\n--B--"), std::string("--B\r\n\r\n1\r\n--B--"),
                                    "--B\r\nContent-Disposition: form-data; name=a; x=" +
                                        std::string(5000, 'y') + "\r\n\r\n1\r\n--B--"}) {
        EXPECT_FALSE(parse_multipart(kType, body)) << body.substr(0, 60);
    }
    EXPECT_FALSE(parse_multipart("multipart/form-data", good + "--B--"));
    EXPECT_FALSE(parse_multipart("application/json; boundary=B", good + "--B--"));
}

// Every prefix and every single-byte change must be refused or parsed, never crash (run under sanitizers).
TEST(Multipart, SurvivesDamage) {
    const std::string body =
        part("name=\"a\"; filename=\"f.txt\"", "data", "Content-Type: x/y\r\n") + "--B--\r\n";
    for (std::size_t i = 0; i < body.size(); ++i) {
        (void)parse_multipart(kType, body.substr(0, i));
        for (char c : {'\0', '"', '\\', ';', '\r', '-'}) {
            std::string changed = body;
            changed[i] = c;
            (void)parse_multipart(kType, changed);
        }
    }
}

}  // namespace
}  // namespace guichet::http
