#include "common/channels/mail/events.hpp"

#include <algorithm>

#include "common/channels/mail/folding.hpp"
#include "common/channels/mail/report.hpp"
#include "common/channels/mail/text.hpp"
#include "common/core/bytes.hpp"

namespace guichet::channels::mail {
namespace {

// What ingest takes without a change of its configuration.
constexpr std::size_t kMaxText = 60'000;
constexpr std::size_t kMaxQuoted = 4'000;
constexpr std::size_t kMaxSubject = 900;
constexpr std::size_t kMaxName = 290;
constexpr std::size_t kMaxErrorWords = 500;

std::optional<OurId> ours_in(const std::vector<std::string>& ids, const Settings& settings) {
    // The last one is the nearest.
    for (auto id = ids.rbegin(); id != ids.rend(); ++id) {
        if (auto ours = parse_our_id(*id, settings.domain)) return ours;
    }
    return std::nullopt;
}

bool is_automatic(const Mail& mail, const Settings& settings) {
    if (!mail.auto_submitted.empty() && mail.auto_submitted != "no") return true;
    if (mail.autoresponder || mail.empty_return_path || mail.is_receipt || mail.is_report) return true;
    if (mail.precedence == "bulk" || mail.precedence == "junk" || mail.precedence == "auto_reply")
        return true;
    return !settings.take_lists && (mail.precedence == "list" || !mail.list_id.empty());
}

bool is_mailer_daemon(const Mail& mail) {
    return mail.from && (mail.from->email.starts_with("mailer-daemon@") ||
                         (mail.from->email.starts_with("postmaster@") && mail.empty_return_path));
}

bool is_bounce(const Mail& mail) {
    return mail.is_report || !mail.failed_recipients.empty() || is_mailer_daemon(mail);
}

// Where the mail that came back is, in reports old and new: a part of its own, or words.
std::string original_of(const Mail& mail, const Settings& settings) {
    if (!mail.original_id.empty()) return mail.original_id;
    for (const auto& file : mail.files) {
        if (file.media_type != "message/rfc822") continue;
        auto id = original_id_in(std::string_view(file.bytes).substr(0, file.bytes.find("\n\n")));
        if (!id.empty()) return id;
    }
    for (auto at = mail.text.find("<g."); at != std::string::npos; at = mail.text.find("<g.", at + 1)) {
        const auto end = mail.text.find('>', at);
        if (end == std::string::npos) break;
        auto id = mail.text.substr(at + 1, end - at - 1);
        if (parse_our_id(id, settings.domain)) return id;
    }
    const auto nearest = mail.in_reply_to.empty() ? mail.references : mail.in_reply_to;
    return nearest.empty() ? std::string() : nearest.back();
}

std::string words_of(const Report& report) {
    auto words =
        report.diagnostic.empty() ? std::string("the mail could not be delivered") : report.diagnostic;
    if (!report.recipient.empty()) words = report.recipient + ": " + words;
    if (!report.status.empty()) words += " (" + report.status + ")";
    return truncate_utf8(words, kMaxErrorWords);
}

// Of the recipients the customer counts, not a copy to ourselves; what failed before what arrived.
const Report* telling(const Mail& mail, const Settings& settings) {
    for (const auto* action : {"failed", "delivered"}) {
        for (const auto& report : mail.reports) {
            if (report.action == action && !settings.is_own(report.recipient)) return &report;
        }
    }
    return nullptr;
}

Events bounce(const Mail& mail, const Settings& settings) {
    Event event;
    const auto original = original_of(mail, settings);
    if (original.empty()) return {};
    event.message.set_external_id(original);
    if (const auto ours = parse_our_id(original, settings.domain)) {
        event.delivery = ours->delivery.str();
        event.conversation = ours->conversation.str();
    }
    event.kind = Event::Kind::failed;
    if (mail.reports.empty()) {
        // A bounce in words alone: what it says is shown, whether it is for good is not known.
        if (event.delivery.empty() || mail.is_report) return {};
        event.error = truncate_utf8(trimmed(mail.text), kMaxErrorWords);
        return {event};
    }
    const auto* report = telling(mail, settings);
    // "delayed" and "relayed" change nothing.
    if (report == nullptr) return {};
    if (report->action == "delivered") {
        event.kind = Event::Kind::delivered;
        return {event};
    }
    event.permanent = report->status.starts_with('5');
    event.error = words_of(*report);
    return {event};
}

// Who is to be answered. A form on a web site writes from the brand's own address, with the customer in
// Reply-To.
std::optional<Address> author_of(const Mail& mail, const Settings& settings) {
    if (mail.original_sender && !settings.is_own(mail.original_sender->email)) return mail.original_sender;
    if (mail.reply_to && !settings.is_own(mail.reply_to->email)) {
        auto author = mail.reply_to;
        if (author->name.empty() && mail.from && !settings.is_own(mail.from->email))
            author->name = mail.from->name;
        return author;
    }
    return mail.from;
}

std::string id_of(const Mail& mail, const std::string& raw) {
    return mail.message_id.empty() ? "sha256:" + hex(sha256(raw)) : mail.message_id;
}

void set_thread(const Mail& mail, const Settings& settings, Event& event) {
    auto ours = parse_our_id(mail.message_id, settings.domain);
    if (!ours) ours = ours_in(mail.in_reply_to, settings);
    if (!ours) ours = ours_in(mail.references, settings);
    if (ours) {
        event.conversation = ours->conversation.str();
        event.message.set_thread("conv:" + event.conversation);
    } else if (!mail.references.empty()) {
        event.message.set_thread(mail.references.front());
    } else if (!mail.in_reply_to.empty()) {
        event.message.set_thread(mail.in_reply_to.front());
    } else {
        event.message.set_thread(event.message.external_id());
    }
}

void add_field(v1::InboundMessage& message, const char* name, const std::string& value) {
    auto* field = message.add_fields();
    field->set_name(name);
    field->set_value(value);
}

void set_text(const Mail& mail, v1::InboundMessage& message) {
    const auto folded = fold_quotes(mail.text);
    auto text = truncate_utf8(folded.fresh, kMaxText);
    if (text.size() < folded.fresh.size() || mail.text_cut) text += "\n[\xE2\x80\xA6]";
    if (is_blank(text)) {
        // A mail that is all subject is an ordinary thing.
        text = mail.subject.empty() && mail.files.empty() ? "(empty mail)" : mail.subject;
    }
    message.set_text(text);
    if (!folded.quoted.empty()) add_field(message, "quoted", truncate_utf8(folded.quoted, kMaxQuoted));
}

void set_files(const Mail& mail, Event& event) {
    for (const auto& file : mail.files) {
        auto* attachment = event.message.add_attachments();
        attachment->set_name(file.name);
        attachment->set_media_type(file.media_type);
        attachment->set_size(static_cast<std::int64_t>(file.bytes.size()));
        event.files.push_back(file.bytes);
    }
    if (mail.files_left_out > 0)
        add_field(event.message, "attachments_left_out", std::to_string(mail.files_left_out));
}

void set_author(const Address& address, v1::Author* author) {
    author->set_external_id(address.email);
    author->set_email(truncate_utf8(address.email, kMaxName));
    author->set_name(truncate_utf8(address.name, kMaxName));
}

void set_common(const Mail& mail, const Settings& settings, const std::string& raw, Event& event) {
    auto& message = event.message;
    message.set_external_id(id_of(mail, raw));
    set_thread(mail, settings, event);
    message.set_subject(truncate_utf8(mail.subject, kMaxSubject));
    message.set_visibility(v1::VISIBILITY_PRIVATE);
    if (mail.date > 0) {
        message.mutable_created_at()->set_seconds(mail.date / 1000);
    }
    set_text(mail, message);
    set_files(mail, event);
    event.raw = raw;
}

}  // namespace

Events events_of(const Mail& mail, const Settings& settings, const std::string& raw) {
    if (is_bounce(mail)) return bounce(mail, settings);
    Event event;
    const auto author = author_of(mail, settings);
    const auto ours = parse_our_id(mail.message_id, settings.domain);
    if (ours || (author && settings.is_own(author->email))) {
        event.kind = Event::Kind::own;
        if (ours) event.delivery = ours->delivery.str();
        set_common(mail, settings, raw, event);
        const auto customer = std::find_if(mail.to.begin(), mail.to.end(),
                                           [&](const Address& one) { return !settings.is_own(one.email); });
        if (customer != mail.to.end()) set_author(*customer, event.message.mutable_author());
        return {event};
    }
    if (is_automatic(mail, settings)) return {};
    set_common(mail, settings, raw, event);
    if (author) set_author(*author, event.message.mutable_author());
    return {event};
}

Events events_of_large(Mail mail, const Settings& settings, const std::string& header, std::size_t bytes) {
    constexpr std::size_t kMegabyte = 1024 * 1024;
    mail.text = "(This mail of " + std::to_string((bytes + kMegabyte - 1) / kMegabyte) +
                " MB is larger than this channel takes. It stands in the mailbox.)";
    mail.text_cut = false;
    mail.files.clear();
    auto events = events_of(mail, settings, header);
    for (auto& event : events) add_field(event.message, "mail_bytes", std::to_string(bytes));
    return events;
}

}  // namespace guichet::channels::mail
