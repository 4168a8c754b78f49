#pragma once
// Signing in and out, for people with a browser. Pages work without JavaScript.
//   GET  /sign-in        the page
//   POST /sign-in        agent (id or e-mail address), password, workspace (optional: "main")
//   POST /sign-in/link   link (gl_…, or the whole address), password (a new one)
//   POST /sign-out
//   GET  /session        {"workspace", "agent", "csrf", "expiresAt"} of the cookie
#include "common/http/router.hpp"
#include "common/rpc/authenticator.hpp"
#include "common/service/context.hpp"
#include "services/gateway/login_limits.hpp"
#include "services/gateway/passwords.hpp"

namespace guichet::gateway {

namespace asio = boost::asio;

class SignIn {
  public:
    SignIn(service::Context& context, rpc::CachingAuthenticator* authenticator);

    // Makes what unknown people's passwords are compared with, so that a guess takes as long as for a known
    // one.
    asio::awaitable<Result<void>> start();
    void mount(http::Router& router, http::RouteOptions options);
    // UNAUTHENTICATED when the cookie is missing, or its session over.
    asio::awaitable<Result<records::v1::SessionRecord>> session_of(const http::Request& request);

  private:
    struct Found {
        records::v1::AgentRecord record;
        bool known = false;
    };

    asio::awaitable<http::Response> page(http::Request request);
    asio::awaitable<http::Response> by_password(http::Request request);
    asio::awaitable<http::Response> by_link(http::Request request);
    asio::awaitable<http::Response> sign_out(http::Request request);
    asio::awaitable<http::Response> session(http::Request request);

    asio::awaitable<Result<Found>> find(std::string workspace, std::string who);
    asio::awaitable<Result<bool>> matches(std::string encoded, std::string password);
    asio::awaitable<Result<std::string>> hash(std::string password);
    // Stores a new password; sessions from before end when `end_sessions`.
    asio::awaitable<Result<void>> set_password(WorkspaceId workspace, std::string agent, std::string password,
                                               bool end_sessions);
    // Into the audit of a workspace that exists; `agent` empty: nobody whom we know.
    asio::awaitable<void> note(const http::Request& request, std::string kind, std::string workspace,
                               std::string agent, std::string result);
    asio::awaitable<http::Response> open_session(const http::Request& request, std::string workspace,
                                                 std::string agent);

    service::Context& context_;
    rpc::CachingAuthenticator* authenticator_;
    LoginLimits limits_;
    HashCost cost_;
    std::string decoy_;
};

}  // namespace guichet::gateway
