#pragma once
// What signing in and the second factor share of an agent's record.
#include <functional>
#include <string>

#include "common/service/context.hpp"

namespace guichet::gateway {

namespace asio = boost::asio;

// Argon2id, on the pool.
asio::awaitable<Result<bool>> password_fits(runtime::Pool& pool, std::string encoded, std::string password);

// Writes what `change` makes of an agent's record; again with what is there then, should it change meanwhile.
// NOT_FOUND when he is disabled or gone. `actor` is who does it.
asio::awaitable<Result<void>> change_agent(service::Context& context, WorkspaceId workspace,
                                           std::string agent, std::string actor,
                                           std::function<void(records::v1::AgentRecord&)> change);

}  // namespace guichet::gateway
