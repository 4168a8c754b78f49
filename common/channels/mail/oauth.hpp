#pragma once
// Sign-in by token instead of a password: XOAUTH2 as Google and Microsoft document it for IMAP and SMTP
// (developers.google.com/gmail/imap/xoauth2-protocol). Access tokens are fetched with the channel's refresh
// token (RFC 6749 section 6), kept until shortly before they end, and never written down.
#include <map>
#include <string>

#include <boost/asio/awaitable.hpp>

#include "common/channels/mail/settings.hpp"
#include "common/core/clock.hpp"
#include "common/core/status.hpp"
#include "common/http/client.hpp"

namespace guichet::channels::mail {

namespace asio = boost::asio;

// The initial response, not yet in base64.
std::string xoauth2_words(const std::string& user, const std::string& token);

struct TokenAnswer {
    std::string access_token;
    // Of the answer; 0: it does not say.
    std::int64_t seconds = 0;
    // A new one, where the endpoint replaces them.
    std::string refresh_token;
};
// What the token endpoint said. UNAUTHENTICATED: the refresh token or the client is refused; UNAVAILABLE: try
// later. No token stands in the words.
Result<TokenAnswer> read_token_answer(int status, const std::string& body);

class Tokens {
  public:
    // `anywhere`: for channels that may reach private addresses; null where the configuration forbids it.
    // Without `outside` only given access tokens can be used.
    Tokens(http::Client* outside, http::Client* anywhere, const Clock& clock)
        : outside_(outside), anywhere_(anywhere), clock_(clock) {}

    // Sets the token where the server signs in by one.
    asio::awaitable<Status> prepare(Server& server);
    // The mail server refused it. True: prepare() gets another one.
    bool forget(const Server& server);

  private:
    struct Kept {
        std::string access_token;
        std::chrono::nanoseconds until{};
        // The last that the endpoint gave; empty: the channel's.
        std::string refresh_token;
    };
    asio::awaitable<Result<TokenAnswer>> ask(Server server, std::string refresh_token);
    void keep(const std::string& key, TokenAnswer answer);

    http::Client* outside_;
    http::Client* anywhere_;
    const Clock& clock_;
    std::map<std::string, Kept> kept_;
};

}  // namespace guichet::channels::mail
