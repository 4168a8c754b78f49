#include "services/inbox/risk.hpp"

namespace guichet::inbox {

using namespace std::chrono_literals;

std::chrono::milliseconds reply_window(const channels::Connector& connector, const v1::Channel& channel,
                                       TimeMs now) {
    // Asked of somebody who writes right now: what is left to him is the whole of it.
    channels::RouteQuestion question;
    question.recipient = "somebody";
    question.wrote_privately_at = now;
    for (const auto& route : connector.routes(channel, question, now)) {
        if (route.way == channels::Way::direct && route.expires_at > now)
            return std::chrono::milliseconds(route.expires_at - now);
    }
    return 0ms;
}

Result<std::chrono::milliseconds> look_ahead(bool given, const google::protobuf::Duration& within,
                                             std::chrono::milliseconds otherwise, const char* field) {
    if (!given) return otherwise;
    const std::chrono::milliseconds asked =
        std::chrono::seconds(within.seconds()) + std::chrono::milliseconds(within.nanos() / 1'000'000);
    if (within.seconds() < 0 || within.nanos() < 0 || within.seconds() > 86'400 || asked > 24h)
        return invalid(field, "nothing to a day");
    return asked;
}

}  // namespace guichet::inbox
