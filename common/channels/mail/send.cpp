// MailConnector::send: from an intent to a mail that the server has taken.
#include <algorithm>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include "common/channels/mail/events.hpp"
#include "common/channels/mail/mail_connector.hpp"
#include "common/channels/mail/text.hpp"
#include "common/obs/log.hpp"

namespace guichet::channels {

using mail::OutgoingMail;
using mail::Settings;

namespace {

constexpr std::size_t kMaxFilesBytes = 20 * 1024 * 1024;
constexpr std::chrono::milliseconds kFileLimit{20'000};
constexpr std::chrono::minutes kCopyLimit{5};
constexpr char kNoSubject[] = "Your message";

using Kind = Outcome::Kind;

// A digest (a mail without an id) and "conv:…" are names of ours, no ids of mails.
bool is_mail_id(const std::string& id) {
    return mail::plain_message_id(id) && id.find('@') != std::string::npos;
}

std::string answer_subject(const std::string& subject) {
    const auto lower = mail::lower(subject);
    for (const auto* prefix : {"re:", "re :", "aw:", "antw:", "sv:", "rif:"}) {
        if (lower.starts_with(prefix)) return subject;
    }
    return "Re: " + (subject.empty() ? std::string(kNoSubject) : subject);
}

// The copy in the Sent folder. Its failure changes nothing about the mail: it is said in the log only.
asio::awaitable<void> file_copy(std::shared_ptr<mail::Dialer> dialer, std::shared_ptr<mail::Tokens> tokens,
                                const Clock& clock, Settings settings, std::string bytes,
                                std::string channel) {
    auto status = co_await tokens->prepare(*settings.imap);
    Result<mail::WirePtr> wire = status;
    if (status.ok()) wire = co_await dialer->dial(*settings.imap, kFileLimit);
    if (!wire) {
        status = wire.error();
    } else {
        mail::ImapClient client(std::move(*wire), clock);
        client.end_by(clock.steady() + kCopyLimit);
        status = co_await client.sign_in(*settings.imap);
        if (status.ok()) status = co_await client.append(settings.sent_folder, std::move(bytes));
    }
    if (!status.ok()) obs::log::warn("mail.copy_not_filed", {{"channel", channel}, {"error", status}});
}

}  // namespace

asio::awaitable<Result<OutgoingMail>> MailConnector::compose(const Settings& settings,
                                                             const v1::Channel& channel, SendIntent intent) {
    OutgoingMail mail;
    const auto otherwise = settings.from_name.empty() ? channel.name() : settings.from_name;
    mail.from = {intent.persona.empty() ? otherwise : intent.persona, settings.address};
    mail.to = intent.way == Way::direct && !intent.recipient.empty() ? intent.recipient : intent.author;
    const bool answer = intent.way == Way::answer;
    mail.subject = answer ? answer_subject(intent.subject) : intent.subject;
    if (mail.subject.empty()) mail.subject = kNoSubject;
    mail.text = intent.text;
    mail.message_id = mail::our_message_id(intent.delivery, intent.conversation, settings.domain);
    mail.date = clock_.now();
    if (answer && is_mail_id(intent.reply_to)) mail.in_reply_to = intent.reply_to;
    if (answer && is_mail_id(intent.thread)) mail.references.push_back(intent.thread);
    if (!mail.in_reply_to.empty()) mail.references.push_back(mail.in_reply_to);
    std::size_t room = kMaxFilesBytes;
    for (const auto& attachment : intent.attachments) {
        if (attachment.blob().empty() || !options_.read_blob) {
            if (attachment.url().empty())
                co_return invalid("attachments", "the attachment " + attachment.name() + " has no bytes");
            mail.text += "\n\n" + attachment.name() + ": " + attachment.url();
            continue;
        }
        auto bytes = co_await options_.read_blob(attachment.blob(), room);
        if (!bytes) co_return bytes.error();
        room -= std::min(room, bytes->size());
        mail.files.push_back({attachment.name(), attachment.media_type(), std::move(*bytes)});
    }
    co_return mail;
}

asio::awaitable<MailConnector::SmtpSession> MailConnector::sign_in_smtp(mail::Server server, std::string name,
                                                                        std::chrono::nanoseconds until) {
    SmtpSession session;
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - clock_.steady());
    auto wire = co_await dialer_->dial(server, std::max(left, std::chrono::milliseconds(1)));
    if (!wire) {
        // An address that must not be reached will be so again.
        const bool hopeless = wire.error().code == Code::permission_denied;
        session.outcome =
            mail::ended(hopeless ? Kind::permanent : Kind::retry, "not sent: " + wire.error().message);
        co_return session;
    }
    session.client = std::make_unique<mail::SmtpClient>(std::move(*wire), [this, until] {
        return std::chrono::ceil<std::chrono::milliseconds>(until - clock_.steady());
    });
    session.outcome = co_await session.client->sign_in(std::move(server), std::move(name));
    co_return session;
}

asio::awaitable<MailConnector::SmtpSession> MailConnector::connect_smtp(mail::Server server, std::string name,
                                                                        std::chrono::nanoseconds until) {
    SmtpSession session;
    auto ready = co_await tokens_->prepare(server);
    if (ready.ok()) session = co_await sign_in_smtp(server, name, until);
    // A token can end before its time: once more with a new one.
    const bool refused = ready.ok() && session.outcome.kind == Kind::reauth;
    if (refused && tokens_->forget(server)) {
        ready = co_await tokens_->prepare(server);
        if (ready.ok()) session = co_await sign_in_smtp(server, name, until);
    }
    if (ready.ok()) co_return session;
    const bool later = ready.code == Code::unavailable || ready.code == Code::deadline_exceeded;
    session.outcome = mail::ended(later ? Kind::retry : Kind::reauth, "not sent: " + ready.message);
    co_return session;
}

asio::awaitable<Outcome> MailConnector::hand_over(const Settings& settings, OutgoingMail mail,
                                                  SendIntent intent) {
    auto session = co_await connect_smtp(*settings.smtp, settings.domain, clock_.steady() + intent.deadline);
    auto outcome = std::move(session.outcome);
    if (outcome.kind != Kind::sent) co_return outcome;
    mail::Envelope envelope;
    envelope.sender = settings.address;
    envelope.recipients.push_back(mail.to);
    if (settings.bcc_self) envelope.recipients.push_back(settings.address);
    const auto bytes = mail::compose_mail(mail);
    const auto not_after = intent.not_after;
    std::function<bool()> may_send = [this, not_after] {
        return not_after == 0 || clock_.now() <= not_after;
    };
    outcome = co_await session.client->send(std::move(envelope), bytes, std::move(may_send));
    if (outcome.kind != Kind::sent) co_return outcome;
    co_await session.client->quit();
    outcome.external_id = mail.message_id;
    outcome.recipient = mail.to;
    if (settings.save_sent) {
        auto filing = file_copy(dialer_, tokens_, clock_, settings, bytes, intent.conversation.str());
        asio::co_spawn(io_, std::move(filing), asio::detached);
    }
    co_return outcome;
}

asio::awaitable<Outcome> MailConnector::send(v1::Channel channel, SendIntent intent) {
    const auto settings = mail::read_settings(channel);
    if (!settings) co_return mail::ended(Kind::reauth, settings.error().message);
    if (!settings->smtp) co_return mail::ended(Kind::permanent, "the channel has no smtp_host");
    if (intent.way == Way::private_reply)
        co_return mail::ended(Kind::permanent, "mail has no private answer to a public comment");
    auto mail = co_await compose(*settings, channel, intent);
    if (!mail) {
        const bool later = mail.error().code == Code::unavailable;
        co_return mail::ended(later ? Kind::retry : Kind::permanent, "not sent: " + mail.error().message);
    }
    if (!mail::plain_address(mail->to)) {
        auto refused =
            mail::ended(Kind::permanent, "not sent: \"" + mail->to + "\" is no address that mail can reach");
        refused.route_closed = true;
        co_return refused;
    }
    co_return co_await hand_over(*settings, std::move(*mail), std::move(intent));
}

}  // namespace guichet::channels
