#include "services/reply/wording.hpp"

#include "services/reply/engine/render.hpp"

namespace guichet::reply {

asio::awaitable<Result<Worded>> worded(access::Catalog& catalog, WorkspaceId workspace, std::string actor,
                                       std::string text, std::string persona,
                                       std::map<std::string, std::string> variables) {
    auto agent = co_await catalog.agent(workspace, AgentId(actor));
    if (!agent) co_return agent.error();
    if (*agent) {
        variables["agent.name"] = (*agent)->agent().name();
        if (persona.empty()) persona = (*agent)->agent().persona();
    }
    auto filled = fill(text, variables);
    if (!filled) co_return filled.error();
    Worded words{std::move(*filled), {}};
    if (!persona.empty()) {
        auto known = co_await catalog.persona(std::move(workspace), persona);
        if (!known) co_return known.error();
        if (!*known || (*known)->deleted()) co_return invalid("persona", "there is no persona " + persona);
        words.text = sign(words.text, (*known)->signature());
        words.persona = (*known)->name();
    }
    co_return words;
}

}  // namespace guichet::reply
