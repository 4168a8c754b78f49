#include <filesystem>

#include "common/core/bytes.hpp"
#include "tests/integration/ingest/ingest_world.hpp"

namespace guichet::test {
namespace {

class Form : public IngestWorld {
  protected:
    // As a browser has it after GET, filled in.
    http::Fields filled(const std::string& path = "/f/complaint?lang=fr") {
        const auto page = get(path);
        EXPECT_EQ(page.status, 200) << page.body;
        return {{"token", hidden(page.body, "token")},
                {"customer", "organisation"},
                {"organisation", "ACME"},
                {"manager", "yes"},
                {"manager_name", "Claire Dupont"},
                {"name", "Anna Peeters"},
                {"email", "anna@example.org"},
                {"preferred", "email"},
                {"message", "Mon colis est cassé.\r\n\r\nQue faire ?"},
                {"website", ""}};
    }
    static void set(http::Fields& fields, const std::string& name, const std::string& value) {
        for (auto& [key, old] : fields) {
            if (key == name) old = value;
        }
    }
    std::int64_t stored() {
        return static_cast<std::int64_t>(metric("guichet_ingest_messages_total{outcome=\"opened\"}"));
    }
    std::string only_conversation() {
        const auto keys = redis_.command(redis::Command("KEYS", "*main:c:*"));
        if (keys.size() != 1)
            throw std::runtime_error("not one conversation but " + std::to_string(keys.size()));
        const auto key = keys[0].text();
        return key.substr(key.rfind(':') + 1);
    }
};

TEST_F(Form, IsAPageInThreeLanguagesThatLoadsNothingForeign) {
    EXPECT_NE(get("/f/complaint?lang=fr").body.find("Introduire une plainte"), std::string::npos);
    EXPECT_NE(get("/f/contact?lang=en").body.find("Contact us"), std::string::npos);
    http::Headers dutch;
    dutch.add("Accept-Language", "de, nl-BE;q=0.9, fr;q=0.8");
    const auto page = get("/f/main/complaint", dutch);
    EXPECT_NE(page.body.find("Een klacht indienen"), std::string::npos);
    EXPECT_NE(page.body.find("Maison Dupont"), std::string::npos);
    const auto policy = page.headers.get("content-security-policy");
    EXPECT_NE(policy.find("default-src 'none'"), std::string_view::npos);
    EXPECT_NE(policy.find("frame-ancestors 'none'"), std::string_view::npos);
    EXPECT_EQ(page.headers.get("cache-control"), "no-store");
    EXPECT_EQ(page.headers.get("x-content-type-options"), "nosniff");
    const auto style = get(between(page.body, "rel=\"stylesheet\" href=\"", "\""));
    EXPECT_EQ(style.status, 200);
    EXPECT_EQ(style.headers.get("content-type"), "text/css; charset=utf-8");
    EXPECT_NE(style.headers.get("cache-control").find("immutable"), std::string_view::npos);
    EXPECT_EQ(get("/f/nothing").status, 404);
    EXPECT_EQ(get("/f/shop").status, 404) << "a custom channel has no form";
}

TEST_F(Form, BecomesAConversationForItsRelationshipManager) {
    put_agent("claire", "Claire Dupont");
    const auto sent = post_form("/f/complaint?lang=fr", filled());
    ASSERT_EQ(sent.status, 303) << sent.body;
    const auto thanks = get(sent.location());
    ASSERT_EQ(thanks.status, 200);
    const auto id = only_conversation();
    const auto c = conversation(id);
    EXPECT_NE(thanks.body.find(c.reference()), std::string::npos);
    EXPECT_NE(thanks.body.find("ouvrable"), std::string::npos);
    EXPECT_EQ(c.preferred_owner(), "claire");
    EXPECT_EQ(c.channel(), "complaint");
    EXPECT_EQ(c.team(), "care");
    EXPECT_EQ(c.visibility(), v1::VISIBILITY_PRIVATE);
    EXPECT_EQ(c.contact_name(), "Anna Peeters");
    const auto message = messages(id).at(0);
    EXPECT_EQ(message.text(), "Mon colis est cassé.\n\nQue faire ?");
    EXPECT_EQ(message.author().email(), "anna@example.org");
    EXPECT_EQ(message.subject(), "Plainte");
    std::map<std::string, std::string> fields;
    for (const auto& field : message.fields()) fields[field.name()] = field.value();
    EXPECT_EQ(fields["organisation"], "ACME");
    EXPECT_EQ(fields["relationship_manager"], "Claire Dupont");
}

TEST_F(Form, SentTwiceIsStoredOnceAndLeadsToTheSamePage) {
    const auto fields = filled();
    const auto link = [&](const Answer& sent) {
        return between(get(sent.location()).body, "class=\"button\" href=\"", "?");
    };
    const auto first = link(post_form("/f/complaint?lang=fr", fields));
    EXPECT_EQ(link(post_form("/f/complaint?lang=fr", fields)), first);
    EXPECT_EQ(stored(), 1);
    EXPECT_NE(link(post_form("/f/complaint?lang=fr", filled())), first);
    EXPECT_EQ(stored(), 2) << "another form of the same person is another conversation";
}

TEST_F(Form, ComesBackWithWhatWasTyped) {
    auto fields = filled();
    set(fields, "email", "");
    set(fields, "name", "<Anna>");
    const auto back = post_form("/f/complaint?lang=en", fields);
    EXPECT_EQ(back.status, 422);
    EXPECT_NE(back.body.find("value=\"&lt;Anna&gt;\""), std::string::npos);
    EXPECT_NE(back.body.find("href=\"#email\""), std::string::npos);
    EXPECT_NE(back.body.find("Que faire ?"), std::string::npos);
    EXPECT_EQ(stored(), 0);
    set(fields, "email", "anna@example.org");
    set(fields, "token", hidden(back.body, "token"));
    EXPECT_EQ(post_form("/f/complaint?lang=en", fields).status, 303);
    EXPECT_EQ(stored(), 1);
}

TEST_F(Form, NeedsItsOwnToken) {
    auto fields = filled();
    const auto good = fields;
    set(fields, "token", "");
    EXPECT_EQ(post_form("/f/complaint", fields).status, 422);
    set(fields, "token", "forged.token");
    EXPECT_EQ(post_form("/f/complaint", fields).status, 422);
    EXPECT_EQ(post_form("/f/contact", good).status, 422) << "the token of another form";
    EXPECT_EQ(stored(), 0);
}

TEST_F(Form, RefusesPostsFromOtherSites) {
    const auto body = http::to_urlencoded(filled());
    http::Headers foreign;
    foreign.add("Content-Type", "application/x-www-form-urlencoded");
    foreign.add("Origin", "https://evil.example");
    EXPECT_EQ(request(http::Method::post, "/f/complaint", body, foreign).status, 403);
    http::Headers fetch;
    fetch.add("Content-Type", "application/x-www-form-urlencoded");
    fetch.add("Sec-Fetch-Site", "cross-site");
    EXPECT_EQ(request(http::Method::post, "/f/complaint", body, fetch).status, 403);
    http::Headers own;
    own.add("Content-Type", "application/x-www-form-urlencoded");
    own.add("Origin", origin());
    own.add("Sec-Fetch-Site", "same-origin");
    EXPECT_EQ(request(http::Method::post, "/f/complaint", body, own).status, 303);
}

TEST_F(Form, ThanksARobotAndStoresNothing) {
    auto fields = filled();
    set(fields, "website", "https://spam.example");
    const auto sent = post_form("/f/complaint", fields);
    EXPECT_EQ(sent.status, 303);
    EXPECT_NE(get(sent.location()).body.find("G-"), std::string::npos);
    EXPECT_EQ(stored(), 0);
    EXPECT_EQ(metric("guichet_forms_trapped_total"), 1);
}

TEST_F(Form, KeepsAttachmentsOnDisk) {
    const auto fields = filled();
    std::string body;
    for (const auto& [name, value] : fields) {
        body += "--B\r\nContent-Disposition: form-data; name=\"" + name + "\"\r\n\r\n" + value + "\r\n";
    }
    const std::string bytes("PNG\0\1\2", 6);
    body +=
        "--B\r\nContent-Disposition: form-data; name=\"files\"; filename=\"../photo.png\"\r\nContent-Type: "
        "image/png\r\n\r\n" +
        bytes + "\r\n--B--\r\n";
    http::Headers headers;
    headers.add("Content-Type", "multipart/form-data; boundary=B");
    ASSERT_EQ(request(http::Method::post, "/f/complaint", body, headers).status, 303);
    const auto attachment = messages(only_conversation()).at(0).attachments(0);
    EXPECT_EQ(attachment.name(), "photo.png");
    EXPECT_EQ(attachment.size(), 6);
    EXPECT_EQ(attachment.blob(), "sha256:" + hex(sha256(bytes)));
    EXPECT_EQ(*blob::get_blob(options_.blobs, attachment.blob(), 100), bytes);
}

TEST_F(Form, MayBeEmbeddedWhereItIsAllowedAndReturns) {
    auto channel = channels::default_channels("Brand").front();
    (*channel.mutable_settings())["frame_ancestors"] = "https://www.brand.example";
    (*channel.mutable_settings())["return_origins"] = "https://www.brand.example";
    put_channel(channel);
    const auto page = get("/f/complaint?embed=1&lang=en&return=https%3A%2F%2Fwww.brand.example%2Fhelp");
    EXPECT_NE(
        page.headers.get("content-security-policy").find("frame-ancestors 'self' https://www.brand.example"),
        std::string_view::npos);
    auto fields = filled();
    set(fields, "token", hidden(page.body, "token"));
    fields.push_back({"return", hidden(page.body, "return")});
    const auto sent = post_form("/f/complaint?embed=1&lang=en", fields);
    ASSERT_EQ(sent.status, 303);
    EXPECT_NE(get(sent.location()).body.find("href=\"https://www.brand.example/help\""), std::string::npos);
    EXPECT_EQ(get("/f/complaint?return=https://evil.example/").body.find("evil.example"), std::string::npos);
    const auto forged =
        sent.location().substr(0, sent.location().find("&return=")) + "&return=https://evil.example/";
    EXPECT_EQ(get(forged).body.find("evil.example"), std::string::npos);
}

TEST_F(Form, TellsWhoSendsTooOftenAndKeepsHisWords) {
    Answer last;
    for (int i = 0; i <= static_cast<int>(options_.forms.posts_burst); ++i) {
        last = post_form("/f/complaint?lang=en", filled("/f/complaint"));
        if (last.status == 429) break;
    }
    EXPECT_EQ(last.status, 429);
    EXPECT_NE(last.body.find("Que faire ?"), std::string::npos);
    EXPECT_FALSE(last.headers.get("retry-after").empty());
}

TEST_F(Form, SaysWhatItCouldNotRead) {
    http::Headers headers;
    headers.add("Content-Type", "multipart/form-data; boundary=B");
    EXPECT_EQ(request(http::Method::post, "/f/complaint", "nonsense", headers).status, 400);
    EXPECT_EQ(
        request(http::Method::post, "/f/complaint", std::string(options_.forms.max_total_bytes + 1, 'x'))
            .status,
        413);
}

TEST_F(Form, AReceiptIsNotForged) {
    EXPECT_EQ(get("/f/complaint/thanks/abc.def").status, 404);
    const auto sent = post_form("/f/complaint?lang=fr", filled());
    auto elsewhere = sent.location();
    elsewhere.replace(elsewhere.find("/f/complaint"), 12, "/f/contact");
    EXPECT_EQ(get(elsewhere).status, 404);
}

}  // namespace
}  // namespace guichet::test
