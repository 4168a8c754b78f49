// A Facebook Page: its comments, and its Messenger, are two subjects of one connector.
#include "common/channels/facebook/facebook_connector.hpp"
#include "services/demo/platform/platform.hpp"
#include "tests/integration/conformance/subjects.hpp"

namespace guichet::test::conformance {
namespace {

namespace json = boost::json;

// Also the channel's id: its webhooks are found by either.
constexpr char kApp[] = "350100200300400";
constexpr char kNoGraph[] = "http://127.0.0.1:9";
constexpr std::chrono::hours kDay{24};
constexpr TimeMs kEarlier = 60'000;

class FacebookSubject : public Subject {
  public:
    explicit FacebookSubject(const Place& place)
        : place_(place),
          written_at_(place.clock.now() - kEarlier),
          platform_(place.io, place.clock, place.random),
          connector_(place.client, &place.client, place.clock) {}

    channels::Connector& connector() override { return connector_; }
    v1::Channel channel() const override { return channel_at(platform_.url()); }
    v1::Channel unreachable() const override { return channel_at(kNoGraph); }
    std::string webhook_path() const override { return std::string("/webhooks/facebook/") + kApp; }

    std::string created(const std::vector<Words>& all) const override {
        std::vector<json::object> entries;
        entries.reserve(all.size());
        for (const auto& words : all) entries.push_back(entry(words));
        return platform_.pack(entries).body;
    }
    http::Headers sign(const std::string& body) const override {
        return stand_in::sign(body, stand_in::GraphOptions().app_secret).headers;
    }
    std::string signature_header() const override { return stand_in::kHubSignature; }
    bool orders_edits() const override { return true; }
    stand_in::Faults& faults() override { return platform_.faults(); }
    const std::vector<stand_in::Published>& published() const override { return platform_.published(); }

  protected:
    virtual json::object entry(const Words& words) const = 0;

    const stand_in::PageOptions& page() const { return options_; }
    TimeMs now() const { return place_.clock.now(); }
    std::string pack(json::object entry) const { return platform_.pack({std::move(entry)}).body; }
    // To what was said, as the connector itself reads it.
    channels::SendIntent intent_for(const stand_in::Said& said, const std::string& text) {
        const auto events = connector_.parse(channel(), said.webhook.body);
        const auto& message = events->at(0).message;
        channels::SendIntent intent;
        intent.workspace = WorkspaceId("main");
        intent.delivery = DeliveryId("D" + std::to_string(++deliveries_));
        intent.conversation = ConversationId("C1");
        intent.thread = message.thread();
        intent.author = message.author().external_id();
        intent.reply_to = message.external_id();
        intent.customer_wrote_at = now();
        intent.created_at = now();
        intent.text = text;
        return intent;
    }

    Place place_;
    // All that Words say; edits follow by seconds.
    const TimeMs written_at_;
    stand_in::PageOptions options_;
    stand_in::Platform platform_;
    channels::FacebookConnector connector_;
    int deliveries_ = 0;

  private:
    v1::Channel channel_at(const std::string& graph) const {
        const stand_in::GraphOptions known;
        v1::Channel channel;
        channel.set_id(kApp);
        channel.set_kind(v1::CHANNEL_KIND_FACEBOOK);
        channel.set_team("care");
        auto& settings = *channel.mutable_settings();
        settings["app"] = kApp;
        settings["page_id"] = known.page.id;
        settings["page_name"] = known.page.name;
        settings["graph_url"] = graph;
        settings["allow_private"] = "true";
        auto& secrets = *channel.mutable_secrets();
        secrets["app_secret"] = known.app_secret;
        secrets["verify_token"] = "conformance-verify-token";
        secrets["page_token"] = known.access_token;
        return channel;
    }
};

class Comments : public FacebookSubject {
  public:
    using FacebookSubject::FacebookSubject;

