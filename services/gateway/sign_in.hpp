#pragma once
// Signing in and out, for people with a browser. Pages work without JavaScript.
//   GET  /sign-in        the page; ?lang= (en, fr, nl) chooses its language, kept in a cookie
//   POST /sign-in        agent (id or e-mail address), password, workspace (optional: "main")
//   POST /sign-in/link   link (gl_…, or the whole address), password (a new one)
//   GET  /sign-in/code   the second step, by the ticket of the first: a code, or setting up the app
//   POST /sign-in/code   code (of the app), or recovery (a recovery code)
//   POST /sign-out
//   GET  /session        {"workspace", "agent", "csrf", "expiresAt"} of the cookie
#include "common/access/tickets.hpp"
#include "common/http/router.hpp"
#include "common/rpc/authenticator.hpp"
#include "common/service/context.hpp"
#include "services/gateway/login_limits.hpp"
#include "services/gateway/passwords.hpp"
#include "services/gateway/second_factor/factors.hpp"

namespace guichet::gateway {

namespace asio = boost::asio;

class SignIn {
  public:
    // All outlive this object; the authenticator may be null.
    SignIn(service::Context& context, rpc::CachingAuthenticator* authenticator, Factors& factors,
           LoginLimits& limits);

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

    // The answer to a right password.
    struct AfterPassword {
        http::Response response;
        bool second_step = false;
    };
    // The ticket of a request's cookie, and whose it is.
    struct Holder {
        std::string secret;
        records::v1::TicketRecord ticket;
        Person who;
    };

    asio::awaitable<http::Response> second_page(http::Request request);
    asio::awaitable<http::Response> second_step(http::Request request);
    // A session, or the second step where one is asked.
    asio::awaitable<AfterPassword> after_password(const http::Request& request, std::string workspace,
                                                  v1::Agent agent);
    // UNAUTHENTICATED when it is over, or its agent disabled or given a new password since.
    asio::awaitable<Result<Holder>> holder_of(const http::Request& request);
    asio::awaitable<http::Response> with_code(const http::Request& request, Holder holder, std::string typed);
    asio::awaitable<http::Response> with_enrolment(const http::Request& request, Holder holder,
                                                   std::string typed);
    // The form of the second step, with what is wrong.
    asio::awaitable<http::Response> ask_again(const http::Request& request, Holder holder, Status wrong);

    asio::awaitable<Result<std::string>> id_by_email(WorkspaceId workspace, std::string email);
    asio::awaitable<Result<std::optional<store::Document>>> written(WorkspaceId workspace, std::string id);
    asio::awaitable<Result<Found>> find(std::string workspace, std::string who);
    asio::awaitable<Result<std::string>> hash(std::string password);
    // Stores a new password; sessions from before end when `end_sessions`.
    asio::awaitable<Result<void>> set_password(WorkspaceId workspace, std::string agent, std::string password,
                                               bool end_sessions);
    // Into the audit of a workspace that exists; `agent` empty: nobody whom we know.
    asio::awaitable<void> note(const http::Request& request, std::string kind, std::string workspace,
                               std::string agent, std::string result, std::string detail = {});
    asio::awaitable<http::Response> open_session(const http::Request& request, std::string workspace,
                                                 std::string agent);

    service::Context& context_;
    rpc::CachingAuthenticator* authenticator_;
    Factors& factors_;
    LoginLimits& limits_;
    access::Tickets tickets_;
    HashCost cost_;
    std::string decoy_;
};

}  // namespace guichet::gateway
