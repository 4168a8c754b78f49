#pragma once
// Mail: IMAP in, SMTP out. Settings, secrets and what they mean: README.md.
#include <functional>
#include <map>
#include <memory>
#include <string>

#include "common/channels/connector.hpp"
#include "common/channels/mail/imap_client.hpp"
#include "common/channels/mail/mime.hpp"
#include "common/channels/mail/oauth.hpp"
#include "common/channels/mail/smtp_client.hpp"

namespace guichet::channels {

struct MailOptions {
    // Channels may lead to private addresses (their setting allow_private): channels.allow_private.
    bool allow_private = false;
    // For token endpoints, with and without private addresses; they outlive the connector. Null: no tokens
    // are fetched.
    http::Client* outside = nullptr;
    http::Client* anywhere = nullptr;
    // The bytes of an attachment's blob; empty: attachments that have no address cannot be sent.
    std::function<asio::awaitable<Result<std::string>>(std::string blob, std::size_t limit)> read_blob;
};

class MailConnector final : public Connector {
  public:
    // `io` and `clock` outlive the connector; what it has under way ends with `io`.
    MailConnector(asio::io_context& io, const Clock& clock, MailOptions options);
    ~MailConnector() override;

    v1::ChannelKind kind() const override { return v1::CHANNEL_KIND_MAIL; }
    Caps caps(const v1::Channel& channel) const override;
    Status check(const v1::Channel& channel) const override;
    // Characters.
    std::size_t measure(const std::string& text) const override;
    // Mail is fetched: nobody brings it.
    Status authenticate(const v1::Channel& channel, const http::Request& request, TimeMs now) const override;
    // `body`: one mail (RFC 5322), as IMAP gives it or as an MTA hands it on.
    Result<Events> parse(const v1::Channel& channel, const std::string& body) const override;
    // The cursor is "<UIDVALIDITY>:<UID>" of the last mail. After a change of UIDVALIDITY the mails of the
    // last days come once more: their Message-IDs make that harmless.
    asio::awaitable<Result<Pulled>> pull(v1::Channel channel, std::string cursor,
                                         std::chrono::milliseconds deadline) override;
    asio::awaitable<Outcome> send(v1::Channel channel, SendIntent intent) override;
    asio::awaitable<Reconciled> reconcile(v1::Channel channel, SendIntent intent) override;
    // Signs in to both servers and opens the folder.
    asio::awaitable<Status> test(v1::Channel channel) override;

  private:
    using ImapPtr = std::unique_ptr<mail::ImapClient>;
    struct Kept {
        ImapPtr client;
        std::chrono::nanoseconds until;
    };
    struct Opened {
        ImapPtr client;
        mail::Mailbox mailbox;
    };

    asio::awaitable<Result<ImapPtr>> connect_imap(mail::Server server);
    asio::awaitable<Result<ImapPtr>> sign_in_imap(mail::Server server);
    // A connection that was kept, else a new one, with the folder open.
    asio::awaitable<Result<Opened>> open(const mail::Settings& settings);
    // Settings, password included: a channel that was changed gets a new connection.
    static std::string pool_key(const mail::Server& server);
    ImapPtr take(const std::string& key);
    void keep(const std::string& key, ImapPtr client);

    asio::awaitable<Result<std::string>> first_cursor(mail::ImapClient& client,
                                                      const mail::Settings& settings, mail::Mailbox mailbox,
                                                      bool anew);
    asio::awaitable<Result<Pulled>> wait_for_page(mail::ImapClient& client, const mail::Settings& settings,
                                                  mail::Mailbox mailbox, std::uint64_t last,
                                                  std::chrono::nanoseconds until);
    // Adds what one mail means to the page.
    asio::awaitable<Status> add_mail(mail::ImapClient& client, const mail::Settings& settings,
                                     mail::MailInfo info, Pulled& page);
    asio::awaitable<Result<Pulled>> read_page(mail::ImapClient& client, const mail::Settings& settings,
                                              mail::Mailbox mailbox, std::uint64_t last);
    asio::awaitable<Result<mail::OutgoingMail>> compose(const mail::Settings& settings,
                                                        const v1::Channel& channel, SendIntent intent);
    asio::awaitable<Outcome> hand_over(const mail::Settings& settings, mail::OutgoingMail mail,
                                       SendIntent intent);
    // Connected and signed in where the outcome is `sent`, else why not.
    struct SmtpSession {
        Outcome outcome;
        std::unique_ptr<mail::SmtpClient> client;
    };
    asio::awaitable<SmtpSession> connect_smtp(mail::Server server, std::string name,
                                              std::chrono::nanoseconds until);
    asio::awaitable<SmtpSession> sign_in_smtp(mail::Server server, std::string name,
                                              std::chrono::nanoseconds until);
    asio::awaitable<Status> test_smtp(mail::Server server, std::string name);

    asio::io_context& io_;
    const Clock& clock_;
    MailOptions options_;
    std::shared_ptr<mail::Dialer> dialer_;
    std::shared_ptr<mail::Tokens> tokens_;
    std::map<std::string, Kept> kept_;
};

}  // namespace guichet::channels
