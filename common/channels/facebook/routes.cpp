#include "common/channels/facebook/routes.hpp"

#include <algorithm>

namespace guichet::channels::facebook {
namespace {

PrivateRoute private_reply(const Settings& settings, const RouteQuestion& question, TimeMs now) {
    PrivateRoute route;
    route.way = Way::private_reply;
    route.single_use = true;
    route.max_length = settings.max_direct;
    route.expires_at = question.commented_at > 0 ? question.commented_at + kPrivateReplyWindow : 0;
    if (question.comment.empty() || question.commented_at <= 0) {
        route.closed = "there is no comment that could be answered privately";
    } else if (now >= route.expires_at) {
        route.closed = "a comment can be answered privately for 7 days; this one is older";
    }
    return route;
}

PrivateRoute direct(const Settings& settings, const RouteQuestion& question, TimeMs now) {
    PrivateRoute route;
    route.way = Way::direct;
    route.max_length = settings.max_direct;
    if (question.recipient.empty()) {
        route.closed = why_closed(settings, 0);
        return route;
    }
    if (question.wrote_privately_at > 0) {
        route.expires_at =
            question.wrote_privately_at + (settings.human_agent ? kHumanAgentWindow : kDirectWindow);
    }
    if (window_of(settings, question.wrote_privately_at, now) == Window::closed) {
        route.closed = why_closed(settings, question.wrote_privately_at);
    }
    return route;
}

}  // namespace

Window window_of(const Settings& settings, TimeMs wrote_at, TimeMs now) {
    if (wrote_at <= 0) return Window::closed;
    if (now < wrote_at + kDirectWindow) return Window::open;
    return settings.human_agent && now < wrote_at + kHumanAgentWindow ? Window::human_agent : Window::closed;
}

std::string why_closed(const Settings& settings, TimeMs wrote_at) {
    if (wrote_at <= 0) return "this person has not written to the page in Messenger";
    if (settings.human_agent) {
        return "Messenger takes answers for 7 days after a person wrote; it opens when he writes again";
    }
    return "Messenger takes answers for 24 hours after a person wrote; it opens when he writes again "
           "(settings.human_agent makes it 7 days, where Meta allows that to the app)";
}

std::vector<PrivateRoute> routes_of(const Settings& settings, const RouteQuestion& question, TimeMs now) {
    // A message that can be sent again and again is worth more than one that can be sent once.
    std::vector<PrivateRoute> routes = {direct(settings, question, now),
                                        private_reply(settings, question, now)};
    std::stable_partition(routes.begin(), routes.end(),
                          [](const PrivateRoute& route) { return route.closed.empty(); });
    return routes;
}

}  // namespace guichet::channels::facebook
