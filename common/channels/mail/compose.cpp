#include <algorithm>

#include "common/channels/mail/gmime_ptr.hpp"
#include "common/channels/mail/mime.hpp"
#include "common/channels/mail/text.hpp"
#include "common/core/bytes.hpp"

namespace guichet::channels::mail {
namespace {

using detail::GText;
using detail::Ref;

constexpr std::size_t kMaxOwnSubject = 900;
constexpr std::size_t kMaxOwnName = 200;
// Of References: a header that grows for ever is refused one day. RFC 5322 section 3.6.4 lets the middle go.
constexpr std::size_t kMaxReferences = 20;
constexpr std::size_t kMaxId = 500;

bool printable(std::string_view text, std::string_view without) {
    return std::all_of(text.begin(), text.end(), [without](char c) {
        return c > 0x20 && c < 0x7f && without.find(c) == std::string_view::npos;
    });
}

Ref<GMimePart> file_part(const File& file) {
    const auto type = one_line(file.media_type, kMaxOwnName);
    const auto slash = type.find('/');
    const bool good = slash != std::string::npos && printable(type, "\"()<>@,;:\\[]?=");
    Ref<GMimePart> part(
        good ? g_mime_part_new_with_type(type.substr(0, slash).c_str(), type.substr(slash + 1).c_str())
             : g_mime_part_new_with_type("application", "octet-stream"));
    const auto stream = detail::stream_of(file.bytes);
    const Ref<GMimeDataWrapper> content(
        g_mime_data_wrapper_new_with_stream(stream.get(), GMIME_CONTENT_ENCODING_DEFAULT));
    g_mime_part_set_content(part.get(), content.get());
    g_mime_part_set_content_encoding(part.get(), GMIME_CONTENT_ENCODING_BASE64);
    g_mime_object_set_disposition(GMIME_OBJECT(part.get()), "attachment");
    g_mime_part_set_filename(part.get(), one_line(file.name, kMaxOwnName).c_str());
    return part;
}

Ref<GMimeObject> text_part(const std::string& text) {
    auto* part = g_mime_text_part_new_with_subtype("plain");
    g_mime_text_part_set_charset(part, "utf-8");
    g_mime_text_part_set_text(part, repair_utf8(unix_lines(text)).c_str());
    g_mime_part_set_content_encoding(GMIME_PART(part), GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE);
    return Ref<GMimeObject>(GMIME_OBJECT(part));
}

Ref<GMimeObject> body_of(const OutgoingMail& mail) {
    auto text = text_part(mail.text);
    if (mail.files.empty()) return text;
    auto* mixed = g_mime_multipart_new_with_subtype("mixed");
    g_mime_multipart_add(mixed, text.get());
    for (const auto& file : mail.files) {
        const auto part = file_part(file);
        g_mime_multipart_add(mixed, GMIME_OBJECT(part.get()));
    }
    return Ref<GMimeObject>(GMIME_OBJECT(mixed));
}

std::string bracketed(const std::string& id) {
    return "<" + id + ">";
}

std::string references_of(const OutgoingMail& mail) {
    std::vector<std::string> ids;
    for (const auto& id : mail.references) {
        if (plain_message_id(id) && std::find(ids.begin(), ids.end(), id) == ids.end()) ids.push_back(id);
    }
    // The first is the root that keeps the thread together.
    if (ids.size() > kMaxReferences)
        ids.erase(ids.begin() + 1, ids.end() - static_cast<std::ptrdiff_t>(kMaxReferences - 1));
    std::string text;
    for (const auto& id : ids) text += (text.empty() ? "" : " ") + bracketed(id);
    return text;
}

void set_date(GMimeMessage* message, TimeMs at) {
    auto* date = g_date_time_new_from_unix_utc(at / 1000);
    if (date == nullptr) return;
    g_mime_message_set_date(message, date);
    g_date_time_unref(date);
}

}  // namespace

bool plain_address(std::string_view address) {
    const auto at = address.rfind('@');
    if (at == std::string_view::npos || at == 0 || at + 1 == address.size() || address.size() > 254)
        return false;
    return printable(address, "<>\"(),:;\\") && address.find('@') == at;
}

bool plain_message_id(std::string_view id) {
    return !id.empty() && id.size() <= kMaxId && printable(id, "<>");
}

std::string compose_mail(const OutgoingMail& mail) {
    detail::start_gmime();
    const Ref<GMimeMessage> message(g_mime_message_new(TRUE));
    auto* object = GMIME_OBJECT(message.get());
    g_mime_message_add_mailbox(message.get(), GMIME_ADDRESS_TYPE_FROM,
                               one_line(mail.from.name, kMaxOwnName).c_str(), mail.from.email.c_str());
    g_mime_message_add_mailbox(message.get(), GMIME_ADDRESS_TYPE_TO, nullptr, mail.to.c_str());
    g_mime_message_set_subject(message.get(), one_line(mail.subject, kMaxOwnSubject).c_str(), "utf-8");
    set_date(message.get(), mail.date);
    g_mime_message_set_message_id(message.get(), mail.message_id.c_str());
    if (plain_message_id(mail.in_reply_to))
        g_mime_object_set_header(object, "In-Reply-To", bracketed(mail.in_reply_to).c_str(), nullptr);
    const auto references = references_of(mail);
    if (!references.empty()) g_mime_object_set_header(object, "References", references.c_str(), nullptr);
    g_mime_object_set_header(object, "MIME-Version", "1.0", nullptr);
    const auto body = body_of(mail);
    g_mime_message_set_mime_part(message.get(), body.get());

    auto* options = g_mime_format_options_new();
    g_mime_format_options_set_newline_format(options, GMIME_NEWLINE_FORMAT_DOS);
    const GText bytes(g_mime_object_to_string(object, options));
    g_mime_format_options_free(options);
    return detail::text_of(bytes.get());
}

}  // namespace guichet::channels::mail
