#include "common/channels/form/form_connector.hpp"

#include <algorithm>

#include "common/http/text.hpp"

namespace guichet::channels {
namespace {

// "https://a.example" and nothing behind it.
bool is_origin(std::string_view text) {
    const auto url = http::parse_url(text);
    return url && (url->scheme == "https" || url->scheme == "http") && url->target == "/" &&
           text.back() != '/';
}

Status check_origins(const v1::Channel& channel, const std::string& name) {
    const auto setting = channel.settings().find(name);
    if (setting == channel.settings().end()) return {};
    for (const auto origin : http::split(setting->second, ' ')) {
        if (!origin.empty() && !is_origin(origin)) {
            return invalid("settings." + name, "settings." + name + ": \"" + std::string(origin) +
                                                   "\" is no origin such as https://www.example.org");
        }
    }
    return {};
}

v1::Channel form(const char* id, const char* name, const std::string& brand, const std::string& team) {
    v1::Channel channel;
    channel.set_id(id);
    channel.set_name(name);
    channel.set_kind(v1::CHANNEL_KIND_FORM);
    channel.set_team(team);
    (*channel.mutable_settings())["template"] = id;
    (*channel.mutable_settings())["brand"] = brand;
    return channel;
}

}  // namespace

Caps FormConnector::caps(const v1::Channel&) const {
    Caps caps;
    caps.idempotent = true;
    caps.max_length = 20'000;
    return caps;
}

Status FormConnector::check(const v1::Channel& channel) const {
    const auto shape = channel.settings().find("template");
    if (shape != channel.settings().end() && shape->second != "complaint" && shape->second != "contact") {
        return invalid("settings.template", "settings.template is \"complaint\" or \"contact\"");
    }
    if (auto status = check_origins(channel, "return_origins"); !status.ok()) return status;
    return check_origins(channel, "frame_ancestors");
}

std::size_t FormConnector::measure(const std::string& text) const {
    return static_cast<std::size_t>(
        std::count_if(text.begin(), text.end(), [](unsigned char c) { return (c & 0xC0) != 0x80; }));
}

Status FormConnector::authenticate(const v1::Channel&, const http::Request&, TimeMs) const {
    return make_status(Code::unimplemented, "a form has pages, no webhook");
}

Result<Events> FormConnector::parse(const v1::Channel&, const std::string&) const {
    return make_status(Code::unimplemented, "a form has pages, no webhook");
}

asio::awaitable<Outcome> FormConnector::send(v1::Channel, SendIntent) {
    co_return Outcome{};
}

asio::awaitable<Reconciled> FormConnector::reconcile(v1::Channel, SendIntent) {
    co_return Reconciled{Reconciled::Kind::found, {}};
}

asio::awaitable<Status> FormConnector::test(v1::Channel) {
    co_return Status{};
}

std::vector<v1::Channel> default_channels(const std::string& brand, const std::string& team) {
    std::vector<v1::Channel> channels;
    channels.push_back(form("complaint", "Complaint form", brand, team));
    channels.push_back(form("contact", "Contact form", brand, team));
    return channels;
}

}  // namespace guichet::channels
