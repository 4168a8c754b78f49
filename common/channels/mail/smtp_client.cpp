#include "common/channels/mail/smtp_client.hpp"

#include "common/channels/mail/oauth.hpp"
#include "common/channels/mail/text.hpp"
#include "common/core/bytes.hpp"
#include "common/http/text.hpp"

namespace guichet::channels::mail {
namespace {

using Kind = Outcome::Kind;

constexpr int kGoOn = 334;

// A connection that failed before the end of the mail: it was not sent.
Outcome not_sent(const Status& status) {
    return ended(Kind::retry, "not sent: " + status.message);
}

}  // namespace

asio::awaitable<Result<SmtpReply>> SmtpClient::read() {
    for (;;) {
        SmtpReply reply;
        const auto whole = replies_.next(reply);
        if (!whole) co_return whole.error();
        if (*whole) co_return reply;
        const auto left = left_();
        if (left <= Milliseconds(0)) co_return deadline(wire_->host() + " did not answer in time");
        auto bytes = co_await wire_->read(left);
        if (!bytes) co_return bytes.error();
        replies_.feed(*bytes);
    }
}

asio::awaitable<Result<SmtpReply>> SmtpClient::ask(std::string line) {
    const auto left = left_();
    if (left <= Milliseconds(0)) co_return deadline("no time was left");
    auto status = co_await wire_->write(line + "\r\n", left);
    if (!status.ok()) co_return status;
    co_return co_await read();
}

asio::awaitable<Outcome> SmtpClient::step(std::string line, SmtpStep step) {
    auto reply = co_await ask(std::move(line));
    if (!reply) co_return not_sent(reply.error());
    if (!reply->good()) co_return smtp_refusal(*reply, step);
    co_return Outcome{};
}

asio::awaitable<Outcome> SmtpClient::hello(std::string name) {
    auto reply = co_await ask("EHLO " + name);
    if (!reply) co_return not_sent(reply.error());
    if (!reply->good()) co_return smtp_refusal(*reply, SmtpStep::greeting);
    can_tls_ = false;
    auth_.clear();
    for (const auto& line : reply->lines) {
        const auto word = lower(line.substr(0, line.find_first_of(" =")));
        if (word == "starttls") can_tls_ = true;
        if (word != "auth") continue;
        const auto mechanisms = lower(line);
        for (const auto one : http::split(mechanisms, ' ')) auth_.insert(std::string(one));
    }
    co_return Outcome{};
}

asio::awaitable<Outcome> SmtpClient::begin_tls(std::string name) {
    if (!can_tls_)
        co_return ended(Kind::retry,
                        "not sent: " + wire_->host() + " offers no STARTTLS; see setting smtp_tls");
    auto outcome = co_await step("STARTTLS", SmtpStep::greeting);
    if (outcome.kind != Kind::sent) co_return outcome;
    // What came in the clear behind the answer is not part of the secure session.
    if (!replies_.empty()) co_return ended(Kind::retry, "not sent: the mail server spoke before TLS began");
    auto status = co_await wire_->start_tls(left_());
    if (!status.ok()) co_return not_sent(status);
    co_return co_await hello(std::move(name));
}

asio::awaitable<Outcome> SmtpClient::authenticate_by_token(const Server& server) {
    if (!auth_.contains("xoauth2"))
        co_return ended(Kind::reauth, wire_->host() + " offers no XOAUTH2: it wants a password");
    auto reply = co_await ask("AUTH XOAUTH2 " + base64(xoauth2_words(server.user, server.token)));
    // Details of a refusal; the refusal itself follows an empty line.
    if (reply && reply->code == kGoOn) reply = co_await ask("");
    if (!reply) co_return not_sent(reply.error());
    if (!reply->good()) co_return smtp_refusal(*reply, SmtpStep::sign_in);
    co_return Outcome{};
}

asio::awaitable<Outcome> SmtpClient::authenticate(const Server& server) {
    if (server.grant) co_return co_await authenticate_by_token(server);
    if (auth_.contains("plain")) {
        const auto secret =
            base64(std::string(1, '\0') + server.user + std::string(1, '\0') + server.password);
        co_return co_await step("AUTH PLAIN " + secret, SmtpStep::sign_in);
    }
    if (!auth_.contains("login"))
        co_return ended(Kind::reauth, wire_->host() + " takes no password on this connection");
    auto outcome = co_await step("AUTH LOGIN", SmtpStep::sign_in);
    if (outcome.kind == Kind::sent) outcome = co_await step(base64(server.user), SmtpStep::sign_in);
    if (outcome.kind == Kind::sent) outcome = co_await step(base64(server.password), SmtpStep::sign_in);
    co_return outcome;
}

asio::awaitable<Outcome> SmtpClient::sign_in(Server server, std::string name) {
    auto greeting = co_await read();
    if (!greeting) co_return not_sent(greeting.error());
    if (!greeting->good()) {
        auto outcome = smtp_refusal(*greeting, SmtpStep::greeting);
        // Who refuses everybody today may take mail tomorrow.
        outcome.kind = Kind::retry;
        co_return outcome;
    }
    auto outcome = co_await hello(name);
    if (outcome.kind == Kind::sent && server.security == Security::starttls)
        outcome = co_await begin_tls(name);
    if (outcome.kind == Kind::sent && !server.user.empty()) outcome = co_await authenticate(server);
    co_return outcome;
}

asio::awaitable<Outcome> SmtpClient::send(Envelope envelope, std::string mail,
                                          std::function<bool()> may_send) {
    auto outcome = co_await step("MAIL FROM:<" + envelope.sender + ">", SmtpStep::sender);
    for (const auto& recipient : envelope.recipients) {
        if (outcome.kind != Kind::sent) co_return outcome;
        outcome = co_await step("RCPT TO:<" + recipient + ">", SmtpStep::recipient);
    }
    if (outcome.kind != Kind::sent) co_return outcome;
    if (!may_send()) co_return ended(Kind::retry, "not sent: its send-before time had passed");
    outcome = co_await step("DATA", SmtpStep::data);
    if (outcome.kind != Kind::sent) co_return outcome;
    const auto left = left_();
    if (left <= Milliseconds(0)) co_return not_sent(deadline("no time was left"));
    auto status = co_await wire_->write(dot_stuffed(mail), left);
    // Without the final dot a server takes nothing (RFC 5321 section 4.1.1.4).
    if (!status.ok()) co_return not_sent(status);
    if (left_() <= Milliseconds(0)) co_return not_sent(deadline("no time was left"));
    auto reply = co_await ask(".");
    if (!reply)
        co_return ended(Kind::ambiguous,
                        "the mail was handed over, no answer came: " + reply.error().message);
    if (!reply->good()) co_return smtp_refusal(*reply, SmtpStep::end_of_data);
    co_return Outcome{};
}

asio::awaitable<void> SmtpClient::quit() {
    co_await wire_->write("QUIT\r\n", Milliseconds(1'000));
    wire_->close();
}

}  // namespace guichet::channels::mail
