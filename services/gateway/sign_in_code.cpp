// The second step of signing in: a code of the app, a recovery code, or setting the app up.
#include <algorithm>

#include "common/access/second_factor.hpp"
#include "common/obs/log.hpp"
#include "common/rpc/status_map.hpp"
#include "services/gateway/browser.hpp"
#include "services/gateway/second_factor/qr.hpp"
#include "services/gateway/second_factor/totp.hpp"
#include "services/gateway/sign_in.hpp"
#include "services/gateway/sign_in_form.hpp"

namespace guichet::gateway {
namespace {

constexpr char kTicketCookie[] = "guichet_ticket";

http::SetCookie ticket_cookie(const http::Request& request, std::string secret, std::chrono::seconds life) {
    http::SetCookie cookie;
    cookie.name = kTicketCookie;
    cookie.value = std::move(secret);
    cookie.path = "/sign-in";
    cookie.max_age = life;
    cookie.secure = request.scheme == "https";
    cookie.same_site = http::SameSite::strict;
    return cookie;
}

http::SetCookie no_ticket_cookie(const http::Request& request) {
    return ticket_cookie(request, "", std::chrono::seconds(0));
}

// What was typed is wrong: for browsers that is 401, as with a wrong password.
int status_of(const Status& status) {
    return status.reason == "wrong_code" ? 401 : rpc::http_status(status.code);
}

http::Response enrol_form(const Person& who, const std::string& secret, const Status& wrong,
                          SignInForm blank) {
    auto qr = qr_code(otpauth_uri(who.agent + "@" + who.workspace.str(), secret));
    if (!qr) return failed(qr.error(), std::move(blank));
    const auto language = blank.language;
    return enrol_page(wrong.ok() ? 200 : status_of(wrong),
                      {wrong_in(language, wrong), secret, qr->path, qr->side, language});
}

}  // namespace

asio::awaitable<SignIn::AfterPassword> SignIn::after_password(const http::Request& request,
                                                              std::string workspace, v1::Agent agent) {
    AfterPassword after;
    const Person who{WorkspaceId(workspace), agent.id()};
    auto factor = co_await factors_.find(who);
    auto rule = co_await access::second_factor_rule(context_.store, who.workspace);
    if (!factor || !rule) {
        after.second_step = true;
        after.response = failed(factor ? rule.error() : factor.error(), blank_form(request));
        co_return after;
    }
    const bool on = !factor->secret().empty();
    if (!on && !access::asks_second_factor(*rule, agent)) {
        after.response = co_await open_session(request, std::move(workspace), agent.id());
        co_return after;
    }
    after.second_step = true;
    if (!on) {
        auto begun = co_await factors_.begin(who);
        if (!begun) {
            after.response = failed(begun.error(), blank_form(request));
            co_return after;
        }
    }
    records::v1::TicketRecord ticket;
    ticket.set_workspace(workspace);
    ticket.set_agent(agent.id());
    ticket.set_enrol(!on);
    auto secret = co_await tickets_.create(ticket);
    if (!secret) {
        after.response = failed(secret.error(), blank_form(request));
        co_return after;
    }
    after.response = http::Response::redirect("/sign-in/code");
    after.response.cookie(ticket_cookie(request, std::move(*secret), access::Tickets::kEnrolLife));
    after.response.header("Cache-Control", "no-store");
    co_return after;
}

asio::awaitable<Result<SignIn::Holder>> SignIn::holder_of(const http::Request& request) {
    Holder holder;
    holder.secret = std::string(request.cookie(kTicketCookie).value_or(""));
    auto ticket = co_await tickets_.find(holder.secret);
    if (!ticket) co_return ticket.error();
    holder.ticket = std::move(*ticket);
    holder.who = {WorkspaceId(holder.ticket.workspace()), holder.ticket.agent()};
    auto record = co_await context_.catalog.agent(holder.who.workspace, AgentId(holder.who.agent));
    if (!record) co_return record.error();
    if (!*record || (*record)->agent().disabled() || holder.ticket.created_at() < (*record)->sessions_from())
        co_return make_status(Code::unauthenticated, "this sign-in was ended: begin again", "no_ticket");
    co_return holder;
}

asio::awaitable<http::Response> SignIn::ask_again(const http::Request& request, Holder holder, Status wrong) {
    auto blank = blank_form(request);
    if (!holder.ticket.enrol())
        co_return code_page(wrong.ok() ? 200 : status_of(wrong), wrong_in(blank.language, wrong),
                            blank.language);
    auto secret = co_await factors_.pending(holder.who);
    if (!secret) co_return failed(secret.error(), std::move(blank));
    co_return enrol_form(holder.who, *secret, wrong, std::move(blank));
}

asio::awaitable<http::Response> SignIn::second_page(http::Request request) {
    auto holder = co_await holder_of(request);
    if (!holder && holder.error().code == Code::unauthenticated)
        co_return http::Response::redirect("/sign-in");
    if (!holder) co_return failed(holder.error(), blank_form(request));
    Status nothing_wrong;
    auto response = co_await ask_again(request, std::move(*holder), std::move(nothing_wrong));
    keep_language(request, response);
    co_return response;
}

asio::awaitable<http::Response> SignIn::second_step(http::Request request) {
    if (!is_same_origin(request, context_.settings.server.public_url))
        co_return failed(foreign_form(), blank_form(request));
    auto holder = co_await holder_of(request);
    if (!holder) co_return failed(holder.error(), blank_form(request));
    const auto now = context_.clock.now();
    const auto account = account_key(holder->ticket.workspace(), holder->ticket.agent());
    const auto wait = limits_.attempt("ip|" + request.client_ip, account, now);
    if (wait > 0) co_return too_often(wait, blank_form(request));
    const auto fields = form_of(request);
    auto typed = value_of(fields, "code");
    if (typed.empty()) typed = value_of(fields, "recovery");
    const bool enrol = holder->ticket.enrol();
    auto answer = enrol ? with_enrolment(request, std::move(*holder), std::move(typed))
                        : with_code(request, std::move(*holder), std::move(typed));
    co_return co_await std::move(answer);
}

asio::awaitable<http::Response> SignIn::with_code(const http::Request& request, Holder holder,
                                                  std::string typed) {
    const auto& workspace = holder.ticket.workspace();
    const auto& agent = holder.ticket.agent();
    auto used = co_await factors_.use(holder.who, std::move(typed));
    if (!used) {
        if (used.error().reason == "wrong_code") {
            log::info("gateway.sign_in_failed", {{"workspace", workspace}, {"request", request.request_id}});
            co_await note(request, "sign_in.refused", workspace, agent, "unauthenticated", "wrong_code");
        }
        co_return co_await ask_again(request, std::move(holder), used.error());
    }
    // The code is spent already: of two that come at once with one ticket, the other had none.
    auto taken = co_await tickets_.take(holder.secret);
    if (!taken) co_return failed(taken.error(), blank_form(request));
    limits_.succeeded(account_key(workspace, agent));
    limits_.forgive("ip|" + request.client_ip);
    if (*used == Accepted::recovery_code)
        co_await note(request, "sign_in.recovery_code", workspace, agent, "ok");
    auto response = co_await open_session(request, workspace, agent);
    response.cookie(no_ticket_cookie(request));
    co_return response;
}

asio::awaitable<http::Response> SignIn::with_enrolment(const http::Request& request, Holder holder,
                                                       std::string typed) {
    const auto& workspace = holder.ticket.workspace();
    const auto& agent = holder.ticket.agent();
    auto codes = co_await factors_.confirm(holder.who, std::move(typed));
    if (!codes) {
        if (codes.error().reason == "wrong_code")
            co_await note(request, "second_factor.refused", workspace, agent, "unauthenticated",
                          "wrong_code");
        co_return co_await ask_again(request, std::move(holder), codes.error());
    }
    auto taken = co_await tickets_.take(holder.secret);
    if (!taken) co_return failed(taken.error(), blank_form(request));
    limits_.succeeded(account_key(workspace, agent));
    limits_.forgive("ip|" + request.client_ip);
    co_await note(request, "second_factor.on", workspace, agent, "ok");
    auto opened = co_await open_session(request, workspace, agent);
    if (opened.status != 303) co_return opened;
    // The page with the codes, and the session with it: they are shown this once.
    auto response = recovery_page(*codes, language_of(request));
    response.headers.add("Set-Cookie", opened.headers.get("set-cookie"));
    response.cookie(no_ticket_cookie(request));
    co_return response;
}

}  // namespace guichet::gateway
