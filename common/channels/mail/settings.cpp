#include "common/channels/mail/settings.hpp"

#include <algorithm>
#include <charconv>

#include "common/channels/mail/mime.hpp"
#include "common/channels/mail/text.hpp"
#include "common/http/ip_address.hpp"
#include "common/http/text.hpp"
#include "common/http/web_address.hpp"

namespace guichet::channels::mail {
namespace {

constexpr std::size_t kDefaultMailBytes = 25 * 1024 * 1024;
constexpr std::size_t kMaxMailBytes = 100 * 1024 * 1024;
constexpr std::size_t kMaxValue = 1000;
constexpr std::size_t kMaxAuthorities = 64 * 1024;
constexpr std::size_t kMaxAliases = 50;

Status wrong(const std::string& name, const std::string& why) {
    return invalid("settings." + name, "settings." + name + " " + why);
}

// Reads what is there, remembers the first thing that is wrong.
class SettingsReader {
  public:
    explicit SettingsReader(const v1::Channel& channel) : channel_(channel) {}

    std::string text(const std::string& name, const std::string& otherwise = {},
                     std::size_t limit = kMaxValue) {
        const auto found = channel_.settings().find(name);
        if (found == channel_.settings().end() || found->second.empty()) return otherwise;
        if (found->second.size() > limit) fail(wrong(name, "is too long"));
        return found->second;
    }
    // One line without control characters: it goes into commands.
    std::string line(const std::string& name, const std::string& otherwise = {}) {
        auto value = text(name, otherwise);
        const bool bad =
            std::any_of(value.begin(), value.end(), [](unsigned char c) { return c < 0x20 || c == 0x7f; });
        if (bad) fail(wrong(name, "is not plain text on one line"));
        return value;
    }
    std::string secret(const std::string& name) {
        const auto found = channel_.secrets().find(name);
        if (found == channel_.secrets().end()) return {};
        if (found->second.find_first_of(std::string_view("\0\r\n", 3)) != std::string::npos)
            fail(invalid("secrets." + name, "secrets." + name + " holds a line end"));
        return found->second;
    }
    bool flag(const std::string& name) {
        const auto value = text(name, "false");
        if (value != "true" && value != "false") fail(wrong(name, "is \"true\" or \"false\""));
        return value == "true";
    }
    std::size_t number(const std::string& name, std::size_t otherwise, std::size_t least, std::size_t most) {
        const auto value = text(name);
        if (value.empty()) return otherwise;
        std::size_t number = 0;
        const auto* end = value.data() + value.size();
        const auto parsed = std::from_chars(value.data(), end, number);
        if (parsed.ec != std::errc() || parsed.ptr != end || number < least || number > most)
            fail(wrong(name, "is no number from " + std::to_string(least) + " to " + std::to_string(most)));
        return number;
    }
    Security security(const std::string& name, const char* otherwise) {
        const auto value = text(name, otherwise);
        if (value == "tls") return Security::tls;
        if (value == "starttls") return Security::starttls;
        if (value != "none") fail(wrong(name, "is \"tls\", \"starttls\" or \"none\""));
        return Security::none;
    }
    void fail(Status status) {
        if (status_.ok()) status_ = std::move(status);
    }
    const Status& status() const { return status_; }

