#include "services/escalation/engine/chain.hpp"

#include <algorithm>

namespace guichet::escalation {
namespace {

bool expired(const Route& route, const ChainSettings& settings, TimeMs now) {
    return route.expires_at && *route.expires_at - settings.send_margin <= now;
}

std::string why_not(const Route& route, const ContactFacts& contact, const ChainSettings& settings,
                    TimeMs now) {
    if (!route.closed.empty()) return route.closed;
    if (route.single_use && route.use == Use::spent) return "it can be used once, and was";
    if (route.single_use && route.use == Use::reserved) {
        return "another reply has it: wait until that one is sent or has failed";
    }
    if (expired(route, settings, now)) {
        return *route.expires_at <= now ? "its time is over" : "its time is nearly over";
    }
    if (route.kind == RouteKind::mail && contact.mail.empty()) return "no mail address is known";
    if (route.kind == RouteKind::mail && !contact.mail_proven) {
        return "the mail address is not proven to be this person's";
    }
    if (route.kind == RouteKind::call_back && contact.phone.empty()) return "no telephone number is known";
    if (route.kind == RouteKind::call_back && !contact.call_consent) {
        return "the person has not agreed to be called";
    }
    return {};
}

// Smaller is earlier.
std::size_t rank(const Route& route, const std::vector<std::string>& preferred) {
    const auto at = std::find(preferred.begin(), preferred.end(), route.id);
    if (at != preferred.end()) return static_cast<std::size_t>(at - preferred.begin());
    return preferred.size() + static_cast<std::size_t>(route.kind);
}

Route fresh_link() {
    Route out;
    out.id = kNewPrivateLink;
    out.kind = RouteKind::private_link;
    return out;
}

}  // namespace

const char* to_string(RouteKind kind) {
    switch (kind) {
        case RouteKind::private_reply:
            return "private_reply";
        case RouteKind::direct_message:
            return "direct_message";
        case RouteKind::mail:
            return "mail";
        case RouteKind::call_back:
            return "call_back";
        case RouteKind::private_link:
            return "private_link";
    }
    return "";
}

TimeMs ChainSettings::patience(RouteKind kind) const {
    switch (kind) {
        case RouteKind::private_reply:
            return private_reply;
        case RouteKind::direct_message:
            return direct_message;
        case RouteKind::mail:
            return mail;
        case RouteKind::call_back:
            return call_back;
        case RouteKind::private_link:
            return private_link;
    }
    return private_link;
}

Chain chain_of(const std::vector<Route>& candidates, const ContactFacts& contact,
               const std::vector<std::string>& preferred, const ChainSettings& settings, TimeMs now) {
    Chain out;
    for (const Route& route : candidates) {
        const auto known = [&](const Route& other) { return other.id == route.id; };
        if (std::any_of(out.usable.begin(), out.usable.end(), known)) continue;
        auto why = why_not(route, contact, settings, now);
        if (why.empty()) {
            out.usable.push_back(route);
        } else {
            out.unusable.push_back({route, std::move(why)});
        }
    }
    std::stable_sort(out.usable.begin(), out.usable.end(),
                     [&](const Route& a, const Route& b) { return rank(a, preferred) < rank(b, preferred); });
    if (out.usable.empty() || out.usable.back().kind != RouteKind::private_link) {
        out.usable.push_back(fresh_link());
    }
    return out;
}

std::optional<Route> next_route(const Chain& chain, const std::vector<std::string>& tried,
                                const ChainSettings& settings, TimeMs now) {
    for (const Route& route : chain.usable) {
        const bool was_tried = std::find(tried.begin(), tried.end(), route.id) != tried.end();
        if (!was_tried && !expired(route, settings, now)) return route;
    }
    return std::nullopt;
}

std::string why_next(const Ended& last, const Route& next) {
    std::string why = last.route;
    if (last.declined) {
        why += " was declined";
    } else if (!last.error.empty()) {
        why += " led nowhere: " + last.error;
    } else {
        why += " was not answered";
    }
    why += ". Open is " + next.id;
    if (next.kind == RouteKind::call_back) why += ": a number is known, ask whether a call is welcome";
    return why;
}

TimeMs offer_expires(const Route& route, TimeMs now, const ChainSettings& settings) {
    const TimeMs until = now + settings.patience(route.kind);
    const bool ends = route.kind == RouteKind::private_link || route.kind == RouteKind::call_back;
    return ends && route.expires_at ? std::max(now, std::min(until, *route.expires_at)) : until;
}

}  // namespace guichet::escalation
