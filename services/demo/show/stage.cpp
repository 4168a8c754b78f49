#include "services/demo/show/stage.hpp"

namespace guichet::demo {

Stage::Stage(StageOptions options, Interrupt& interrupt)
    : options_(std::move(options)),
      interrupt_(interrupt),
      town_(kPageName, options_.hall, options_.port),
      server_(options_.program, options_.data, options_.settings, interrupt) {}

void Stage::started(const Result<void>& result) const {
    if (!result) throw Broken(result.error().message);
}

void Stage::until(const std::string& what, const std::function<bool()>& holds,
                  std::chrono::milliseconds limit) {
    if (interrupt_.wait_until(holds, limit)) return;
    throw Broken(interrupt_.happened()
                     ? "interrupted"
                     : what + ": not within " + std::to_string(limit.count() / 1000) + " s");
}

void Stage::connect_page(Desk& admin) {
    v1::ConnectChannelRequest request;
    request.set_request_id(Desk::request_id());
    auto* channel = request.mutable_channel();
    channel->set_id(kChannel);
    channel->set_name(kPageName);
    channel->set_kind(v1::CHANNEL_KIND_FACEBOOK);
    channel->set_team("care");
    auto& settings = *channel->mutable_settings();
    settings["app"] = kApp;
    settings["page_id"] = town_.facts().page_id;
    settings["page_name"] = kPageName;
    settings["graph_url"] = town_.facts().url;
    settings["allow_private"] = "true";
    auto& secrets = *channel->mutable_secrets();
    secrets["app_secret"] = town_.facts().app_secret;
    secrets["verify_token"] = town_.facts().verify_token;
    secrets["page_token"] = town_.facts().access_token;
    admin.must<v1::ConnectChannelResponse>("AdminService/ConnectChannel", request);
}

void Stage::set_up() {
    started(server_.start());
    const auto admin = administrator();
    connect_page(*admin);
    claire_token_ = hire(*admin, "claire", "Claire", options_.claire);
    bot_token_ = hire(*admin, kBot, "Robin, a bot", v1::ROLE_BOT);
    claire_ = another_claire();
    bot_ = another_bot();
    const auto subscribed =
        town_.subscribe(server_.addresses().http + "/webhooks/facebook/" + std::string(kApp));
    if (!subscribed.ok()) throw Broken("the page's webhook: " + subscribed.message);
}

void Stage::start_again() {
    started(server_.start());
}

std::unique_ptr<Desk> Stage::administrator() const {
    return std::make_unique<Desk>(server_.addresses().grpc, server_.token());
}

std::unique_ptr<Desk> Stage::another_claire() const {
    return std::make_unique<Desk>(server_.addresses().grpc, claire_token_);
}

std::unique_ptr<Desk> Stage::another_bot() const {
    return std::make_unique<Desk>(server_.addresses().grpc, bot_token_);
}

}  // namespace guichet::demo
