#include "common/channels/mail/mime.hpp"

#include <algorithm>

#include "common/channels/mail/charset.hpp"
#include "common/channels/mail/gmime_ptr.hpp"
#include "common/channels/mail/html_text.hpp"
#include "common/channels/mail/report.hpp"
#include "common/channels/mail/text.hpp"
#include "common/core/bytes.hpp"

namespace guichet::channels::mail {
namespace {

using detail::GText;
using detail::Ref;
using detail::text_of;

constexpr std::size_t kMaxHeader = 4096;
constexpr std::size_t kMaxFileName = 200;
constexpr std::size_t kMaxAddresses = 100;

std::string header(GMimeObject* object, const char* name) {
    return one_line(text_of(g_mime_object_get_header(object, name)), kMaxHeader);
}

void add_addresses(InternetAddressList* list, std::vector<Address>& out, int depth = 0) {
    const int count = list == nullptr ? 0 : internet_address_list_length(list);
    for (int i = 0; i < count && out.size() < kMaxAddresses; ++i) {
        auto* entry = internet_address_list_get_address(list, i);
        if (INTERNET_ADDRESS_IS_GROUP(entry)) {
            if (depth < 2) {
                add_addresses(internet_address_group_get_members(INTERNET_ADDRESS_GROUP(entry)), out,
                              depth + 1);
            }
            continue;
        }
        Address address;
        address.name = one_line(text_of(internet_address_get_name(entry)), kMaxHeader);
        address.email =
            lower(one_line(text_of(internet_address_mailbox_get_addr(INTERNET_ADDRESS_MAILBOX(entry))), 320));
        if (address.email.find('@') != std::string::npos) out.push_back(std::move(address));
    }
}

std::optional<Address> first_address(InternetAddressList* list) {
    std::vector<Address> all;
    add_addresses(list, all);
    if (all.empty()) return std::nullopt;
    return all.front();
}

std::optional<Address> address_in(const std::string& text) {
    const Ref<InternetAddressList> list(internet_address_list_parse(nullptr, text.c_str()));
    return first_address(list.get());
}

std::vector<std::string> ids_in(const std::string& text, std::size_t limit) {
    std::vector<std::string> ids;
    auto* parsed = g_mime_references_parse(nullptr, text.c_str());
    const int count = parsed == nullptr ? 0 : g_mime_references_length(parsed);
    for (int i = 0; i < count && ids.size() < limit; ++i) {
        auto id = text_of(g_mime_references_get_message_id(parsed, i));
        if (plain_message_id(id)) ids.push_back(std::move(id));
    }
    if (parsed != nullptr) g_mime_references_free(parsed);
    return ids;
}

std::string decoded(GMimePart* part) {
    auto* content = g_mime_part_get_content(part);
    if (content == nullptr) return {};
    const Ref<GMimeStream> memory(g_mime_stream_mem_new());
    g_mime_data_wrapper_write_to_stream(content, memory.get());
    return detail::bytes_of(memory.get());
}

std::string whole(GMimeObject* object) {
    const Ref<GMimeStream> memory(g_mime_stream_mem_new());
    g_mime_object_write_to_stream(object, nullptr, memory.get());
    return detail::bytes_of(memory.get());
}

std::string type_of(GMimeObject* object) {
    const GText type(g_mime_content_type_get_mime_type(g_mime_object_get_content_type(object)));
    return lower(one_line(text_of(type.get()), 100));
}

// No folders, no control characters; long names keep their ending.
std::string file_name(std::string name, const std::string& media_type, std::size_t number) {
    name = one_line(name, kMaxHeader);
    std::replace(name.begin(), name.end(), '\\', '/');
    name = name.substr(name.find_last_of('/') + 1);
    if (name.size() > kMaxFileName) {
        const auto dot = name.rfind('.');
        const auto ending = dot != std::string::npos && name.size() - dot <= 12 ? name.substr(dot) : "";
        name = truncate_utf8(name, kMaxFileName - ending.size()) + ending;
    }
    if (!name.empty() && name != "." && name != "..") return name;
    const auto slash = media_type.find('/');
    const auto kind = slash == std::string::npos ? std::string() : media_type.substr(slash + 1);
    const bool usable = !kind.empty() && kind.size() <= 5 &&
                        std::all_of(kind.begin(), kind.end(), [](char c) { return c >= 'a' && c <= 'z'; });
    return "attachment-" + std::to_string(number) + (usable ? "." + kind : "");
}

// Goes through the parts once, in order, and fills the mail.
class Walk {
  public:
    Walk(Mail& mail, const MimeLimits& limits) : mail_(mail), limits_(limits) {}

