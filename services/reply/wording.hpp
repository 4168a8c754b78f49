#pragma once
// From what an agent writes to the words that go out in whose name.
#include <map>
#include <string>

#include "common/access/catalog.hpp"

namespace guichet::reply {

namespace asio = boost::asio;

struct Worded {
    std::string text;
    // The name that signs; empty: none.
    std::string persona;
};

// Variables filled, and signed by the persona, or by the agent's own where none is named. INVALID_ARGUMENT
// names the field.
asio::awaitable<Result<Worded>> worded(access::Catalog& catalog, WorkspaceId workspace, std::string actor,
                                       std::string text, std::string persona,
                                       std::map<std::string, std::string> variables);

}  // namespace guichet::reply
