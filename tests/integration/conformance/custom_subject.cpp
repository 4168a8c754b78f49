#include "common/channels/custom/custom_connector.hpp"
#include "common/channels/custom/signature.hpp"
#include "services/demo/platform/sink.hpp"
#include "tests/integration/conformance/subjects.hpp"

namespace guichet::test::conformance {
namespace {

namespace json = boost::json;

constexpr char kCustomSecret[] = "conformance-secret-0";
constexpr char kThread[] = "4100000000000001";
// Port 9 (discard) of this machine: nobody listens there.
constexpr char kNobody[] = "http://127.0.0.1:9/hook";

json::object said(const Words& words, const char* kind) {
    return {{"externalId", words.id},
            {"kind", kind},
            {"thread", kThread},
            {"author", json::object{{"externalId", words.author}, {"name", words.name}}},
            {"text", words.text}};
}

class CustomSubject final : public Subject {
  public:
    explicit CustomSubject(const Place& place)
        : clock_(place.clock),
          sink_(place.io, place.clock, place.random, kCustomSecret),
          connector_(place.client, &place.client, place.clock) {}

    channels::Connector& connector() override { return connector_; }
    v1::Channel channel() const override { return channel_at(sink_.url()); }
    v1::Channel unreachable() const override { return channel_at(kNobody); }
    std::string webhook_path() const override { return "/webhooks/custom/conformance"; }

    std::string created(const std::vector<Words>& all) const override {
        json::array messages;
        for (const auto& words : all) messages.push_back(said(words, "created"));
        return json::serialize(json::object{{"messages", std::move(messages)}});
    }
    std::string edited(const Words& words) const override {
        auto message = said(words, "edited");
        message["ordinal"] = words.version;
        return json::serialize(message);
    }
    std::string removed(const Words& words) const override {
        auto message = said(words, "deleted");
        message.erase("text");
        return json::serialize(message);
    }
    std::string created_with_numbers(const Words& words) const override {
        auto message = said(words, "created");
        message["externalId"] = std::stoll(words.id);
        message["thread"] = std::stoll(kThread);
        message["author"].as_object()["externalId"] = std::stoll(words.author);
        return json::serialize(message);
    }
    std::string created_without_author(const Words& words) const override {
        auto message = said(words, "created");
        message.erase("author");
        return json::serialize(message);
    }
    std::optional<std::string> own(const Words&) const override { return std::nullopt; }
    http::Headers sign(const std::string& body) const override {
        const auto stamp = std::to_string(clock_.now() / 1000);
        http::Headers headers;
        headers.add(channels::kTimestampHeader, stamp);
        headers.add(channels::kSignatureHeader, channels::sign_body(kCustomSecret, stamp, body));
        return headers;
    }
    std::string signature_header() const override { return channels::kSignatureHeader; }
    bool orders_edits() const override { return true; }

    channels::SendIntent answer(const std::string& text) override {
        channels::SendIntent intent;
        intent.delivery = DeliveryId("D" + std::to_string(++deliveries_));
        intent.conversation = ConversationId("C1");
        intent.thread = kThread;
        intent.author = Words().author;
        intent.reply_to = Words().id;
        intent.text = text;
        intent.created_at = clock_.now();
        return intent;
    }
    std::optional<channels::SendIntent> too_late(const std::string&) override { return std::nullopt; }
    std::optional<std::string> say(const std::string&) override { return std::nullopt; }
    std::optional<std::string> private_post() override { return Words().id; }
    stand_in::Faults& faults() override { return sink_.faults(); }
    const std::vector<stand_in::Published>& published() const override { return sink_.published(); }

  private:
    static v1::Channel channel_at(const std::string& url) {
        v1::Channel channel;
        channel.set_id("conformance");
        channel.set_kind(v1::CHANNEL_KIND_CUSTOM);
        channel.set_team("care");
        (*channel.mutable_settings())["webhook_url"] = url;
        (*channel.mutable_settings())["allow_private"] = "true";
        (*channel.mutable_secrets())["secret"] = kCustomSecret;
        return channel;
    }

    const Clock& clock_;
    stand_in::Sink sink_;
    channels::CustomConnector connector_;
    int deliveries_ = 0;
};

}  // namespace

std::unique_ptr<Subject> custom_subject(const Place& place) {
    return std::make_unique<CustomSubject>(place);
}

}  // namespace guichet::test::conformance
