// Files of messages over HTTP, out of the blob store and from where a platform keeps them.
#include "services/inbox/attachments.hpp"

#include <fstream>

#include <gmock/gmock.h>

#include "common/blob/blob_store.hpp"
#include "common/http/client.hpp"
#include "services/gateway/browser.hpp"
#include "tests/integration/gateway/fixture.hpp"
#include "tests/support/temp_dir.hpp"

namespace guichet::gateway {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

const std::string kPng = std::string("\x89PNG\r\n\x1a\n", 8) + std::string(600'000, 'p');

class AttachmentsTest : public GatewayTest {
  protected:
    AttachmentsTest() {
        settings_.server.data = data_.path();
        put_agent("nina", v1::ROLE_AGENT, {}, {"elsewhere"});
        nina_ = token_of("nina");
        outside_ = *http::Client::create(io_, clock_, {});
        http::ClientOptions wide;
        wide.allowed_networks = *http::CidrSet::parse({"0.0.0.0/0", "::/0"});
        anywhere_ = *http::Client::create(io_, clock_, std::move(wide));
        attachments_ = std::make_unique<inbox::Attachments>(context_, *outside_, anywhere_.get());
        attachments_->register_rpcs(dispatcher_);
        start_platform();
    }
    ~AttachmentsTest() override { run(platform_->stop(std::chrono::milliseconds(500))); }

    // The host that keeps the platform's files.
    void start_platform() {
        auto router = std::make_shared<http::Router>();
        router->get("/picture", [this](http::Request) { return answer(200, kPng); });
        router->get("/page", [this](http::Request) { return answer(200, "<script>alert(1)</script>"); });
        router->get("/gone", [this](http::Request) { return answer(403, "expired"); });
        router->get("/moved", [this](http::Request) { return answer(302, ""); });
        router->get("/huge", [this](http::Request) {
            return answer(200, std::string(inbox::Attachments::kMostFetched + 1, 'h'));
        });
        http::ServerOptions options;
        options.listeners.push_back({});
        platform_ = std::make_unique<http::Server>(io_, clock_, random_, std::move(options), router);
        EXPECT_TRUE(platform_->start());
        place_ = "http://127.0.0.1:" + std::to_string(platform_->port());
    }
    asio::awaitable<http::Response> answer(int status, std::string body) {
        ++fetched_;
        auto response = http::Response::text(status, std::move(body));
        response.header("Content-Type", "image/svg+xml");
        if (status == 302) response.header("Location", place_ + "/picture");
        co_return response;
    }
    void allow_private(const std::string& graph_url, const std::string& files_url = {}) {
        v1::Channel channel;
        channel.set_id("page");
        channel.set_kind(v1::CHANNEL_KIND_CUSTOM);
        (*channel.mutable_settings())["allow_private"] = "true";
        (*channel.mutable_settings())["graph_url"] = graph_url;
        if (!files_url.empty()) (*channel.mutable_settings())["files_url"] = files_url;
        const store::By by{kMain, "test", {}, "*"};
        EXPECT_TRUE(run(store_.put_document(by, access::kChannel, "page", -1, channel.SerializeAsString())));
        catalog_.forget();
    }

    // A conversation of the channel "page" whose only message brings these.
    std::string arrives(std::vector<v1::Attachment> files) {
        store::Inbound inbound;
        inbound.workspace = kMain;
        inbound.channel = ChannelId("page");
        inbound.external_id = "m" + std::to_string(++requests_);
        inbound.thread = inbound.external_id;
        inbound.author = "anna";
        inbound.author_name = "Anna";
        inbound.team = TeamId("care");
        v1::Message message;
        for (auto& file : files) *message.add_attachments() = std::move(file);
        inbound.blob = store::encode_message(message);
        inbound.raw = "raw";
        auto stored = run(store_.ingest(inbound));
        EXPECT_TRUE(stored);
        return stored->conversation.str();
    }
    v1::Attachment kept(const std::string& name, const std::string& type, const std::string& bytes) {
        v1::Attachment file;
        file.set_name(name);
        file.set_media_type(type);
        file.set_size(static_cast<std::int64_t>(bytes.size()));
        file.set_blob(*blob::put_blob(data_.path() / "blobs", bytes));
        return file;
    }
    static v1::Attachment at(const std::string& url) {
        v1::Attachment file;
        file.set_name("image");
        file.set_media_type("image/*");
        file.set_url(url);
        return file;
    }
    Answer get(const std::string& conversation, const std::string& rest, const std::string& headers) {
        return http("GET", "/v1/attachments/" + conversation + rest, headers);
    }
    static std::string bearer(const std::string& secret) {
        return "Authorization: Bearer " + secret + "\r\n";
    }

    test::TempDir data_;
    std::string nina_, place_;
    int fetched_ = 0;
    std::unique_ptr<http::Client> outside_, anywhere_;
    std::unique_ptr<inbox::Attachments> attachments_;
    std::unique_ptr<http::Server> platform_;
};

TEST_F(AttachmentsTest, APictureIsShownAndNothingElseMayHappen) {
    const auto id = arrives({kept("foto.png", "text/html", kPng)});
    const auto answer = get(id, "/1/1", bearer(bob_));
    EXPECT_EQ(answer.status, 200);
    EXPECT_TRUE(answer.body == kPng) << answer.body.size();
    EXPECT_EQ(answer.header("content-type"), "image/png");
    EXPECT_EQ(answer.header("x-content-type-options"), "nosniff");
    EXPECT_THAT(answer.header("content-disposition"), StartsWith("inline; filename=\"foto.png\""));
    EXPECT_THAT(answer.header("content-security-policy"), HasSubstr("default-src 'none'; sandbox"));
    EXPECT_THAT(answer.header("cache-control"), StartsWith("private"));
    EXPECT_EQ(answer.header("cross-origin-resource-policy"), "same-origin");
}

TEST_F(AttachmentsTest, MarkupIsOnlySaved) {
    const auto id = arrives({kept("a.svg", "image/svg+xml", "<svg xmlns='http://www.w3.org/2000/svg'/>"),
                             kept("b\r\nSet-Cookie: evil=1\".html", "text/html", "<script>1</script>")});
    for (const char* place : {"/1/1", "/1/2"}) {
        const auto answer = get(id, place, bearer(bob_));
        EXPECT_EQ(answer.status, 200);
        EXPECT_EQ(answer.header("content-type"), "application/octet-stream");
        EXPECT_THAT(answer.header("content-disposition"), StartsWith("attachment; "));
        EXPECT_EQ(answer.header("x-content-type-options"), "nosniff");
        EXPECT_EQ(answer.header("set-cookie"), "");
    }
}

TEST_F(AttachmentsTest, WhoMayNotSeeTheConversationLearnsNothing) {
    const auto file = kept("foto.png", "image/png", kPng);
    const auto id = arrives({file});
    EXPECT_EQ(get(id, "/1/1", bearer(bob_)).status, 200);
    const auto hidden = get(id, "/1/1", bearer(nina_));
    EXPECT_EQ(hidden.status, 404);
    for (const auto& place : {id + "/1/2", id + "/2/1", std::string("c-none/1/1"), file.blob() + "/1/1"}) {
        const auto nothing = get(place, "", bearer(bob_));
        EXPECT_EQ(nothing.status, 404) << place;
        EXPECT_EQ(nothing.body, hidden.body) << place;
    }
    EXPECT_EQ(get(id, "/1/0", bearer(bob_)).status, 400);
    EXPECT_EQ(get(id, "/x/1", bearer(bob_)).status, 400);
    EXPECT_EQ(get(id, "/1/1", "").status, 401);
    // Refused before any file is touched: one that is gone looks the same to him.
    std::filesystem::remove_all(data_.path() / "blobs");
    EXPECT_EQ(get(id, "/1/1", bearer(nina_)).body, hidden.body);
}

TEST_F(AttachmentsTest, ACookieServesOurOwnPagesOnly) {
    put_agent("dora", v1::ROLE_AGENT, kPassword);
    const auto cookie = "Cookie: guichet_session=" + session_of("dora", kPassword) + "\r\n";
    const auto id = arrives({kept("foto.png", "image/png", kPng)});
    EXPECT_EQ(get(id, "/1/1", cookie + "Sec-Fetch-Site: same-origin\r\n").status, 200);
    EXPECT_EQ(get(id, "/1/1", cookie + "Sec-Fetch-Site: cross-site\r\n").status, 403);
    EXPECT_EQ(get(id, "/1/1", cookie + "Origin: https://evil.example\r\n").status, 403);
}

TEST_F(AttachmentsTest, WhatIsGoneChangedOrTooLargeSaysSo) {
    const auto file = kept("foto.png", "image/png", kPng);
    const auto changed = kept("b.txt", "text/plain", "0123456789");
    const auto huge = kept("c.bin", "", std::string(inbox::Attachments::kMostBlob + 1, 'c'));
    const auto id = arrives({file, changed, huge, v1::Attachment()});
    const auto path = [this](const v1::Attachment& of) {
        const auto digest = of.blob().substr(of.blob().find(':') + 1);
        return data_.path() / "blobs" / digest.substr(0, 2) / digest;
    };
    std::filesystem::remove(path(file));
    std::ofstream(path(changed)) << "9876543210";
    const auto gone = get(id, "/1/1", bearer(bob_));
    EXPECT_EQ(gone.status, 410);
    EXPECT_THAT(gone.body, HasSubstr("not kept any more"));
    EXPECT_EQ(get(id, "/1/2", bearer(bob_)).status, 500);
    EXPECT_EQ(get(id, "/1/3", bearer(bob_)).status, 413);
    EXPECT_EQ(get(id, "/1/4", bearer(bob_)).status, 410);
}

TEST_F(AttachmentsTest, APrivateAddressIsNotCalled) {
    const auto id = arrives({at(place_ + "/picture")});
    const auto answer = get(id, "/1/1", bearer(bob_));
    EXPECT_EQ(answer.status, 503);
    EXPECT_THAT(answer.body, HasSubstr("cannot be fetched"));
    // The channel may use private addresses, even of that host, but its files are not said to be there.
    allow_private("http://127.0.0.1:9");
    EXPECT_EQ(get(id, "/1/1", bearer(bob_)).status, 503);
    allow_private(place_);
    EXPECT_EQ(get(id, "/1/1", bearer(bob_)).status, 503);
    allow_private(place_, place_ + "/pictures/");
    EXPECT_EQ(get(id, "/1/1", bearer(bob_)).status, 503);
    EXPECT_EQ(fetched_, 0);
}

TEST_F(AttachmentsTest, WhatThePlatformKeepsIsFetchedUnderTheSameRules) {
    allow_private(place_, place_ + "/");
    const auto id = arrives({at(place_ + "/picture"), at(place_ + "/page"), at(place_ + "/gone"),
                             at(place_ + "/huge"), at(place_ + "/moved")});
    const auto picture = get(id, "/1/1", bearer(bob_));
    EXPECT_EQ(picture.status, 200);
    EXPECT_EQ(picture.header("content-type"), "image/png");
    EXPECT_TRUE(picture.body == kPng) << picture.body.size();
    const auto page = get(id, "/1/2", bearer(bob_));
    EXPECT_EQ(page.header("content-type"), "application/octet-stream");
    EXPECT_THAT(page.header("content-disposition"), StartsWith("attachment; "));
    const auto gone = get(id, "/1/3", bearer(bob_));
    EXPECT_EQ(gone.status, 410);
    EXPECT_THAT(gone.body, HasSubstr("it answered 403"));
    EXPECT_EQ(get(id, "/1/4", bearer(bob_)).status, 413);
    const auto before = fetched_;
    EXPECT_EQ(get(id, "/1/5", bearer(bob_)).status, 503);
    EXPECT_EQ(fetched_, before + 1) << "a redirect was followed";
    EXPECT_EQ(get(id, "/1/1", bearer(nina_)).status, 404);
    EXPECT_EQ(fetched_, before + 1) << "fetched for one who may not see it";
}

TEST_F(AttachmentsTest, TheRateIsLimitedAsForEveryCall) {
    const auto id = arrives({kept("a.txt", "text/plain", "a")});
    int refused = 0;
    for (int i = 0; i <= settings_.gateway.api_burst; ++i) {
        refused += get(id, "/1/1", bearer(bob_)).status == 429 ? 1 : 0;
    }
    EXPECT_EQ(refused, 1);
}

}  // namespace
}  // namespace guichet::gateway
