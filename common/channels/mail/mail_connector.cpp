#include "common/channels/mail/mail_connector.hpp"

#include <algorithm>

#include "common/channels/mail/events.hpp"
#include "common/core/bytes.hpp"

namespace guichet::channels {

using mail::ImapClient;
using mail::Settings;

namespace {

constexpr std::chrono::milliseconds kConnectLimit{20'000};
// Connections kept between two pulls; servers end idle ones after half an hour (RFC 3501 section 5.4).
constexpr std::chrono::minutes kKeepFor{10};
constexpr std::size_t kMaxKept = 256;
// How long a mail server may take to show a copy of what it has accepted.
constexpr std::chrono::milliseconds kVisibilityLag{60'000};
constexpr std::size_t kMaxMailLength = 50'000;
constexpr std::chrono::milliseconds kMailTestLimit{20'000};
// From the greeting to the open folder, and for a search: a large folder takes its time.
constexpr std::chrono::seconds kOpenLimit{60};
constexpr std::chrono::minutes kSearchLimit{2};

Status as_status(const Outcome& outcome) {
    if (outcome.kind == Outcome::Kind::sent) return {};
    if (outcome.kind == Outcome::Kind::reauth) return make_status(Code::unauthenticated, outcome.error);
    return unavailable(outcome.error);
}

}  // namespace

MailConnector::MailConnector(asio::io_context& io, const Clock& clock, MailOptions options)
    : io_(io),
      clock_(clock),
      options_(std::move(options)),
      dialer_(std::make_shared<mail::Dialer>(io, options_.allow_private)),
      tokens_(std::make_shared<mail::Tokens>(options_.outside, options_.anywhere, clock)) {}

MailConnector::~MailConnector() = default;

std::string MailConnector::pool_key(const mail::Server& server) {
    return sha256(server.host + '\0' + std::to_string(server.port) + '\0' +
                  std::to_string(static_cast<int>(server.security)) + '\0' + server.user + '\0' +
                  server.password + '\0' + (server.grant ? server.grant->refresh_token : "") + '\0' +
                  (server.grant ? server.grant->access_token : "") + '\0' + server.authorities);
}

Caps MailConnector::caps(const v1::Channel& channel) const {
    Caps caps;
    caps.max_length = kMaxMailLength;
    caps.visibility_lag = kVisibilityLag;
    const auto settings = mail::read_settings(channel);
    if (!settings) return caps;
    caps.pulls = settings->imap.has_value();
    caps.can_reconcile = settings->imap && (!settings->sent_folder.empty() || settings->bcc_self);
    return caps;
}

Status MailConnector::check(const v1::Channel& channel) const {
    const auto settings = mail::read_settings(channel);
    if (!settings) return settings.error();
    const auto& server = settings->imap ? settings->imap : settings->smtp;
    if (server->allow_private && !options_.allow_private) {
        return invalid(
            "settings.allow_private",
            "private addresses are forbidden here: set channels.allow_private in the configuration");
    }
    return {};
}

std::size_t MailConnector::measure(const std::string& text) const {
    return static_cast<std::size_t>(
        std::count_if(text.begin(), text.end(), [](unsigned char c) { return (c & 0xC0) != 0x80; }));
}

Status MailConnector::authenticate(const v1::Channel&, const http::Request&, TimeMs) const {
    return make_status(Code::unauthenticated, "mail is fetched by IMAP, this address takes none");
}

Result<Events> MailConnector::parse(const v1::Channel& channel, const std::string& body) const {
    const auto settings = mail::read_settings(channel);
    if (!settings) return settings.error();
    return mail::events_of(mail::parse_mail(body), *settings, body);
}

asio::awaitable<Result<MailConnector::ImapPtr>> MailConnector::connect_imap(mail::Server server) {
    auto ready = co_await tokens_->prepare(server);
    if (!ready.ok()) co_return ready;
    auto client = co_await sign_in_imap(server);
    // A token can end before its time: once more with a new one.
    const bool refused = !client && client.error().code == Code::unauthenticated;
    if (!refused || !tokens_->forget(server)) co_return client;
    ready = co_await tokens_->prepare(server);
    if (!ready.ok()) co_return ready;
    co_return co_await sign_in_imap(server);
}

asio::awaitable<Result<MailConnector::ImapPtr>> MailConnector::sign_in_imap(mail::Server server) {
    auto wire = co_await dialer_->dial(server, kConnectLimit);
    if (!wire) co_return wire.error();
    auto client = std::make_unique<ImapClient>(std::move(*wire), clock_);
    client->end_by(clock_.steady() + kOpenLimit);
    auto status = co_await client->sign_in(std::move(server));
    if (!status.ok()) co_return status;
    co_return client;
}

MailConnector::ImapPtr MailConnector::take(const std::string& key) {
    const auto now = clock_.steady();
    std::erase_if(kept_, [now](const auto& entry) { return entry.second.until <= now; });
    const auto found = kept_.find(key);
    if (found == kept_.end()) return nullptr;
    auto client = std::move(found->second.client);
    kept_.erase(found);
    return client;
}

void MailConnector::keep(const std::string& key, ImapPtr client) {
    if (!client->good() || kept_.size() >= kMaxKept) return;
    kept_[key] = {std::move(client), clock_.steady() + kKeepFor};
}

asio::awaitable<Result<MailConnector::Opened>> MailConnector::open(const Settings& settings) {
    Opened opened;
    opened.client = take(pool_key(*settings.imap));
    if (opened.client) {
        opened.client->end_by(clock_.steady() + kOpenLimit);
        auto mailbox = co_await opened.client->open(settings.folder, settings.mark_seen);
        if (mailbox) {
            opened.mailbox = *mailbox;
            co_return opened;
        }
        // The server may have ended a connection that was at rest.
        if (opened.client->good()) co_return mailbox.error();
    }
    auto client = co_await connect_imap(*settings.imap);
    if (!client) co_return client.error();
    opened.client = std::move(*client);
    auto mailbox = co_await opened.client->open(settings.folder, settings.mark_seen);
    if (!mailbox) co_return mailbox.error();
    opened.mailbox = *mailbox;
    co_return opened;
}

asio::awaitable<Reconciled> MailConnector::reconcile(v1::Channel channel, SendIntent intent) {
    Reconciled result;
    const auto settings = mail::read_settings(channel);
    if (!settings || !settings->imap) co_return result;
    const auto id = mail::our_message_id(intent.delivery, intent.conversation, settings->domain);
    // Where a copy is sure to be, were the mail sent. A copy that we file ourselves proves that it was sent,
    // but its absence proves nothing: the process may have died in between.
    std::vector<std::string> folders;
    if (!settings->sent_folder.empty()) folders.push_back(settings->sent_folder);
    if (settings->bcc_self) folders.push_back(settings->folder);
    if (folders.empty()) co_return result;
    const bool telling = settings->bcc_self || !settings->save_sent;
    auto client = co_await connect_imap(*settings->imap);
    if (!client) co_return result;
    (*client)->end_by(clock_.steady() + kSearchLimit);
    for (const auto& folder : folders) {
        auto mailbox = co_await (*client)->open(folder, false);
        if (!mailbox) co_return result;
        auto found = co_await (*client)->search("HEADER Message-ID \"<" + id + ">\"");
        if (!found) co_return result;
        if (found->empty()) continue;
        result.kind = Reconciled::Kind::found;
        result.external_id = id;
        co_return result;
    }
    result.kind = telling ? Reconciled::Kind::absent : Reconciled::Kind::unknown;
    co_return result;
}

asio::awaitable<Status> MailConnector::test_smtp(mail::Server server, std::string name) {
    auto session =
        co_await connect_smtp(std::move(server), std::move(name), clock_.steady() + kMailTestLimit);
    if (session.outcome.kind == Outcome::Kind::sent) co_await session.client->quit();
    co_return as_status(session.outcome);
}

asio::awaitable<Status> MailConnector::test(v1::Channel channel) {
    auto status = check(channel);
    if (!status.ok()) co_return status;
    const auto settings = *mail::read_settings(channel);
    if (settings.imap) {
        auto opened = co_await open(settings);
        if (!opened) co_return opened.error();
        if (!settings.sent_folder.empty()) {
            auto sent = co_await opened->client->open(settings.sent_folder, false);
            if (!sent) co_return sent.error();
        }
        keep(pool_key(*settings.imap), std::move(opened->client));
    }
    if (settings.smtp) co_return co_await test_smtp(*settings.smtp, settings.domain);
    co_return Status{};
}

}  // namespace guichet::channels