    std::string edited(const Words& words) const override {
        return pack(change(words, "edited", written_at_ + words.version * 1'000));
    }
    std::string removed(const Words& words) const override { return pack(change(words, "remove", now())); }
    std::optional<std::string> hidden(const Words& words, bool hidden) const override {
        return pack(change(words, hidden ? "hide" : "unhide", written_at_ + words.version * 1'000));
    }
    std::string created_with_numbers(const Words& words) const override {
        auto made = entry(words);
        auto& value = value_of(made);
        value["comment_id"] = std::stoll(words.id);
        value["from"].as_object()["id"] = std::stoll(words.author);
        return pack(std::move(made));
    }
    std::string created_without_author(const Words& words) const override {
        auto made = entry(words);
        value_of(made).erase("from");
        return pack(std::move(made));
    }
    std::optional<std::string> own(const Words& words) const override {
        auto by_page = words;
        by_page.author = page().id;
        return pack(entry(by_page));
    }
    channels::SendIntent answer(const std::string& text) override {
        auto intent = intent_for(platform_.comment("Anna", "It broke"), text);
        intent.is_public = true;
        return intent;
    }
    std::optional<std::string> say(const std::string& text) override {
        return platform_.comment("Anna", text).webhook.body;
    }
    std::optional<std::string> public_post() override { return platform_.comment("Anna", "It broke").id; }
    Shown shown(const std::string& post) override {
        const auto* comment = platform_.page().find_comment(post);
        return comment == nullptr ? Shown() : Shown{comment->hidden, comment->liked};
    }
    void take_back(const std::string& post) override { platform_.remove(post); }
    // A private reply, a week after the comment.
    std::optional<channels::SendIntent> too_late(const std::string& text) override {
        auto intent = answer(text);
        intent.way = channels::Way::private_reply;
        place_.advance(8 * kDay);
        return intent;
    }

  private:
    json::object entry(const Words& words) const override { return change(words, "add", written_at_); }
    json::object change(const Words& words, const char* verb, TimeMs at) const {
        stand_in::Comment comment;
        comment.id = words.id;
        comment.post = page().id + "_1";
        comment.parent = comment.post;
        comment.author = words.author;
        comment.text = words.text;
        comment.at = written_at_;
        return stand_in::comment_entry(page(), comment, words.name, verb, at);
    }
    static json::object& value_of(json::object& entry) {
        return entry.at("changes").as_array().at(0).as_object().at("value").as_object();
    }
};

class PrivateReplies final : public Comments {
  public:
    using Comments::Comments;

    channels::SendIntent answer(const std::string& text) override {
        auto intent = Comments::answer(text);
        intent.way = channels::Way::private_reply;
        intent.is_public = false;
        return intent;
    }
};

class Messenger final : public FacebookSubject {
  public:
    using FacebookSubject::FacebookSubject;

    std::string edited(const Words& words) const override {
        auto direct = said(words);
        direct.edits = words.version;
        return pack(stand_in::message_edit_entry(page(), direct, written_at_ + words.version * 1'000));
    }
    std::string removed(const Words& words) const override {
        return pack(stand_in::message_removed_entry(page(), said(words), now()));
    }
    std::string created_with_numbers(const Words& words) const override {
        auto made = entry(words);
        auto& event = event_of(made);
        event.at("sender").as_object()["id"] = std::stoll(words.author);
        event.at("message").as_object()["mid"] = std::stoll(words.id);
        return pack(std::move(made));
    }
    std::string created_without_author(const Words& words) const override {
        auto made = entry(words);
        event_of(made).erase("sender");
        return pack(std::move(made));
    }
    std::optional<std::string> own(const Words& words) const override {
        auto direct = said(words);
        direct.from_page = true;
        return pack(stand_in::message_entry(page(), direct, ""));
    }
    bool tells_names() const override { return false; }
    channels::SendIntent answer(const std::string& text) override {
        return intent_for(platform_.message("Anna", "Hello"), text);
    }
    std::optional<std::string> say(const std::string& text) override {
        return platform_.message("Anna", text).webhook.body;
    }
    std::optional<std::string> private_post() override { return platform_.message("Anna", "It broke").id; }
    // Guichet believes that the window is open; the platform knows better.
    std::optional<channels::SendIntent> too_late(const std::string& text) override {
        auto intent = answer(text);
        place_.advance(2 * kDay);
        intent.customer_wrote_at = now();
        return intent;
    }

  private:
    json::object entry(const Words& words) const override {
        return stand_in::message_entry(page(), said(words), "");
    }
    stand_in::Direct said(const Words& words) const {
        stand_in::Direct direct;
        direct.mid = words.id;
        direct.psid = words.author;
        direct.text = words.text;
        direct.at = written_at_;
        return direct;
    }
    static json::object& event_of(json::object& entry) {
        return entry.at("messaging").as_array().at(0).as_object();
    }
};

}  // namespace

std::unique_ptr<Subject> facebook_comments_subject(const Place& place) {
    return std::make_unique<Comments>(place);
}

std::unique_ptr<Subject> facebook_private_reply_subject(const Place& place) {
    return std::make_unique<PrivateReplies>(place);
}

std::unique_ptr<Subject> facebook_messenger_subject(const Place& place) {
    return std::make_unique<Messenger>(place);
}

}  // namespace guichet::test::conformance
