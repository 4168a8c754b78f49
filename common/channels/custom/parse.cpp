#include "common/channels/custom/parse.hpp"

#include <charconv>
#include <cstdio>

#include <boost/json.hpp>

#include "common/http/headers.hpp"

namespace guichet::channels {
namespace {

namespace json = boost::json;

Status wrong(std::string_view name, const char* why) {
    return invalid(std::string(name), "\"" + std::string(name) + "\" " + why);
}

// Days since 1970 of a civil date (proleptic Gregorian).
std::int64_t days_from_civil(int year, int month, int day) {
    year -= month <= 2;
    const int era = (year >= 0 ? year : year - 399) / 400;
    const int of_era = year - era * 400;
    const int of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    return static_cast<std::int64_t>(era) * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year -
           719468;
}

// Reads the members of one object; the first that is wrong is kept.
class Object {
  public:
    explicit Object(const json::object& object) : object_(object) {}

    const json::value* find(std::string_view camel, std::string_view plain) const {
        const auto* found = object_.if_contains({camel.data(), camel.size()});
        if (!found && camel != plain) found = object_.if_contains({plain.data(), plain.size()});
        return found && !found->is_null() ? found : nullptr;
    }
    void text(std::string_view camel, std::string_view plain, std::string* to) {
        const auto* value = find(camel, plain);
        if (!value) return;
        if (value->is_string()) {
            to->assign(value->get_string().data(), value->get_string().size());
        } else if (value->is_int64()) {
            // Ids come as numbers, too.
            *to = std::to_string(value->get_int64());
        } else if (value->is_uint64()) {
            *to = std::to_string(value->get_uint64());
        } else {
            fail(plain, "is not a text");
        }
    }
    void text(std::string_view name, std::string* to) { text(name, name, to); }
    std::int64_t integer(std::string_view name) {
        const auto* value = find(name, name);
        if (!value) return 0;
        if (value->is_int64()) return value->get_int64();
        std::int64_t number = 0;
        if (value->is_string()) {
            const auto& text = value->get_string();
            const auto* end = text.data() + text.size();
            if (const auto r = std::from_chars(text.data(), end, number);
                r.ec == std::errc() && r.ptr == end) {
                return number;
            }
        }
        fail(name, "is not a whole number");
        return 0;
    }
    template <std::size_t N>
    int word(std::string_view name, std::string_view prefix, const std::string_view (&words)[N]) {
        const auto* value = find(name, name);
        if (!value) return 0;
        if (value->is_string()) {
            std::string_view text(value->get_string().data(), value->get_string().size());
            if (text.substr(0, prefix.size()) == prefix) text.remove_prefix(prefix.size());
            for (std::size_t i = 0; i < N; ++i) {
                if (http::iequals(text, words[i])) return static_cast<int>(i);
            }
        } else if (value->is_int64() && value->get_int64() >= 0 && value->get_int64() < static_cast<int>(N)) {
            return static_cast<int>(value->get_int64());
        }
        fail(name, "is none of the words it may be");
        return 0;
    }
    const json::object* object(std::string_view name) {
        const auto* value = find(name, name);
        if (value && !value->is_object()) fail(name, "is not an object");
        return value && value->is_object() ? &value->get_object() : nullptr;
    }
    const json::array* array(std::string_view name) {
        const auto* value = find(name, name);
        if (value && !value->is_array()) fail(name, "is not a list");
        return value && value->is_array() ? &value->get_array() : nullptr;
    }
    void fail(std::string_view name, const char* why) {
        if (status_.ok()) status_ = wrong(name, why);
    }
    void adopt(const Status& status) {
        if (status_.ok()) status_ = status;
    }
    const Status& status() const { return status_; }

