#pragma once
// Of whom a workspace asks a second factor, and who has one. The factor itself is the gateway's matter.
#include <optional>
#include <string>

#include "common/store/store.hpp"
#include "guichet/records/v1/second_factor.pb.h"
#include "guichet/v1/admin.pb.h"

namespace guichet::access {

namespace asio = boost::asio;

// Kinds of documents: one for each agent under his id; the rule under its own kind's name.
inline constexpr char kSecondFactor[] = "second_factor";
inline constexpr char kSecondFactorRule[] = "second_factor_rule";

// Pure. Nobody asks it of a bot.
bool asks_second_factor(v1::SecondFactorRule rule, const v1::Agent& agent);

// NOBODY until somebody sets it. Read past any cache.
asio::awaitable<Result<v1::SecondFactorRule>> second_factor_rule(store::Store& store, WorkspaceId workspace);
// True when he has none and the rule asks it of him.
asio::awaitable<Result<bool>> lacks_second_factor(store::Store& store, WorkspaceId workspace,
                                                  v1::Agent agent);

}  // namespace guichet::access
