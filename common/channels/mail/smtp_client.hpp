#pragma once
// Hands one mail to a mail server (RFC 5321, sign-in by RFC 4954). What a caller must know to send nothing
// twice is in the outcome: until the final dot is on its way nothing has been sent; from then on until the
// server's answer nobody knows.
#include <functional>
#include <set>
#include <string>

#include "common/channels/mail/smtp_reply.hpp"
#include "common/channels/mail/wire.hpp"

namespace guichet::channels::mail {

struct Envelope {
    std::string sender;
    std::vector<std::string> recipients;
};

class SmtpClient {
  public:
    // Answers how much time is left for all of it, 0 or less: none.
    using TimeLeft = std::function<Milliseconds()>;
    SmtpClient(WirePtr wire, TimeLeft left) : wire_(std::move(wire)), left_(std::move(left)) {}

    // Greeting, EHLO as `name`, STARTTLS where `server` wants it, sign-in. `sent`: all is well so far.
    asio::awaitable<Outcome> sign_in(Server server, std::string name);
    // `mail` in CRLF lines. `may_send` is asked right before DATA; where it says no, the outcome is retry.
    asio::awaitable<Outcome> send(Envelope envelope, std::string mail, std::function<bool()> may_send);
    // Farewell without waiting for one.
    asio::awaitable<void> quit();

  private:
    asio::awaitable<Result<SmtpReply>> read();
    asio::awaitable<Result<SmtpReply>> ask(std::string line);
    // `sent` when the reply is good, else what it means.
    asio::awaitable<Outcome> step(std::string line, SmtpStep step);
    asio::awaitable<Outcome> hello(std::string name);
    asio::awaitable<Outcome> begin_tls(std::string name);
    asio::awaitable<Outcome> authenticate(const Server& server);
    asio::awaitable<Outcome> authenticate_by_token(const Server& server);

    WirePtr wire_;
    TimeLeft left_;
    SmtpReplies replies_;
    // Upper case: "STARTTLS", "AUTH PLAIN LOGIN".
    std::set<std::string> auth_;
    bool can_tls_ = false;
};

}  // namespace guichet::channels::mail
