#include "common/config/schema_sections.hpp"

namespace guichet::config {

void declare_gateway(Schema& schema) {
    schema.section("gateway", "Signing in, and the limits on callers.", &Settings::gateway)
        .add("session", &GatewaySettings::session, "How long a sign-in lasts.", lasting(minutes(1), days(30)))
        .add("sign_in_link", &GatewaySettings::sign_in_link, "How long a one-time sign-in link can be used.",
             lasting(minutes(1), days(7)))
        .add("login_attempts", &GatewaySettings::login_attempts,
             "Failed sign-ins of one account or address within gateway.login_window before further ones are "
             "refused.",
             between(1, 1000))
        .add("login_window", &GatewaySettings::login_window, "The time in which failed sign-ins are counted.",
             lasting(seconds(1), hours(24)))
        .add("api_rate", &GatewaySettings::api_rate, "Calls per second of one caller, sustained.",
             between(1, 100'000))
        .add("api_burst", &GatewaySettings::api_burst, "Calls of one caller at once, after a pause.",
             between(1, 1'000'000))
        .add("argon2_memory", &GatewaySettings::argon2_memory, "Memory of one password hash (Argon2id).",
             between(mib(8), gib(1)))
        .add("argon2_time", &GatewaySettings::argon2_time, "Passes of one password hash.", between(1, 20))
        .add("argon2_parallelism", &GatewaySettings::argon2_parallelism, "Lanes of one password hash.",
             between(1, 16))
        .add("hash_threads", &GatewaySettings::hash_threads, "Password hashes computed at once.",
             between(1, 64));
    schema.rule(
        {"gateway.api_burst", "gateway.api_rate"}, [](const Settings& all) -> std::optional<std::string> {
            if (all.gateway.api_burst >= all.gateway.api_rate) return std::nullopt;
            return "a burst smaller than one second's calls would refuse a caller who keeps to the rate";
        });
}

void declare_forms(Schema& schema) {
    schema.section("forms", "The web forms and the customers' private pages.", &Settings::forms)
        .add("attachments", &FormSettings::attachments, "Files with one message.", between(0, 50))
        .add("attachment_limit", &FormSettings::attachment_limit, "The most bytes of one file.",
             between(kib(1), mib(100)))
        .add("total_limit", &FormSettings::total_limit, "The most bytes of one message with its files.",
             between(kib(64), mib(256)))
        .add("submits", &FormSettings::submits,
             "Messages from one address within forms.submit_window before further ones are refused.",
             between(1, 100'000))
        .add("submit_window", &FormSettings::submit_window, "The time in which messages are counted.",
             lasting(seconds(1), hours(24)))
        .add("honeypot", &FormSettings::honeypot,
             "Whether the forms have a field that people do not see, and whoever fills it in is taken for a "
             "machine.")
        .add("page_lifetime", &FormSettings::page_lifetime,
             "How long a customer's private page stays open after the last message.",
             lasting(hours(1), days(3650)));
    schema.rule({"forms.attachment_limit", "forms.total_limit"},
                [](const Settings& all) -> std::optional<std::string> {
                    if (all.forms.attachment_limit <= all.forms.total_limit) return std::nullopt;
                    return "one file cannot be larger than the whole message";
                });
}

void declare_channels(Schema& schema) {
    schema.section("channels", "What connectors may do.", &Settings::channels)
        .add("allow_private", &ChannelSettings::allow_private,
             "Whether a channel may deliver to addresses of private networks and of this machine, where its "
             "own "
             "setting allow_private asks for it. Off, nobody can reach what lies behind the firewall.");
}

}  // namespace guichet::config
