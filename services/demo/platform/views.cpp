#include "services/demo/platform/views.hpp"

#include <algorithm>
#include <charconv>
#include <functional>
#include <set>

#include "common/core/bytes.hpp"
#include "common/http/text.hpp"

namespace guichet::stand_in {
namespace {

constexpr std::string_view kThread = "t_";

// What a field shows; from whatever makes a value of it.
struct Getter {
    template <class Make>
    // NOLINTNEXTLINE(google-explicit-constructor): written as a list of functions.
    Getter(Make make)
        : get([make = std::move(make)](const Field& field) { return json::value_from(make(field)); }) {}
    std::function<json::value(const Field&)> get;
};
using Getters = std::map<std::string_view, Getter>;

// Fields that such an object has at the platform and never here.
using Absent = std::set<std::string_view>;
const Absent kNotOfComment{"attachment", "message_tags", "comment_count", "like_count", "can_comment",
                           "can_hide",   "can_like",     "can_remove",    "likes",      "reactions"};
const Absent kNotOfPost{"attachments",  "message_tags", "is_hidden", "is_published", "status_type",
                        "full_picture", "shares",       "likes",     "reactions"};
const Absent kNotOfMessage{"attachments", "shares", "sticker", "tags", "thread_id", "is_unsupported"};
const Absent kNotOfThread{"can_reply", "is_subscribed", "link",        "message_count",
                          "senders",   "snippet",       "unread_count"};

json::object show(const FieldList& asked, const FieldList& usual, const Getters& getters,
                  const Absent& absent = {}) {
    json::object shown;
    for (const auto& field : asked.empty() ? usual : asked) {
        if (absent.count(field.name) != 0) continue;
        const auto getter = getters.find(field.name);
        if (getter == getters.end()) {
            throw Refusal{100, "(#100) Tried accessing nonexisting field (" + field.name + ")"};
        }
        if (auto value = getter->second.get(field); !value.is_null()) shown[field.name] = std::move(value);
    }
    // The id is always there.
    if (!shown.contains("id")) shown["id"] = getters.at("id").get({});
    return shown;
}

std::string argument(const Arguments& arguments, const char* name) {
    const auto found = arguments.find(name);
    return found == arguments.end() ? "" : found->second;
}

std::int64_t number(const Arguments& arguments, const char* name, std::int64_t otherwise) {
    const auto text = argument(arguments, name);
    if (text.empty()) return otherwise;
    std::int64_t value = 0;
    const auto* end = text.data() + text.size();
    const auto parsed = std::from_chars(text.data(), end, value);
    if (parsed.ec != std::errc() || parsed.ptr != end) {
        throw bad_parameter("Param " + std::string(name) + " must be a number");
    }
    return value;
}

struct Item {
    std::string id;
    TimeMs at = 0;
    std::function<json::object()> show;
};

std::string cursor(const std::string& id) {
    return base64url(id);
}

Edge below(const Field& field) {
    return {field.arguments, field.fields, field.inside};
}

std::string next_of(const std::string& path, const Edge& edge, const std::string& after) {
    http::Fields query;
    for (const auto& [name, value] : edge.arguments) {
        if (name != "after" && name != "fields" && name != "access_token") query.emplace_back(name, value);
    }
    if (!edge.asked.empty()) query.emplace_back("fields", edge.asked);
    query.emplace_back("after", after);
    return path + "?" + http::to_urlencoded(query);
}

bool in_time(const Item& item, const Arguments& arguments) {
    const auto second = item.at / 1000;
    const auto since = number(arguments, "since", 0);
    const auto until = number(arguments, "until", 0);
    return second >= since && (until == 0 || second <= until);
}

// `items` in the order they are shown.
json::object page_of(const std::string& path, std::vector<Item> items, const Edge& edge) {
    const auto& arguments = edge.arguments;
    items.erase(std::remove_if(items.begin(), items.end(),
                               [&](const Item& item) { return !in_time(item, arguments); }),
                items.end());
    auto first = items.begin();
    if (const auto after = argument(arguments, "after"); !after.empty()) {
        const auto id = from_base64(after);
        first = std::find_if(items.begin(), items.end(), [&](const Item& item) { return id == item.id; });
        if (first == items.end()) throw bad_parameter("Invalid cursor");
        ++first;
    }
    const auto wanted = number(arguments, "limit", kDefaultLimit);
    const auto limit = std::clamp<std::int64_t>(wanted, 1, kMaxLimit);
    const auto last = items.end() - first > limit ? first + limit : items.end();
    json::array data;
    for (auto item = first; item != last; ++item) data.push_back(item->show());
    json::object shown{{"data", std::move(data)}};
    if (first == last) return shown;
    json::object paging{
        {"cursors", json::object{{"before", cursor(first->id)}, {"after", cursor((last - 1)->id)}}}};
    if (last != items.end()) paging["next"] = next_of(path, edge, cursor((last - 1)->id));
    shown["paging"] = std::move(paging);
    return shown;
}

}  // namespace

std::string thread_id(const std::string& psid) {
    return std::string(kThread) + psid;
}

std::string psid_of_thread(const std::string& thread) {
    return thread.rfind(kThread, 0) == 0 ? thread.substr(kThread.size()) : "";
}

std::string graph_time(TimeMs at) {
    return to_iso8601(at).substr(0, 19) + "+0000";
}

json::value Views::author(const std::string& id) const {
    return json::object{{"name", page_.name_of(id)}, {"id", id}};
}

json::object Views::page(const FieldList& fields) const {
    const auto& options = page_.options();
    return show(fields, {{"name", {}, {}}, {"id", {}, {}}},
                {{"id", [&](const Field&) { return options.id; }},
                 {"name", [&](const Field&) { return options.name; }},
                 {"link", [&](const Field&) { return "https://www.facebook.com/" + options.id; }},
                 {"category", [](const Field&) { return "Shop"; }},
                 {"username", [](const Field&) { return "maison.dupont"; }},
                 {"tasks",
                  [](const Field&) {
                      return json::array{"MODERATE", "MESSAGING", "CREATE_CONTENT"};
                  }},
                 {"feed", [&](const Field& f) { return feed(below(f)); }}});
}

json::object Views::post(const Post& post, const FieldList& fields) const {
    return show(fields, {{"created_time", {}, {}}, {"message", {}, {}}, {"id", {}, {}}},
                {{"id", [&](const Field&) { return post.id; }},
                 {"message", [&](const Field&) { return post.text; }},
                 {"created_time", [&](const Field&) { return graph_time(post.at); }},
                 {"updated_time", [&](const Field&) { return graph_time(post.at); }},
                 {"from", [&](const Field&) { return author(post.author); }},
                 {"permalink_url", [&](const Field&) { return "https://www.facebook.com/" + post.id; }},
                 {"comments", [&](const Field& f) { return comments_of(post.id, below(f)); }}},
                kNotOfPost);
}

const Direct* Views::private_reply_to(const Comment& comment) const {
    const auto& all = page_.directs();
    const auto found = std::find_if(
        all.begin(), all.end(), [&](const Direct& direct) { return direct.mid == comment.private_reply; });
    return found == all.end() || !page_.shown(found->visible_at) ? nullptr : &*found;
}

json::object Views::comment(const Comment& comment, const FieldList& fields) const {
    const auto parent = [&](const Field&) -> json::value {
        const auto* of = page_.find_comment(comment.parent);
        return of ? json::value(this->comment(*of, {})) : json::value();
    };
    const auto* reply = private_reply_to(comment);
    const auto is_open = page_.now() - comment.at <= kPrivateReplyLife && reply == nullptr &&
                         comment.author != page_.options().id;
    const auto conversation = [=, this](const Field& f) -> json::value {
        return reply == nullptr ? json::value() : json::value(thread(reply->psid, f.fields));
    };
    return show(fields, {{"created_time", {}, {}}, {"from", {}, {}}, {"message", {}, {}}, {"id", {}, {}}},
                {{"id", [&](const Field&) { return comment.id; }},
                 {"message", [&](const Field&) { return comment.text; }},
                 {"created_time", [&](const Field&) { return graph_time(comment.at); }},
                 {"from", [&](const Field&) { return author(comment.author); }},
                 {"parent", parent},
                 {"object",
                  [&](const Field&) {
                      return json::object{{"id", comment.post}};
                  }},
                 {"is_hidden", [&](const Field&) { return comment.hidden; }},
                 {"user_likes", [&](const Field&) { return comment.liked; }},
                 {"can_reply_privately", [=](const Field&) { return is_open; }},
                 {"private_reply_conversation", conversation},
                 {"permalink_url", [&](const Field&) { return "https://www.facebook.com/" + comment.id; }},
                 {"comments", [&](const Field& f) { return comments_of(comment.id, below(f)); }}},
                kNotOfComment);
}

json::object Views::person(const Person& person, const FieldList& fields) const {
    return show(fields, {{"name", {}, {}}, {"id", {}, {}}},
                {{"id", [&](const Field&) { return person.psid; }},
                 {"name", [&](const Field&) { return person.name; }},
                 {"first_name", [&](const Field&) { return person.name.substr(0, person.name.find(' ')); }}});
}

json::object Views::direct(const Direct& direct, const FieldList& fields) const {
    const auto party = [&](bool is_page) -> json::value {
        if (is_page) return author(page_.options().id);
        const auto* person = page_.by_psid(direct.psid);
        return json::object{{"name", person ? person->name : ""}, {"id", direct.psid}};
    };
    return show(fields, {{"created_time", {}, {}}, {"id", {}, {}}},
                {{"id", [&](const Field&) { return direct.mid; }},
                 {"message", [&](const Field&) { return direct.text; }},
                 {"created_time", [&](const Field&) { return graph_time(direct.at); }},
                 {"from", [&](const Field&) { return party(direct.from_page); }},
                 {"to",
                  [&](const Field&) {
                      return json::object{{"data", json::array{party(!direct.from_page)}}};
                  }}},
                kNotOfMessage);
}

json::object Views::thread(const std::string& psid, const FieldList& fields) const {
    TimeMs updated = 0;
    for (const auto& direct : page_.directs()) {
        if (direct.psid == psid && page_.shown(direct.visible_at)) updated = std::max(updated, direct.at);
    }
    return show(fields, {{"id", {}, {}}, {"updated_time", {}, {}}},
                {{"id", [&](const Field&) { return thread_id(psid); }},
                 {"updated_time", [&](const Field&) { return graph_time(updated); }},
                 {"participants",
                  [&](const Field&) {
                      const auto* with = page_.by_psid(psid);
                      return json::object{
                          {"data", json::array{json::object{{"name", with ? with->name : ""}, {"id", psid}},
                                               author(page_.options().id)}}};
                  }},
                 {"messages", [&](const Field& f) { return messages_of(psid, below(f)); }}},
                kNotOfThread);
}

json::object Views::comments_of(const std::string& parent, const Edge& edge) const {
    const bool is_post = page_.find_post(parent) != nullptr;
    const bool all = is_post && argument(edge.arguments, "filter") == "stream";
    std::vector<Item> items;
    for (const auto& one : page_.comments()) {
        if (one.removed || !page_.shown(one.visible_at)) continue;
        if (one.parent != parent && !(all && one.post == parent)) continue;
        items.push_back({one.id, one.at, [this, &one, &edge] { return comment(one, edge.fields); }});
    }
    // Without an order the platform ranks; here, as an example of it, the newest come first.
    if (argument(edge.arguments, "order") != "chronological") std::reverse(items.begin(), items.end());
    return page_of(parent + "/comments", std::move(items), edge);
}

json::object Views::feed(const Edge& edge) const {
    std::vector<Item> items;
    for (const auto& one : page_.posts()) {
        if (!page_.shown(one.visible_at)) continue;
        items.push_back({one.id, one.at, [this, &one, &edge] { return post(one, edge.fields); }});
    }
    std::reverse(items.begin(), items.end());
    return page_of(page_.options().id + "/feed", std::move(items), edge);
}

json::object Views::threads(const Edge& edge) const {
    const auto wanted = argument(edge.arguments, "user_id");
    std::vector<Item> items;
    // The last one written in comes first.
    for (auto direct = page_.directs().rbegin(); direct != page_.directs().rend(); ++direct) {
        const auto& psid = direct->psid;
        if (!page_.shown(direct->visible_at) || (!wanted.empty() && psid != wanted)) continue;
        const auto id = thread_id(psid);
        if (std::any_of(items.begin(), items.end(), [&](const Item& item) { return item.id == id; }))
            continue;
        items.push_back({id, direct->at, [this, &psid, &edge] { return thread(psid, edge.fields); }});
    }
    return page_of(page_.options().id + "/conversations", std::move(items), edge);
}

json::object Views::messages_of(const std::string& psid, const Edge& edge) const {
    std::vector<Item> items;
    for (const auto& one : page_.directs()) {
        if (one.psid != psid || !page_.shown(one.visible_at)) continue;
        items.push_back({one.mid, one.at, [this, &one, &edge] { return direct(one, edge.fields); }});
    }
    std::reverse(items.begin(), items.end());
    return page_of(thread_id(psid) + "/messages", std::move(items), edge);
}

}  // namespace guichet::stand_in