    void visit(GMimeObject* object, std::size_t depth) {
        if (object == nullptr || depth > limits_.depth || ++parts_ > limits_.parts) return;
        if (GMIME_IS_MULTIPART(object)) return multipart(GMIME_MULTIPART(object), depth);
        if (GMIME_IS_MESSAGE_PART(object)) return inner_mail(GMIME_MESSAGE_PART(object));
        if (GMIME_IS_PART(object)) part(GMIME_PART(object));
    }

  private:
    void multipart(GMimeMultipart* multi, std::size_t depth) {
        const auto type = type_of(GMIME_OBJECT(multi));
        if (type == "multipart/alternative") return alternative(multi, depth);
        const int count = g_mime_multipart_get_count(multi);
        for (int i = 0; i < count && parts_ <= limits_.parts; ++i) {
            visit(g_mime_multipart_get_part(multi, i), depth + 1);
        }
    }

    // The plain text where it says something, else the HTML; whatever files there are among them.
    void alternative(GMimeMultipart* multi, std::size_t depth) {
        const auto before = mail_.text;
        bool said = false;
        const int count = g_mime_multipart_get_count(multi);
        for (int pass = 0; pass < 2; ++pass) {
            for (int i = 0; i < count && parts_ <= limits_.parts; ++i) {
                auto* one = g_mime_multipart_get_part(multi, i);
                const bool plain = type_of(one) == "text/plain";
                if (plain != (pass == 0)) continue;
                const auto had = mail_.text;
                visit(one, depth + 1);
                if (said) mail_.text = had;
                said = said || !is_blank(std::string_view(mail_.text).substr(before.size()));
            }
        }
    }

    void part(GMimePart* part) {
        auto* object = GMIME_OBJECT(part);
        const auto type = type_of(object);
        const auto disposition = lower(text_of(g_mime_object_get_disposition(object)));
        if (type == "message/delivery-status" || type == "message/global-delivery-status") {
            mail_.is_report = true;
            mail_.reports = parse_delivery_status(decoded(part), limits_.reports);
            return;
        }
        if (type == "text/rfc822-headers" || type == "message/global-headers") {
            if (mail_.original_id.empty()) mail_.original_id = original_id_in(decoded(part));
            return;
        }
        const bool named =
            g_mime_part_get_filename(part) != nullptr && *g_mime_part_get_filename(part) != '\0';
        const bool text = type == "text/plain" || type == "text/html";
        if (text && disposition != "attachment" && !named) return add_text(part, type == "text/html");
        add_file(text_of(g_mime_part_get_filename(part)), type, decoded(part));
    }

    void add_text(GMimePart* part, bool html) {
        auto text = to_utf8(decoded(part),
                            text_of(g_mime_object_get_content_type_parameter(GMIME_OBJECT(part), "charset")));
        text = html ? html_to_text(text, limits_.text + 1) : few_blank_lines(unix_lines(text));
        if (!mail_.text.empty() && mail_.text.back() != '\n') text.insert(text.begin(), '\n');
        const auto room = limits_.text - std::min(limits_.text, mail_.text.size());
        if (text.size() > room) mail_.text_cut = true;
        if (!is_blank(text)) mail_.text += truncate_utf8(text, room);
    }