  private:
    const json::object& object_;
    Status status_;
};

Status read_author(const json::object& from, v1::Author& to) {
    Object in(from);
    in.text("externalId", "external_id", to.mutable_external_id());
    in.text("name", to.mutable_name());
    in.text("email", to.mutable_email());
    in.text("phone", to.mutable_phone());
    return in.status();
}

Status read_attachment(const json::object& from, v1::Attachment& to) {
    Object in(from);
    in.text("name", to.mutable_name());
    in.text("mediaType", "media_type", to.mutable_media_type());
    in.text("url", to.mutable_url());
    in.text("blob", to.mutable_blob());
    to.set_size(in.integer("size"));
    return in.status();
}

Status read_field(const json::object& from, v1::Field& to) {
    Object in(from);
    in.text("name", to.mutable_name());
    in.text("value", to.mutable_value());
    return in.status();
}

template <class Item, class Read>
void read_list(Object& in, std::string_view name, google::protobuf::RepeatedPtrField<Item>& to, Read read) {
    const auto* list = in.array(name);
    if (!list) return;
    for (const auto& item : *list) {
        if (!item.is_object()) return in.fail(name, "holds something that is no object");
        in.adopt(read(item.get_object(), *to.Add()));
    }
}

Status read_message(const json::object& from, v1::InboundMessage& to) {
    static constexpr std::string_view kKinds[] = {"UNSPECIFIED", "CREATED", "EDITED", "DELETED"};
    static constexpr std::string_view kVisibilities[] = {"UNSPECIFIED", "PUBLIC", "PRIVATE"};
    Object in(from);
    in.text("externalId", "external_id", to.mutable_external_id());
    to.set_kind(static_cast<v1::InboundKind>(in.word("kind", "INBOUND_KIND_", kKinds)));
    in.text("thread", to.mutable_thread());
    if (const auto* author = in.object("author")) in.adopt(read_author(*author, *to.mutable_author()));
    in.text("subject", to.mutable_subject());
    in.text("text", to.mutable_text());
    in.text("language", to.mutable_language());
    in.text("preferredOwner", "preferred_owner", to.mutable_preferred_owner());
    to.set_visibility(static_cast<v1::Visibility>(in.word("visibility", "VISIBILITY_", kVisibilities)));
    to.set_ordinal(in.integer("ordinal"));
    read_list(in, "attachments", *to.mutable_attachments(), read_attachment);
    read_list(in, "fields", *to.mutable_fields(), read_field);
    std::string created;
    in.text("createdAt", "created_at", &created);
    if (!created.empty()) {
        const auto at = parse_time(created);
        if (!at) {
            in.adopt(at.error());
        } else {
            to.mutable_created_at()->set_seconds(*at / 1000);
            to.mutable_created_at()->set_nanos(static_cast<int>(*at % 1000) * 1'000'000);
        }
    }
    return in.status();
}

}  // namespace

Result<std::int64_t> parse_time(std::string_view text) {
    int year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0, used = 0;
    const std::string copy(text.substr(0, 64));
    if (std::sscanf(copy.c_str(), "%4d-%2d-%2dT%2d:%2d:%2d%n", &year, &month, &day, &hour, &minute, &second,
                    &used) != 6 ||
        used != 19 || year < 1970 || month < 1 || month > 12 || day < 1 || day > 31 || hour > 23 ||
        minute > 59 || second > 60) {
        return wrong("created_at", "is not a time such as 2026-11-22T10:00:00Z");
    }
    auto rest = std::string_view(copy).substr(19);
    std::int64_t milliseconds = 0;
    if (!rest.empty() && rest.front() == '.') {
        std::int64_t scale = 100;
        std::size_t i = 1;
        for (; i < rest.size() && rest[i] >= '0' && rest[i] <= '9'; ++i, scale /= 10) {
            milliseconds += (rest[i] - '0') * scale;
        }
        rest.remove_prefix(i);
    }
    int zone = 0;
    if (rest != "Z" && rest != "z") {
        int hours = 0, minutes = 0;
        const std::string offset(rest);
        if (offset.size() != 6 || (offset[0] != '+' && offset[0] != '-') ||
            std::sscanf(offset.c_str() + 1, "%2d:%2d", &hours, &minutes) != 2) {
            return wrong("created_at", "has no time zone (Z or +01:00)");
        }
        zone = (offset[0] == '-' ? -1 : 1) * (hours * 60 + minutes);
    }
    const auto days = days_from_civil(year, month, day);
    return ((days * 24 + hour) * 60 + minute - zone) * 60'000 + second * 1'000 + milliseconds;
}

Result<std::vector<v1::InboundMessage>> parse_messages(std::string_view body, std::size_t max_messages) {
    json::parse_options options;
    options.max_depth = kMaxJsonDepth;
    json::monotonic_resource arena;
    json::error_code ec;
    const auto root = json::parse({body.data(), body.size()}, ec, &arena, options);
    if (ec) return invalid("body", "the body is not JSON that can be read: " + ec.message());
    if (!root.is_object()) return invalid("body", "the body is not a JSON object");
    std::vector<v1::InboundMessage> messages;
    const auto* list = root.get_object().if_contains("messages");
    if (!list) {
        if (auto status = read_message(root.get_object(), messages.emplace_back()); !status.ok())
            return status;
        return messages;
    }
    if (!list->is_array()) return wrong("messages", "is not a list");
    if (list->get_array().size() > max_messages) return wrong("messages", "holds more messages than allowed");
    messages.reserve(list->get_array().size());
    for (const auto& item : list->get_array()) {
        if (!item.is_object()) return wrong("messages", "holds something that is no object");
        if (auto status = read_message(item.get_object(), messages.emplace_back()); !status.ok())
            return status;
    }
    return messages;
}

}  // namespace guichet::channels
