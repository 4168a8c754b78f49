// A mailbox: IMAP in, SMTP out. It writes no webhooks, so that what other platforms sign is here what lies in
// the folder; README.md says which fault stands for which.
#include "common/channels/mail/mail_connector.hpp"
#include "common/core/bytes.hpp"
#include "tests/integration/conformance/subjects.hpp"
#include "tests/support/mail/mail_server.hpp"

namespace guichet::test::conformance {
namespace {

constexpr char kMailbox[] = "mailbox";
// Between two mails of one body; no line of a mail.
constexpr char kNextMail[] = "\n=====next mail=====\n";

std::string mail_from(const std::string& sender, const Words& words) {
    return "Message-ID: <" + words.id + "@customer.example>\n" +
           (sender.empty() ? "" : "From: " + sender + "\n") + "To: " + MailServer::kAddress +
           "\nSubject: Complaint\nDate: Fri, 15 Jan 2027 08:00:00 +0000\nContent-Type: text/plain; "
           "charset=utf-8\n\n" +
           words.text + "\n";
}

std::vector<std::string> mails_in(const std::string& body) {
    std::vector<std::string> mails;
    for (std::size_t at = 0; at <= body.size();) {
        auto end = body.find(kNextMail, at);
        if (end == std::string::npos) end = body.size();
        mails.push_back(body.substr(at, end - at));
        at = end + sizeof kNextMail - 1;
    }
    return mails;
}

class MailSubject final : public Subject {
  public:
    explicit MailSubject(const Place& place)
        : place_(place),
          // Where the clock is moved by hand nothing may wait for a push.
          server_(place.io, place.clock, !place.advance),
          connector_(place.io, place.clock, options()) {}

    channels::Connector& connector() override { return connector_; }
    v1::Channel channel() const override { return channel_at(server_.imap_port(), server_.smtp_port()); }
    // Port 9 (discard) of this machine: nobody listens there.
    v1::Channel unreachable() const override { return channel_at(9, 9); }
    std::string webhook_path() const override { return std::string("/webhooks/mail/") + kMailbox; }
    v1::Channel intruder() const override {
        auto other = channel();
        (*other.mutable_secrets())["password"] = "another password";
        return other;
    }

    bool brings() const override { return false; }
    bool edits() const override { return false; }
    bool half_is_refused() const override { return false; }
    bool orders_edits() const override { return false; }
    bool tells_when() const override { return false; }
    void deliver(const std::string& body) override {
        for (const auto& mail : mails_in(body)) server_.deliver(mail);
    }
    std::string reached() const override {
        return std::to_string(server_.uid_validity()) + ":" + std::to_string(server_.folder_size());
    }
    // Mail by mail, as IMAP gives them.
    Result<channels::Events> parse(const std::string& body) override {
        channels::Events all;
        for (const auto& mail : mails_in(body)) {
            auto events = connector_.parse(channel(), mail);
            if (!events) return events.error();
            for (auto& event : *events) all.push_back(std::move(event));
        }
        return all;
    }
    std::string author_of(const Words& words) const override { return words.author + "@customer.example"; }

