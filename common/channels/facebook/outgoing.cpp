#include "common/channels/facebook/outgoing.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "common/channels/facebook/ids.hpp"
#include "common/channels/facebook/json_fields.hpp"
#include "common/channels/facebook/routes.hpp"
#include "common/http/web_address.hpp"

namespace guichet::channels::facebook {
namespace {

constexpr char kForm[] = "application/x-www-form-urlencoded";
constexpr char kJson[] = "application/json";

// What a photo may be (Graph API reference, Photo); its size is unverified.
constexpr std::array<std::string_view, 5> kPictures{"image/jpeg", "image/png", "image/gif", "image/bmp",
                                                    "image/tiff"};
constexpr std::int64_t kMaxPicture = 4'000'000;

// Why a comment cannot carry these files; "": it can.
std::string why_not_carried(const std::vector<v1::Attachment>& files) {
    if (files.empty()) return {};
    if (files.size() > 1)
        return "a comment on Facebook takes one picture: put links to the others into the text";
    const auto& file = files.front();
    if (!http::is_https_address(file.url()))
        return "Facebook fetches a picture from an https address: give its url";
    if (std::find(kPictures.begin(), kPictures.end(), file.media_type()) == kPictures.end()) {
        return "a comment on Facebook takes a picture (media_type image/jpeg, png, gif, bmp or tiff): put a "
               "link "
               "to other files into the text";
    }
    if (file.size() > kMaxPicture) {
        return "the picture is larger than the " + std::to_string(kMaxPicture / 1'000'000) +
               " MB that Facebook takes: make it smaller";
    }
    return {};
}

Planned refuse(std::string why, bool route_closed = false) {
    channels::Outcome outcome;
    outcome.kind = channels::Outcome::Kind::permanent;
    outcome.error = std::move(why);
    outcome.route_closed = route_closed;
    Planned planned;
    planned.refused = std::move(outcome);
    return planned;
}

Planned post_form(std::string path, const http::Fields& fields) {
    Planned planned;
    planned.call.method = http::Method::post;
    planned.call.path = std::move(path);
    planned.call.content_type = kForm;
    planned.call.body = http::to_urlencoded(fields);
    return planned;
}

Planned post_message(const Settings& settings, json::object recipient, const std::string& text,
                     Window window) {
    json::object body;
    const bool private_reply = recipient.contains("comment_id");
    body["recipient"] = std::move(recipient);
    if (!private_reply) {
        const bool late = window == Window::human_agent;
        body["messaging_type"] = late ? "MESSAGE_TAG" : "RESPONSE";
        if (late) body["tag"] = "HUMAN_AGENT";
    }
    body["message"] = json::object{{"text", text}};
    Planned planned;
    planned.call.method = http::Method::post;
    planned.call.path = settings.page.id + "/messages";
    planned.call.content_type = kJson;
    planned.call.body = json::serialize(body);
    return planned;
}

Planned plan_to_person(const Settings& settings, const SendIntent& intent, TimeMs now) {
    const auto person = person_addressed(intent);
    if (person.empty()) return refuse("it is not known who this goes to in Messenger");
    const auto window = window_of(settings, intent.customer_wrote_at, now);
    if (window == Window::closed) return refuse(why_closed(settings, intent.customer_wrote_at), true);
    json::object recipient;
    recipient["id"] = person;
    return post_message(settings, std::move(recipient), intent.text, window);
}

Planned plan_private_reply(const Settings& settings, const SendIntent& intent) {
    if (intent.reply_to.empty()) return refuse("it is not known which comment is to be answered privately");
    json::object recipient;
    recipient["comment_id"] = intent.reply_to;
    return post_message(settings, std::move(recipient), intent.text, Window::open);
}

Planned plan_public(const Settings& settings, const SendIntent& intent) {
    const auto comment = answered_comment(intent);
    if (comment.empty() && !intent.attachments.empty())
        return refuse("a post takes no files here: put a link into the text");
    if (comment.empty()) return post_form(settings.page.id + "/feed", {{"message", intent.text}});
    if (!is_graph_id(comment)) return refuse("\"" + comment + "\" is no id of a comment");
    http::Fields fields{{"message", intent.text}};
    if (auto why = why_not_carried(intent.attachments); !why.empty()) return refuse(std::move(why));
    if (!intent.attachments.empty()) fields.emplace_back("attachment_url", intent.attachments.front().url());
    return post_form(comment + "/comments", fields);
}

}  // namespace

std::string answered_comment(const SendIntent& intent) {
    return intent.reply_to.empty() ? root_of(intent.thread) : intent.reply_to;
}

bool goes_to_person(const SendIntent& intent) {
    return intent.way == Way::direct ||
           (intent.way == Way::answer && (is_direct_thread(intent.thread) || !intent.is_public));
}

std::string person_addressed(const SendIntent& intent) {
    if (!intent.recipient.empty()) return intent.recipient;
    auto person = person_of(intent.thread);
    // On the public side the author has another id: it must not be taken for one of Messenger.
    if (person.empty() && intent.way == Way::answer && root_of(intent.thread).empty()) person = intent.author;
    return person;
}

std::size_t count_characters(const std::string& text) {
    return static_cast<std::size_t>(
        std::count_if(text.begin(), text.end(), [](unsigned char c) { return (c & 0xC0) != 0x80; }));
}

Planned plan_send(const Settings& settings, const SendIntent& intent, TimeMs now) {
    const bool is_private = intent.way == Way::private_reply || goes_to_person(intent);
    const auto limit = is_private ? settings.max_direct : settings.max_comment;
    if (intent.text.empty()) return refuse("there is no text");
    if (is_private && !intent.attachments.empty())
        return refuse("files cannot be sent in Messenger yet: put a link into the text");
    if (count_characters(intent.text) > limit) {
        return refuse("the text is longer than the " + std::to_string(limit) + " characters that fit " +
                      (is_private ? "a private message" : "a comment"));
    }
    if (intent.way == Way::private_reply) return plan_private_reply(settings, intent);
    return is_private ? plan_to_person(settings, intent, now) : plan_public(settings, intent);
}

Planned plan_act(Act act, const std::string& comment) {
    if (!is_graph_id(comment)) return refuse("\"" + comment + "\" is no id of a comment");
    switch (act) {
        case Act::hide:
            return post_form(comment, {{"is_hidden", "true"}});
        case Act::show:
            return post_form(comment, {{"is_hidden", "false"}});
        case Act::like:
            return post_form(comment + "/likes", {});
        case Act::unlike:
            break;
    }
    Planned planned;
    planned.call.method = http::Method::del;
    planned.call.path = comment + "/likes";
    return planned;
}

}  // namespace guichet::channels::facebook
