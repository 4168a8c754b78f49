#include "services/demo/platform/payloads.hpp"

#include <array>
#include <cstdio>

#include "common/core/bytes.hpp"

namespace guichet::stand_in {
namespace {

json::object change_entry(const PageOptions& page, TimeMs now, json::object value) {
    return {{"id", page.id},
            {"time", now / 1000},
            {"changes", json::array{json::object{{"value", std::move(value)}, {"field", "feed"}}}}};
}

json::object messaging_entry(const PageOptions& page, const Direct& direct, TimeMs now, const char* name,
                             json::object content) {
    const auto& from = direct.from_page ? page.id : direct.psid;
    const auto& to = direct.from_page ? direct.psid : page.id;
    json::object event{
        {"sender", json::object{{"id", from}}}, {"recipient", json::object{{"id", to}}}, {"timestamp", now}};
    event[name] = std::move(content);
    return {{"time", now}, {"id", page.id}, {"messaging", json::array{std::move(event)}}};
}

void append_unit(std::string& out, unsigned unit) {
    std::array<char, 16> text{};
    std::snprintf(text.data(), text.size(), "\\u%04x", unit);
    out += text.data();
}

// The code point at `at`, which moves behind it; `text` is well-formed UTF-8.
unsigned code_point(const std::string& text, std::size_t& at) {
    const auto first = static_cast<unsigned char>(text[at++]);
    const int more = first >= 0xF0 ? 3 : first >= 0xE0 ? 2 : 1;
    unsigned point = first & (0x3Fu >> more);
    for (int i = 0; i < more && at < text.size(); ++i) {
        point = (point << 6) | (static_cast<unsigned char>(text[at++]) & 0x3Fu);
    }
    return point;
}

}  // namespace

json::object post_entry(const PageOptions& page, const Post& post) {
    return change_entry(page, post.at,
                        {{"from", json::object{{"id", page.id}, {"name", page.name}}},
                         {"message", post.text},
                         {"post_id", post.id},
                         {"created_time", post.at / 1000},
                         {"item", "status"},
                         {"published", 1},
                         {"verb", "add"}});
}

json::object comment_entry(const PageOptions& page, const Comment& comment, const std::string& author_name,
                           const char* verb, TimeMs now) {
    json::object value{{"from", json::object{{"id", comment.author}, {"name", author_name}}},
                       {"comment_id", comment.id},
                       {"post_id", comment.post},
                       {"parent_id", comment.parent},
                       {"created_time", comment.at / 1000},
                       {"item", "comment"},
                       {"verb", verb}};
    if (std::string_view(verb) != "remove") value["message"] = comment.text;
    if (!comment.photo.empty()) value["photo"] = comment.photo;
    return change_entry(page, now, std::move(value));
}

json::object message_entry(const PageOptions& page, const Direct& direct, const std::string& reply_to) {
    json::object message{{"mid", direct.mid}, {"text", direct.text}};
    if (!reply_to.empty()) message["reply_to"] = json::object{{"mid", reply_to}};
    if (direct.from_page) {
        message["is_echo"] = true;
        message["app_id"] = 350'100'200'300'400;
    }
    return messaging_entry(page, direct, direct.at, "message", std::move(message));
}

json::object message_edit_entry(const PageOptions& page, const Direct& direct, TimeMs now) {
    return messaging_entry(page, direct, now, "message_edit",
                           {{"mid", direct.mid}, {"text", direct.text}, {"num_edit", direct.edits}});
}

json::object message_removed_entry(const PageOptions& page, const Direct& direct, TimeMs now) {
    return messaging_entry(page, direct, now, "message", {{"mid", direct.mid}, {"is_deleted", true}});
}

std::string meta_json(const json::value& value) {
    const auto plain = json::serialize(value);
    std::string out;
    out.reserve(plain.size() * 2);
    for (std::size_t at = 0; at < plain.size();) {
        const auto byte = static_cast<unsigned char>(plain[at]);
        if (byte < 0x80) {
            if (byte == '/') out += '\\';
            out += plain[at++];
            continue;
        }
        const auto point = code_point(plain, at);
        if (point < 0x10000) {
            append_unit(out, point);
        } else {
            append_unit(out, 0xD800 + ((point - 0x10000) >> 10));
            append_unit(out, 0xDC00 + ((point - 0x10000) & 0x3FF));
        }
    }
    return out;
}

Webhook pack(const std::vector<json::object>& entries, const std::string& app_secret) {
    json::array list;
    list.reserve(entries.size());
    for (const auto& entry : entries) list.push_back(entry);
    return sign(meta_json(json::object{{"object", "page"}, {"entry", std::move(list)}}), app_secret);
}

Webhook sign(std::string body, const std::string& app_secret) {
    Webhook made;
    made.headers.add("Content-Type", "application/json");
    made.headers.add("User-Agent", "facebookexternalua");
    made.headers.add(kHubSignature, "sha256=" + hex(hmac_sha256(app_secret, body)));
    made.body = std::move(body);
    return made;
}

}  // namespace guichet::stand_in