    std::string created(const std::vector<Words>& all) const override {
        std::string body;
        for (const auto& words : all)
            body += (body.empty() ? "" : kNextMail) + mail_from(sender(words), words);
        return body;
    }
    std::string edited(const Words& words) const override { return created({words}); }
    // The report that a mail could not be delivered which nobody here sent.
    std::string removed(const Words& words) const override {
        return "Message-ID: <report-" + words.id +
               "@customer.example>\nFrom: MAILER-DAEMON@customer.example\nReturn-Path: <>\nTo: " +
               MailServer::kAddress +
               "\nSubject: Undeliverable\nMIME-Version: 1.0\n"
               "Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n"
               "--b\nContent-Type: text/plain\n\nIt came back.\n\n"
               "--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; customer.example\n\n"
               "Final-Recipient: rfc822; nobody@customer.example\nAction: failed\nStatus: 5.1.1\n\n"
               "--b\nContent-Type: message/rfc822\n\nMessage-ID: <" +
               words.id + "@customer.example>\nSubject: Complaint\n\nIt broke\n\n--b--\n";
    }
    // Header fields may be folded and spelled in any case, addresses without a name and with a domain in
    // capitals.
    std::string created_with_numbers(const Words& words) const override {
        auto mail = mail_from(words.author + "@CUSTOMER.EXAMPLE", words);
        const std::string usual = "Message-ID: <";
        return "MESSAGE-id:\n <" + mail.substr(mail.find(usual) + usual.size());
    }
    std::string created_without_author(const Words& words) const override { return mail_from("", words); }
    // A colleague's, from his own mail program.
    std::optional<std::string> own(const Words& words) const override {
        return mail_from(MailServer::kAddress, words);
    }
    http::Headers sign(const std::string&) const override {
        http::Headers headers;
        headers.add(signature_header(), "none");
        return headers;
    }
    std::string signature_header() const override { return "X-Signature"; }

    channels::SendIntent answer(const std::string& text) override {
        const auto event = connector_.parse(channel(), *say("It broke"))->at(0);
        channels::SendIntent intent;
        intent.workspace = WorkspaceId("main");
        intent.delivery = DeliveryId("D" + std::to_string(++deliveries_));
        intent.conversation = ConversationId("C1");
        intent.thread = event.message.thread();
        intent.author = event.message.author().external_id();
        intent.reply_to = event.message.external_id();
        intent.subject = event.message.subject();
        intent.customer_wrote_at = intent.created_at = place_.clock.now();
        intent.text = text;
        return intent;
    }
    // A recipient who is refused for good.
    std::optional<channels::SendIntent> too_late(const std::string& text) override {
        auto intent = answer(text);
        intent.author = "nobody@customer.example";
        return intent;
    }
    std::optional<std::string> say(const std::string& text) override {
        Words words;
        words.id = std::to_string(800'000'000 + ++said_);
        words.text = text;
        auto mail = created({words});
        server_.deliver(mail);
        return mail;
    }
    std::optional<std::string> private_post() override {
        return connector_.parse(channel(), *say("It broke"))->at(0).message.external_id();
    }
    void cut_next_read() override { server_.cut_next_fetch(); }
    void forget_places() override { server_.renumber(); }
    stand_in::Faults& faults() override { return server_.faults(); }
    const std::vector<stand_in::Published>& published() const override { return server_.published(); }

  private:
    static channels::MailOptions options() {
        channels::MailOptions options;
        options.allow_private = true;
        return options;
    }
    std::string sender(const Words& words) const { return words.name + " <" + author_of(words) + ">"; }
    static v1::Channel channel_at(int imap_port, int smtp_port) {
        v1::Channel channel;
        channel.set_id(kMailbox);
        channel.set_kind(v1::CHANNEL_KIND_MAIL);
        channel.set_team("care");
        auto& settings = *channel.mutable_settings();
        settings["address"] = MailServer::kAddress;
        settings["imap_host"] = settings["smtp_host"] = "127.0.0.1";
        settings["imap_tls"] = settings["smtp_tls"] = "none";
        settings["imap_port"] = std::to_string(imap_port);
        settings["smtp_port"] = std::to_string(smtp_port);
        settings["bcc_self"] = settings["from_start"] = settings["allow_private"] = "true";
        (*channel.mutable_secrets())["password"] = MailServer::kPassword;
        return channel;
    }

    Place place_;
    MailServer server_;
    channels::MailConnector connector_;
    int deliveries_ = 0;
    int said_ = 0;
};

}  // namespace

std::unique_ptr<Subject> mail_subject(const Place& place) {
    return std::make_unique<MailSubject>(place);
}

}  // namespace guichet::test::conformance
