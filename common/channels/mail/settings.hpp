#pragma once
// What a mail channel is told, in names: the settings and secrets of README.md. Pure.
#include <cstdint>
#include <optional>
#include <set>
#include <string>

#include "common/core/ids.hpp"
#include "common/core/status.hpp"
#include "guichet/v1/admin.pb.h"

namespace guichet::channels::mail {

enum class Security {
    // TLS from the first byte (RFC 8314).
    tls,
    // Plain until STARTTLS; without it nothing goes on.
    starttls,
    none,
};

// Sign-in by token (XOAUTH2).
struct Grant {
    // Given as it is, or fetched with the refresh token.
    std::string access_token;
    std::string refresh_token;
    std::string token_url;
    std::string client_id;
    std::string client_secret;
    std::string scope;
};

struct Server {
    std::string host;
    std::uint16_t port = 0;
    Security security = Security::tls;
    // Both empty: nobody signs in (SMTP only).
    std::string user;
    std::string password;
    // Instead of the password; the token that it gave for this sign-in.
    std::optional<Grant> grant;
    std::string token;
    // PEM, trusted instead of the system's authorities; "" : those.
    std::string authorities;
    // The host may lead to an address that is not public.
    bool allow_private = false;

    // Who listens on the way learns the password.
    bool bares_secrets() const { return security == Security::none && (!password.empty() || grant); }
};

struct Settings {
    // Lower case.
    std::string address;
    std::string domain;
    // `address` and the aliases, lower case: mail from these is the brand's own.
    std::set<std::string> own;
    std::string from_name;
    std::optional<Server> imap;
    std::optional<Server> smtp;
    std::string folder = "INBOX";
    // "" : none is known.
    std::string sent_folder;
    bool save_sent = false;
    bool bcc_self = false;
    bool mark_seen = false;
    bool from_start = false;
    bool take_lists = false;
    std::size_t max_mail_bytes = 0;

    bool is_own(const std::string& email) const { return own.contains(email); }
};

// INVALID_ARGUMENT names the setting.
Result<Settings> read_settings(const v1::Channel& channel);

// Our own Message-ID says what it belongs to: "g.<delivery>.<conversation>@<domain>".
struct OurId {
    DeliveryId delivery;
    ConversationId conversation;
};
std::string our_message_id(const DeliveryId& delivery, const ConversationId& conversation,
                           const std::string& domain);
// Nothing where `id` was not made by a channel of that domain.
std::optional<OurId> parse_our_id(const std::string& id, const std::string& domain);

}  // namespace guichet::channels::mail
