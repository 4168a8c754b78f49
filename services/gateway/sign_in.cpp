#include "services/gateway/sign_in.hpp"

#include <algorithm>

#include "common/core/bytes.hpp"
#include "common/obs/log.hpp"
#include "common/rpc/json.hpp"
#include "common/rpc/status_map.hpp"
#include "common/store/audit_log.hpp"
#include "services/gateway/browser.hpp"
#include "services/gateway/people.hpp"
#include "services/gateway/sign_in_form.hpp"

namespace guichet::gateway {
namespace {

constexpr char kDefaultWorkspace[] = "main";
constexpr char kNobody[] = "nobody";
constexpr std::size_t kSaltBytes = 16;
constexpr std::size_t kMaxName = 254;

std::string lower(std::string text) {
    for (auto& c : text) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
    return text;
}

// A person may paste the whole address.
std::string secret_of(std::string link) {
    const auto hash = link.find('#');
    if (hash != std::string::npos) link.erase(0, hash + 1);
    return std::string(http::trim(link));
}

}  // namespace

SignIn::SignIn(service::Context& context, rpc::CachingAuthenticator* authenticator, Factors& factors,
               LoginLimits& limits)
    : context_(context),
      authenticator_(authenticator),
      factors_(factors),
      limits_(limits),
      tickets_(context.store, context.clock, context.random),
      cost_(hash_cost(context.settings.gateway)) {}

asio::awaitable<Result<void>> SignIn::start() {
    auto made = co_await hash(context_.random.token());
    if (!made) co_return made.error();
    decoy_ = std::move(*made);
    co_return Result<void>{};
}

void SignIn::mount(http::Router& router, http::RouteOptions options) {
    options.max_body_bytes = 16 * 1024;
    options.security = page_policy();
    router.get(
        "/sign-in", [this](http::Request r) { return page(std::move(r)); }, options);
    router.post(
        "/sign-in", [this](http::Request r) { return by_password(std::move(r)); }, options);
    router.get(
        "/sign-in/code", [this](http::Request r) { return second_page(std::move(r)); }, options);
    router.post(
        "/sign-in/code", [this](http::Request r) { return second_step(std::move(r)); }, options);
    router.post(
        "/sign-in/link", [this](http::Request r) { return by_link(std::move(r)); }, options);
    router.post(
        "/sign-out", [this](http::Request r) { return sign_out(std::move(r)); }, options);
    router.get(
        "/session", [this](http::Request r) { return session(std::move(r)); }, options);
}

asio::awaitable<http::Response> SignIn::page(http::Request request) {
    auto form = blank_form(request);
    auto workspaces = co_await context_.store.workspaces();
    form.several_workspaces = workspaces && workspaces->size() > 1;
    auto response = sign_in_page(200, form);
    keep_language(request, response);
    co_return response;
}

asio::awaitable<Result<std::string>> SignIn::hash(std::string password) {
    auto salt = context_.random.bytes(kSaltBytes);
    auto job = [cost = cost_, salt, password]() { return hash_password(cost, salt, password); };
    co_return co_await context_.pool.run(std::move(job));
}

asio::awaitable<Result<std::string>> SignIn::id_by_email(WorkspaceId workspace, std::string email) {
    auto everybody = co_await context_.catalog.agents(std::move(workspace));
    if (!everybody) co_return everybody.error();
    // All of them, wherever he stands among them: how long it takes tells nothing.
    const auto wanted = lower(std::move(email));
    std::string id;
    for (const auto& record : *everybody) {
        const auto& agent = record.agent();
        const bool fits = lower(agent.email()) == wanted && !wanted.empty();
        if (fits && id.empty()) id = agent.id();
    }
    co_return id;
}

// As it is written now, not as it was known here a moment ago: the password may just have been set elsewhere.
asio::awaitable<Result<std::optional<store::Document>>> SignIn::written(WorkspaceId workspace,
                                                                        std::string id) {
    // What cannot be an id is looked up like one, for nothing: it takes as long.
    const bool is_id = valid_id(id);
    if (!is_id) id = kNobody;
    auto document = co_await context_.store.document(std::move(workspace), access::kAgent, std::move(id));
    if (document && !is_id) co_return std::optional<store::Document>();
    co_return document;
}

// The same reads for everybody, by id or address, known or not: who is one of us cannot be told from the
// time.
asio::awaitable<Result<SignIn::Found>> SignIn::find(std::string workspace, std::string who) {
    Found found;
    if (!valid_id(workspace)) co_return found;
    auto document = co_await written(WorkspaceId(workspace), who);
    if (!document) co_return document.error();
    auto id = co_await id_by_email(WorkspaceId(workspace), std::move(who));
    if (!id) co_return id.error();
    auto by_email = co_await written(WorkspaceId(workspace), std::move(*id));
    if (!by_email) co_return by_email.error();
    if (!*document) document = std::move(by_email);
    if (!*document || !found.record.ParseFromString((*document)->bytes)) co_return found;
    const auto& agent = found.record.agent();
    found.known = !agent.disabled() && !agent.bot() && !found.record.password().empty();
    co_return found;
}

asio::awaitable<http::Response> SignIn::by_password(http::Request request) {
    const auto fields = form_of(request);
    auto form = blank_form(request);
    form.agent = truncate_utf8(std::string(http::trim(value_of(fields, "agent"))), kMaxName);
    form.workspace = truncate_utf8(std::string(http::trim(value_of(fields, "workspace"))), kMaxName);
    if (!is_same_origin(request, context_.settings.server.public_url)) co_return failed(foreign_form(), form);
    const auto workspace = form.workspace.empty() ? std::string(kDefaultWorkspace) : form.workspace;
    form.several_workspaces = workspace != kDefaultWorkspace;
    const auto now = context_.clock.now();
    const auto ip_key = "ip|" + request.client_ip;
    auto wait = limits_.attempt(ip_key, now);
    if (wait > 0) co_return too_often(wait, form);
    auto found = co_await find(workspace, form.agent);
    if (!found) co_return failed(found.error(), form);
    // By id and by e-mail address it is one account, with one number of attempts.
    const auto& known = found->record.agent().id();
    const auto account = account_key(workspace, known.empty() ? form.agent : known);
    wait = limits_.attempt(account, now);
    if (wait > 0) co_return too_often(wait, form);
    auto password = value_of(fields, "password");
    const auto encoded = found->known ? found->record.password() : decoy_;
    auto fits = co_await password_fits(context_.pool, encoded, password);
    if (!fits) co_return failed(fits.error(), form);
    if (!*fits || !found->known) {
        log::info("gateway.sign_in_failed", {{"workspace", workspace}, {"request", request.request_id}});
        const auto whom = found->known ? found->record.agent().id() : std::string();
        co_await note(request, "sign_in.refused", workspace, whom, "unauthenticated");
        co_return failed(make_status(Code::unauthenticated, "name or password is wrong", "wrong_password"),
                         form);
    }
    // Not succeeded() yet: wrong codes of a second factor would count for nothing.
    limits_.forgive(account);
    limits_.forgive(ip_key);
    const auto id = found->record.agent().id();
    if (is_outdated(found->record.password(), cost_)) {
        // Made anew with today's cost. If that fails, the old one still serves.
        co_await set_password(WorkspaceId(workspace), id, std::move(password), false);
    }
    auto answer = co_await after_password(request, workspace, found->record.agent());
    // Only this one way: without a second factor the right password is all there is to prove.
    if (!answer.second_step) limits_.succeeded(account);
    co_return std::move(answer.response);
}

asio::awaitable<http::Response> SignIn::by_link(http::Request request) {
    const auto fields = form_of(request);
    auto form = blank_form(request);
    form.link = truncate_utf8(secret_of(value_of(fields, "link")), kMaxName);
    if (!is_same_origin(request, context_.settings.server.public_url)) co_return failed(foreign_form(), form);
    const auto now = context_.clock.now();
    const auto ip_key = "link|" + request.client_ip;
    const auto wait = limits_.attempt(ip_key, now);
    if (wait > 0) co_return too_often(wait, form);
    // Before the link is spent.
    auto password = value_of(fields, "password");
    if (auto bad = check_new_password(password); !bad.ok()) {
        limits_.forgive(ip_key);
        co_return failed(bad, form);
    }
    auto link = co_await context_.credentials.take_link(form.link);
    if (!link) {
        form.link.clear();
        co_return failed(link.error(), form);
    }
    limits_.forgive(ip_key);
    auto set =
        co_await set_password(WorkspaceId(link->workspace()), link->agent(), std::move(password), true);
    if (!set) co_return failed(set.error(), blank_form(request));
    auto record = co_await context_.catalog.agent(WorkspaceId(link->workspace()), AgentId(link->agent()));
    if (!record) co_return failed(record.error(), blank_form(request));
    if (!*record)
        co_return failed(
            make_status(Code::not_found, "this agent is gone: ask an administrator", "agent_gone"),
            blank_form(request));
    auto answer = co_await after_password(request, link->workspace(), (*record)->agent());
    co_return std::move(answer.response);
}

asio::awaitable<Result<void>> SignIn::set_password(WorkspaceId workspace, std::string agent,
                                                   std::string password, bool end_sessions) {
    auto encoded = co_await hash(std::move(password));
    if (!encoded) co_return encoded.error();
    const auto now = context_.clock.now();
    auto change = [encoded = *encoded, end_sessions, now](records::v1::AgentRecord& record) {
        record.set_password(encoded);
        if (end_sessions) record.set_sessions_from(now);
    };
    auto changed = co_await change_agent(context_, std::move(workspace), agent, agent, std::move(change));
    if (changed && end_sessions && authenticator_ != nullptr) authenticator_->invalidate_all();
    co_return changed;
}

// What somebody typed as his name may be his password: only names that we know are written down.
asio::awaitable<void> SignIn::note(const http::Request& request, std::string kind, std::string workspace,
                                   std::string agent, std::string result, std::string detail) {
    if (!valid_id(workspace)) co_return;
    store::AuditLine line;
    line.workspace = workspace;
    line.kind = std::move(kind);
    line.actor = std::move(agent);
    line.address = request.client_ip;
    line.result = std::move(result);
    line.detail = std::move(detail);
    line.request = request.request_id;
    auto known = co_await context_.store.partition_of(WorkspaceId(std::move(workspace)));
    if (!known) co_return;
    store::AuditLog audit(context_.store.client());
    auto noted = co_await audit.add(std::move(line));
    if (!noted) log::warn("audit.not_written", {{"status", noted.error()}});
}

asio::awaitable<http::Response> SignIn::open_session(const http::Request& request, std::string workspace,
                                                     std::string agent) {
    const auto life = context_.settings.gateway.session;
    records::v1::SessionRecord record;
    record.set_workspace(workspace);
    record.set_agent(agent);
    record.set_expires_at(context_.clock.now() + life.count());
    auto secret = co_await context_.credentials.create_session(record);
    if (!secret) co_return failed(secret.error(), blank_form(request));
    log::info("gateway.signed_in",
              {{"workspace", workspace}, {"agent", agent}, {"request", request.request_id}});
    co_await note(request, "sign_in.done", workspace, agent, "ok");
    auto response = http::Response::redirect("/");
    response.cookie(
        session_cookie(request, std::move(*secret), std::chrono::duration_cast<std::chrono::seconds>(life)));
    response.header("Cache-Control", "no-store");
    co_return response;
}

asio::awaitable<Result<records::v1::SessionRecord>> SignIn::session_of(const http::Request& request) {
    const auto cookie = request.cookie(kSessionCookie);
    if (!cookie || cookie->empty())
        co_return make_status(Code::unauthenticated, "sign in first", "no_session");
    std::string secret(*cookie);
    co_return co_await context_.credentials.session(std::move(secret));
}

asio::awaitable<http::Response> SignIn::sign_out(http::Request request) {
    if (!is_same_origin(request, context_.settings.server.public_url)) {
        co_return failed(foreign_form(), blank_form(request));
    }
    if (const auto cookie = request.cookie(kSessionCookie); cookie && !cookie->empty()) {
        std::string secret(*cookie);
        auto whose = co_await context_.credentials.session(secret);
        if (whose) co_await note(request, "sign_out", whose->workspace(), whose->agent(), "ok");
        auto ended = co_await context_.credentials.end_session(std::move(secret));
        if (!ended) co_return failed(ended.error(), blank_form(request));
        if (authenticator_ != nullptr) authenticator_->invalidate_all();
    }
    auto response = http::Response::redirect("/sign-in");
    response.cookie(no_session_cookie(request));
    co_return response;
}

asio::awaitable<http::Response> SignIn::session(http::Request request) {
    auto record = co_await session_of(request);
    if (!record) {
        co_return http::Response::json(rpc::http_status(record.error().code),
                                       rpc::error_to_json(record.error()));
    }
    auto response = http::Response::json(
        200, "{\"workspace\":" + http::json_quote(record->workspace()) +
                 ",\"agent\":" + http::json_quote(record->agent()) +
                 ",\"csrf\":" + http::json_quote(csrf_of(*request.cookie(kSessionCookie))) +
                 ",\"expiresAt\":" + http::json_quote(to_iso8601(record->expires_at())) + "}");
    response.header("Cache-Control", "no-store");
    co_return response;
}

}  // namespace guichet::gateway
