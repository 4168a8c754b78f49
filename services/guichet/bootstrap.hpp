#pragma once
// The first start: workspace "main", team "care", two forms, an administrator. Later starts change nothing of
// it.
#include <optional>
#include <string>

#include "common/access/credentials.hpp"
#include "common/service/context.hpp"

namespace guichet {

namespace asio = boost::asio;

inline constexpr char kMainWorkspace[] = "main";
inline constexpr char kFirstAdmin[] = "admin";

struct Bootstrapped {
    // One-time secret (gl_…) for the first administrator, while he has no password yet.
    std::optional<std::string> sign_in;
};

asio::awaitable<Result<Bootstrapped>> bootstrap(service::Context& context, std::vector<v1::Channel> channels);

// A token for the command line beside this server, in a file that its owner alone can read. The token of the
// start before is revoked. Returns the file's path.
asio::awaitable<Result<std::string>> write_local_token(service::Context& context);

}  // namespace guichet