  private:
    const v1::Channel& channel_;
    Status status_;
};

std::uint16_t usual_port(const std::string& kind, Security security) {
    if (kind == "imap") return security == Security::tls ? 993 : 143;
    return security == Security::tls ? 465 : security == Security::starttls ? 587 : 25;
}

std::optional<Grant> read_grant(SettingsReader& reader) {
    Grant grant;
    grant.access_token = reader.secret("access_token");
    grant.refresh_token = reader.secret("refresh_token");
    if (grant.access_token.empty() && grant.refresh_token.empty()) return std::nullopt;
    grant.token_url = reader.line("token_url");
    grant.client_id = reader.line("client_id");
    grant.client_secret = reader.secret("client_secret");
    grant.scope = reader.line("token_scope");
    if (!grant.refresh_token.empty()) {
        const bool plain = grant.token_url.starts_with("http://") && reader.flag("allow_private");
        if (!http::is_https_address(grant.token_url) && !plain)
            reader.fail(
                wrong("token_url", "has to be an https address: secrets.refresh_token is sent there"));
        if (grant.client_id.empty())
            reader.fail(wrong("client_id", "is missing: secrets.refresh_token was given to it"));
    }
    return grant;
}

// A name is looked at again when its address is known (Dialer).
void check_bare(SettingsReader& reader, const std::string& kind, const Server& server) {
    if (!server.bares_secrets()) return;
    const auto ip = http::parse_ip(server.host);
    if (server.allow_private && !(ip && http::is_public_address(*ip))) return;
    reader.fail(wrong(kind + "_tls",
                      "is \"none\": the password would go over the internet in the clear. Say \"tls\" or "
                      "\"starttls\"; \"none\" is for a server in a private network (allow_private), or for "
                      "one where nobody signs in (then give imap_password instead of password)"));
}

std::optional<Server> read_server(SettingsReader& reader, const std::string& kind,
                                  const std::string& address) {
    Server server;
    server.host = lower(reader.line(kind + "_host"));
    if (server.host.empty()) return std::nullopt;
    server.security = reader.security(kind + "_tls", kind == "imap" ? "tls" : "starttls");
    server.port = static_cast<std::uint16_t>(
        reader.number(kind + "_port", usual_port(kind, server.security), 1, 65535));
    server.user = reader.line(kind + "_user", address);
    server.password = reader.secret(kind + "_password");
    if (server.password.empty()) server.grant = read_grant(reader);
    if (server.password.empty() && !server.grant) server.password = reader.secret("password");
    if (server.password.empty() && !server.grant && kind == "smtp") server.user.clear();
    server.authorities = reader.text("ca_pem", "", kMaxAuthorities);
    server.allow_private = reader.flag("allow_private");
    check_bare(reader, kind, server);
    return server;
}

void read_addresses(SettingsReader& reader, Settings& settings) {
    settings.address = lower(reader.line("address"));
    if (!plain_address(settings.address))
        return reader.fail(wrong("address", "is no mail address such as help@example.org"));
    settings.domain = settings.address.substr(settings.address.rfind('@') + 1);
    settings.own.insert(settings.address);
    const auto aliases = lower(reader.line("aliases"));
    for (const auto one : http::split(aliases, ',')) {
        const auto alias = trimmed(one);
        if (alias.empty()) continue;
        if (!plain_address(alias) || settings.own.size() > kMaxAliases)
            return reader.fail(wrong("aliases", "are at most 50 mail addresses, separated by commas"));
        settings.own.insert(alias);
    }
}

bool plain_part(std::string_view text) {
    return !text.empty() && text.size() <= 128 && std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
               c == '_';
    });
}

}  // namespace

Result<Settings> read_settings(const v1::Channel& channel) {
    SettingsReader reader(channel);
    Settings settings;
    read_addresses(reader, settings);
    settings.from_name = reader.line("from_name");
    settings.imap = read_server(reader, "imap", settings.address);
    settings.smtp = read_server(reader, "smtp", settings.address);
    settings.folder = reader.line("folder", "INBOX");
    settings.sent_folder = reader.line("sent_folder");
    settings.save_sent = reader.flag("save_sent");
    settings.bcc_self = reader.flag("bcc_self");
    settings.mark_seen = reader.flag("mark_seen");
    settings.from_start = reader.flag("from_start");
    settings.take_lists = reader.flag("take_lists");
    settings.max_mail_bytes = reader.number("max_mail_bytes", kDefaultMailBytes, 64 * 1024, kMaxMailBytes);
    if (!settings.imap && !settings.smtp)
        reader.fail(
            wrong("imap_host", "is missing, and smtp_host too: mail comes by one, goes by the other"));
    if (settings.imap && settings.imap->password.empty() && !settings.imap->grant)
        reader.fail(invalid("secrets.password",
                            "secrets.password is missing, and there is no token: IMAP needs a sign-in"));
    if (settings.save_sent && (settings.sent_folder.empty() || !settings.imap))
        reader.fail(wrong("save_sent", "needs sent_folder and imap_host"));
    if (!reader.status().ok()) return reader.status();
    return settings;
}

std::string our_message_id(const DeliveryId& delivery, const ConversationId& conversation,
                           const std::string& domain) {
    return "g." + delivery.str() + "." + conversation.str() + "@" + domain;
}

std::optional<OurId> parse_our_id(const std::string& id, const std::string& domain) {
    const auto at = id.rfind('@');
    if (at == std::string::npos || !id.starts_with("g.") || lower(id.substr(at + 1)) != domain)
        return std::nullopt;
    const auto parts = http::split(std::string_view(id).substr(2, at - 2), '.');
    if (parts.size() != 2 || !plain_part(parts[0]) || !plain_part(parts[1])) return std::nullopt;
    return OurId{DeliveryId(std::string(parts[0])), ConversationId(std::string(parts[1]))};
}

}  // namespace guichet::channels::mail
