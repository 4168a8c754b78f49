#include <gtest/gtest.h>

#include "services/ingest/web/form_model.hpp"
#include "services/ingest/web/form_view.hpp"

namespace guichet::ingest::web {
namespace {

FormData filled() {
    FormData data;
    data.customer = "no";
    data.name = "Anna";
    data.message = "It broke.";
    return data;
}

std::vector<std::string> wrong(const FormData& data) {
    std::vector<std::string> fields;
    for (const auto& error : check_form(data, {}, kEnglish)) fields.push_back(error.field);
    return fields;
}

using Names = std::vector<std::string>;

TEST(FormCheck, AsksForWhatIsNeeded) {
    EXPECT_EQ(wrong(filled()), Names{});
    EXPECT_EQ(wrong({}), (Names{"customer", "name", "message"}));
    auto data = filled();
    data.customer = "organisation";
    EXPECT_EQ(wrong(data), Names{"organisation"});
    data.organisation = "ACME";
    data.manager = "yes";
    EXPECT_EQ(wrong(data), Names{"manager_name"});
    data.manager_name = "Claire";
    EXPECT_EQ(wrong(data), Names{});
}

TEST(FormCheck, AsksForTheAddressOfThePreferredWay) {
    auto data = filled();
    data.preferred = "email";
    EXPECT_EQ(wrong(data), Names{"email"});
    data.preferred = "phone";
    EXPECT_EQ(wrong(data), Names{"phone"});
    data.phone = "02/123.45.67";
    EXPECT_EQ(wrong(data), Names{});
    data.phone = "call me";
    EXPECT_EQ(wrong(data), Names{"phone"});
}

TEST(FormCheck, CountsCharactersNotBytes) {
    FormOptions options;
    auto data = filled();
    data.message.clear();
    for (std::size_t i = 0; i < options.text; ++i) data.message += "é";
    EXPECT_EQ(wrong(data), Names{});
    data.message += "é";
    EXPECT_EQ(wrong(data), Names{"message"});
}

TEST(FormCheck, KnowsAddresses) {
    for (const auto* good : {"a@b.be", "first.last+tag@sub.example.org", "ü@exämple.be"}) {
        EXPECT_TRUE(plausible_email(good)) << good;
    }
    for (const auto* bad :
         {"", "a", "@b.be", "a@", "a@b", "a@b.", "a@@b.be", "a b@c.be", "a@b..be", "<a@b.be>"}) {
        EXPECT_FALSE(plausible_email(bad)) << bad;
    }
    EXPECT_EQ(normal_phone("+32 (0)2 123-45.67"), "+32021234567");
    EXPECT_EQ(normal_phone("12"), "");
    EXPECT_EQ(normal_phone("1234567890123456"), "");
    EXPECT_EQ(normal_phone("0800 CALL"), "");
}

TEST(FormRead, UnderstandsBothEncodings) {
    const auto plain = read_form("application/x-www-form-urlencoded; charset=utf-8",
                                 "name=+Anna%0A&message=a%0D%0Ab%FF%0A%0A&preferred=pigeon", {});
    ASSERT_TRUE(plain);
    EXPECT_EQ(plain->name, "Anna");
    EXPECT_EQ(plain->message, "a\nb\xEF\xBF\xBD");
    EXPECT_EQ(plain->preferred, "page");
    const auto parts =
        read_form("multipart/form-data; boundary=X",
                  "--X\r\nContent-Disposition: form-data; name=\"name\"\r\n\r\nAnna\r\n"
                  "--X\r\nContent-Disposition: form-data; name=\"files\"; filename=\"a.txt\"\r\n"
                  "Content-Type: text/plain\r\n\r\nhello\r\n--X--\r\n",
                  {});
    ASSERT_TRUE(parts);
    EXPECT_EQ(parts->name, "Anna");
    ASSERT_EQ(parts->uploads.size(), 1u);
    EXPECT_EQ(parts->uploads[0].name, "a.txt");
    EXPECT_EQ(parts->uploads[0].bytes, "hello");
    EXPECT_FALSE(read_form("application/json", "{}", {}));
    EXPECT_FALSE(read_form("multipart/form-data; boundary=X", "nothing", {}));
}

TEST(FormRead, SaysWhichLimitFilesBroke) {
    FormOptions options;
    options.max_files = 1;
    options.max_file_bytes = 3;
    const auto file = [](const std::string& bytes) {
        return "--X\r\nContent-Disposition: form-data; name=\"files\"; filename=\"a\"\r\n\r\n" + bytes +
               "\r\n";
    };
    EXPECT_TRUE(
        read_form("multipart/form-data; boundary=X", file("1234") + "--X--\r\n", options)->file_too_large);
    const auto two =
        read_form("multipart/form-data; boundary=X", file("1") + file("2") + "--X--\r\n", options);
    EXPECT_TRUE(two->too_many_files);
}

TEST(FormMessage, IsAConversationOfItsOwn) {
    auto data = filled();
    data.email = "Anna@Example.ORG";
    data.customer = "organisation";
    data.organisation = "ACME";
    data.manager = "yes";
    data.manager_name = "Claire Dupont";
    const auto message =
        to_message(data, "complaint", "S1", 1'700'000'000'123, Language::fr, kFrench.complaint);
    EXPECT_EQ(message.external_id(), "S1");
    EXPECT_EQ(message.thread(), "form:S1") << "an address that nobody has proven opens no older conversation";
    EXPECT_EQ(message.author().external_id(), "mail:anna@example.org");
    EXPECT_EQ(message.preferred_owner(), "Claire Dupont");
    EXPECT_EQ(message.language(), "fr");
    EXPECT_EQ(message.visibility(), v1::VISIBILITY_PRIVATE);
    std::map<std::string, std::string> fields;
    for (const auto& field : message.fields()) fields[field.name()] = field.value();
    EXPECT_EQ(fields["organisation"], "ACME");
    EXPECT_EQ(fields["relationship_manager"], "Claire Dupont");
    EXPECT_EQ(fields["preferred_contact"], "page");
}

TEST(Return, LeadsNowhereElse) {
    const std::string origins = "https://www.brand.example https://shop.example:8443";
    EXPECT_EQ(allowed_return("/account?x=1", origins), "/account?x=1");
    EXPECT_EQ(allowed_return("https://www.brand.example/help", origins), "https://www.brand.example/help");
    EXPECT_EQ(allowed_return("https://shop.example:8443/", origins), "https://shop.example:8443/");
    for (const auto* bad :
         {"", "//evil.example", "/\\evil.example", "https://evil.example/", "javascript:alert(1)",
          "https://www.brand.example.evil.example/", "https://www.brand.example@evil.example/",
          "http://www.brand.example/", "https://shop.example/", "/a\nb", "help", "\\\\evil.example"}) {
        EXPECT_EQ(allowed_return(bad, origins), "") << bad;
    }
}

TEST(Promise, CountsHoursThenDays) {
    using std::chrono::hours;
    EXPECT_EQ(promise(hours(1), kEnglish), "within one working hour");
    EXPECT_EQ(promise(hours(4), kFrench), "dans les 4 heures ouvrables");
    EXPECT_EQ(promise(hours(24), kDutch), "binnen één werkdag");
    EXPECT_EQ(promise(hours(30), kEnglish), "within 2 working days");
}

TEST(Language, IsChosenByWishThenBrowser) {
    EXPECT_EQ(choose_language("nl", "fr", Language::en), Language::nl);
    EXPECT_EQ(choose_language("", "de, fr-BE;q=0.8, nl;q=0.9", Language::en), Language::nl);
    EXPECT_EQ(choose_language("xx", "de", Language::en), Language::en);
    EXPECT_EQ(choose_language("", "", Language::fr), Language::fr);
}

// Every word of a catalogue is a plain array of texts: none may be missing.
TEST(Texts, AreCompleteInEveryLanguage) {
    for (const auto language : kLanguages) {
        const auto& all = texts(language);
        const auto* words = reinterpret_cast<const char* const*>(&all);
        static_assert(sizeof(Texts) % sizeof(const char*) == 0);
        for (std::size_t i = 0; i < sizeof(Texts) / sizeof(const char*); ++i) {
            ASSERT_NE(words[i], nullptr) << all.code << " text " << i;
            EXPECT_NE(*words[i], '\0') << all.code << " text " << i;
        }
    }
}

FormView view_of(const FormData& data, std::vector<FieldError> errors) {
    static const FormOptions kOptions;
    FormView view{{}, kEnglish.complaint, kOptions, "/f/complaint?lang=en", data, std::move(errors)};
    view.frame.switch_base = "/f/complaint?";
    return view;
}

TEST(FormPage, KeepsWhatWasTypedAndTellsWhatIsWrong) {
    auto data = filled();
    data.name = "Anna <b>";
    data.message = "\nfirst line is empty";
    data.email = "anna@";
    const auto errors = check_form(data, {}, kEnglish);
    const auto html = render_form(view_of(data, errors));
    EXPECT_NE(html.find("value=\"Anna &lt;b&gt;\""), std::string::npos);
    EXPECT_NE(html.find("\n\nfirst line is empty</textarea>"), std::string::npos);
    EXPECT_NE(html.find("<a href=\"#email\">"), std::string::npos);
    EXPECT_NE(html.find("aria-describedby=\"email-error\" aria-invalid=\"true\""), std::string::npos);
    EXPECT_NE(html.find("<title>Error: Make a complaint</title>"), std::string::npos);
    EXPECT_NE(html.find("id=\"customer-no\" name=\"customer\" value=\"no\" checked"), std::string::npos);
}

TEST(FormPage, NeedsNoScriptAndNoInlineStyle) {
    const auto html = render_form(view_of(filled(), {}));
    EXPECT_EQ(html.find("<script"), std::string::npos);
    EXPECT_EQ(html.find("style="), std::string::npos);
    EXPECT_EQ(html.find(" onclick"), std::string::npos);
}

// Every input that a person sees has a label of its own.
TEST(FormPage, LabelsEveryInput) {
    const auto html = render_form(view_of(filled(), {}));
    for (const auto* id : {"organisation", "manager_name", "name", "email", "phone", "message", "files"}) {
        EXPECT_NE(html.find("<label for=\"" + std::string(id) + "\""), std::string::npos) << id;
        EXPECT_NE(html.find("id=\"" + std::string(id) + "\""), std::string::npos) << id;
    }
}

}  // namespace
}  // namespace guichet::ingest::web
