#pragma once
// Reads the platform back for an answer of which nobody knows whether it went out.
#include "common/channels/connector.hpp"
#include "common/service/context.hpp"
#include "services/reply/engine/retry.hpp"

namespace guichet::reply {

namespace asio = boost::asio;

struct Looked {
    Shown shown = Shown::nothing;
    // present: by what id the platform knows it.
    std::string external_id;
    // present: the customer, as the private side knows him, where the platform told.
    std::string recipient;
};

// As the store writes it: "private_reply", "direct", "".
channels::Way way_of(const std::string& word);

// The customer's message that is answered: a private reply is addressed to its comment, which the private
// conversation does not hold.
std::string answered_id(channels::Way way, const std::string& recipient, const std::string& last_message);

// To whom it goes: of a private reply only the platform knows him, the store has the comment in his place.
std::string person_of_way(channels::Way way, const std::string& recipient);

// What was sent, as the connector takes it: the words as they went out, to whom and how.
asio::awaitable<Result<channels::SendIntent>> sent_intent(service::Context& context, WorkspaceId workspace,
                                                          v1::Delivery delivery,
                                                          v1::Conversation conversation);

// Of several that fit, those which are another answer of ours do not count: all of them gone, it is absent.
asio::awaitable<Result<Looked>> look_up(service::Context& context, channels::Connector& connector,
                                        v1::Channel channel, channels::SendIntent intent);

}  // namespace guichet::reply