    void add_file(std::string name, const std::string& type, std::string bytes) {
        // A signature or a calendar entry counts; a part with nothing in it does not.
        if (bytes.empty() && name.empty()) return;
        if (mail_.files.size() >= limits_.files || bytes.size() > limits_.file_bytes ||
            file_bytes_ + bytes.size() > limits_.all_file_bytes) {
            ++mail_.files_left_out;
            return;
        }
        file_bytes_ += bytes.size();
        File file;
        file.name = file_name(std::move(name), type, mail_.files.size() + 1);
        file.media_type = type;
        file.bytes = std::move(bytes);
        mail_.files.push_back(std::move(file));
    }

    void inner_mail(GMimeMessagePart* part) {
        auto* message = g_mime_message_part_get_message(part);
        if (message == nullptr) return;
        const auto id = text_of(g_mime_message_get_message_id(message));
        if (mail_.is_report) {
            if (mail_.original_id.empty() && plain_message_id(id)) mail_.original_id = id;
            return;
        }
        const auto subject = one_line(text_of(g_mime_message_get_subject(message)), kMaxFileName);
        add_file((subject.empty() ? std::string("message") : subject) + ".eml", "message/rfc822",
                 whole(GMIME_OBJECT(message)));
    }

    Mail& mail_;
    const MimeLimits& limits_;
    std::size_t parts_ = 0;
    std::size_t file_bytes_ = 0;
};

// "auto-replied; owner-email=..." without what follows.
std::string keyword(const std::string& value) {
    return lower(trimmed(value.substr(0, value.find_first_of(";("))));
}

void read_headers(GMimeMessage* message, Mail& mail, const MimeLimits& limits) {
    auto* object = GMIME_OBJECT(message);
    const auto id = text_of(g_mime_message_get_message_id(message));
    if (plain_message_id(id)) mail.message_id = id;
    mail.references = ids_in(header(object, "References"), limits.references);
    mail.in_reply_to = ids_in(header(object, "In-Reply-To"), limits.references);
    mail.from = first_address(g_mime_message_get_from(message));
    mail.reply_to = first_address(g_mime_message_get_reply_to(message));
    const auto sender = header(object, "X-Original-Sender");
    if (!sender.empty()) mail.original_sender = address_in(sender);
    add_addresses(g_mime_message_get_to(message), mail.to);
    add_addresses(g_mime_message_get_cc(message), mail.to);
    mail.subject = one_line(text_of(g_mime_message_get_subject(message)), kMaxHeader);
    if (auto* date = g_mime_message_get_date(message)) {
        mail.date = std::max<std::int64_t>(0, g_date_time_to_unix(date)) * 1000;
    }
    mail.auto_submitted = keyword(header(object, "Auto-Submitted"));
    mail.precedence = keyword(header(object, "Precedence"));
    mail.list_id = header(object, "List-Id");
    mail.empty_return_path = trimmed(header(object, "Return-Path")) == "<>";
    mail.autoresponder = !header(object, "X-Autoreply").empty() || !header(object, "X-Autorespond").empty();
    mail.failed_recipients = header(object, "X-Failed-Recipients");
}

}  // namespace

Mail parse_mail(std::string_view bytes, const MimeLimits& limits) {
    detail::start_gmime();
    Mail mail;
    const auto stream = detail::stream_of(bytes);
    const Ref<GMimeParser> parser(g_mime_parser_new_with_stream(stream.get()));
    const Ref<GMimeMessage> message(g_mime_parser_construct_message(parser.get(), nullptr));
    if (!message) return mail;
    read_headers(message.get(), mail, limits);
    auto* root = g_mime_message_get_mime_part(message.get());
    if (root != nullptr) {
        const auto kind = lower(text_of(g_mime_object_get_content_type_parameter(root, "report-type")));
        mail.is_report = kind == "delivery-status";
        mail.is_receipt = kind == "disposition-notification";
    }
    Walk(mail, limits).visit(root, 0);
    return mail;
}

}  // namespace guichet::channels::mail
