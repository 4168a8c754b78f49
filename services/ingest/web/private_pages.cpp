#include "services/ingest/web/private_pages.hpp"

#include <algorithm>

#include "common/core/bytes.hpp"
#include "common/http/text.hpp"
#include "common/obs/log.hpp"
#include "common/runtime/timer.hpp"
#include "services/ingest/web/form_view.hpp"

namespace guichet::ingest::web {
namespace {

constexpr char kPageTicket[] = "private-ticket";
constexpr int kShown = 200;
constexpr TimeMs kDay = 24 * 3600 * 1000;

http::Response private_page(int status, std::string html) {
    return page_response(status, std::move(html), "'none'", "no-referrer");
}

http::Response json_answer(int status, std::string json) {
    auto response = http::Response::json(status, std::move(json));
    response.header("Cache-Control", "no-store");
    response.header("X-Robots-Tag", "noindex, nofollow");
    return response;
}

// The channel's own id of the customer who has written here.
const v1::Author* customer_of(const v1::GetConversationResponse& conversation) {
    for (const auto& message : conversation.messages()) {
        if (message.kind() == v1::MESSAGE_KIND_INBOUND) return &message.author();
    }
    return nullptr;
}

// Counts who waits, also when the wait ends by an exception.
struct Waiting {
    explicit Waiting(std::size_t& count) : count(count) { ++count; }
    ~Waiting() { --count; }
    Waiting(const Waiting&) = delete;
    Waiting& operator=(const Waiting&) = delete;
    std::size_t& count;
};

}  // namespace

PrivatePages::PrivatePages(Pages& pages)
    : pages_(pages),
      written_(
          pages.c.metrics.counter("guichet_private_messages_total", "Messages written on private pages.")),
      opened_(
          pages.c.metrics.counter("guichet_private_sessions_total", "Sessions opened on private pages.")) {}

void PrivatePages::register_on(http::Router& router) {
    http::RouteOptions post;
    post.max_body_bytes = pages_.c.options.text * 12 + 16 * 1024;
    post.head.push_back(pages_.post_guard());
    http::RouteOptions wait;
    wait.timeout = pages_.c.options.poll_wait + std::chrono::seconds(15);
    router.get("/p/{token}", [this](http::Request request) { return show(std::move(request)); });
    router.post(
        "/p/{token}/open", [this](http::Request request) { return open(std::move(request)); }, post);
    router.post(
        "/p/{token}/messages", [this](http::Request request) { return write(std::move(request)); }, post);
    router.get(
        "/p/{token}/messages", [this](http::Request request) { return poll(std::move(request)); }, wait);
}

asio::awaitable<Result<PrivatePages::Visit>> PrivatePages::visit(const http::Request& request) {
    Visit visit;
    visit.secret = std::string(request.param("token"));
    // As make_secret writes it; anything else is no token of ours and costs no trip to the store.
    if (visit.secret.rfind("gp_", 0) != 0 || visit.secret.size() != 46) co_return not_found("no such page");
    auto signer = co_await pages_.signer();
    if (!signer) co_return signer.error();
    visit.signer = *signer;
    auto record = co_await pages_.c.credentials.private_page(visit.secret);
    if (!record) co_return record.error();
    visit.record = std::move(*record);
    const auto language = language_from(visit.record.language()).value_or(Language::en);
    visit.language = choose_language(request.query_param("lang").value_or(""), "", language);
    if (visit.in_public()) {
        auto found = co_await find_visitor(visit, request);
        if (!found) co_return found.error();
    } else {
        visit.signed_in = pages_.session(*visit.signer, visit.secret, request).has_value();
    }
    co_return visit;
}

asio::awaitable<Result<std::shared_ptr<const v1::Channel>>> PrivatePages::channel(const Visit& visit) {
    ChannelId id(visit.record.channel());
    if (!visit.in_public()) {
        auto conversation =
            co_await pages_.c.reads.conversation(visit.workspace(), visit.conversation(), "*");
        if (!conversation) co_return conversation.error();
        id = ChannelId(conversation->channel());
    }
    auto found = co_await pages_.c.catalog.channel(visit.workspace(), id);
    if (!found) co_return found.error();
    co_return std::move(*found);
}

Frame PrivatePages::frame(const Visit& visit, const std::string& brand) const {
    Frame frame;
    frame.language = visit.language;
    frame.brand = brand;
    frame.switch_base = visit.base() + "?";
    return frame;
}

http::Response PrivatePages::see_page(const Visit& visit) const {
    auto response = http::Response::redirect(visit.base() + "?lang=" + texts(visit.language).code);
    response.header("Cache-Control", "no-store");
    response.header("Referrer-Policy", "no-referrer");
    return response;
}

asio::awaitable<Result<v1::GetConversationResponse>> PrivatePages::read(WorkspaceId workspace,
                                                                        ConversationId conversation) {
    store::By by{std::move(workspace), "", {}, "*"};
    co_return co_await pages_.c.reads.view(std::move(by), std::move(conversation), 0, kShown);
}

asio::awaitable<Result<v1::GetConversationResponse>> PrivatePages::read(const Visit& visit) {
    if (visit.conversation().empty()) co_return v1::GetConversationResponse{};
    co_return co_await read(visit.workspace(), visit.conversation());
}

asio::awaitable<http::Response> PrivatePages::conversation_page(int status, Visit visit, std::string draft,
                                                                std::string error) {
    auto conversation = co_await read(visit);
    if (!conversation) co_return pages_.failure(conversation.error(), visit.language);
    auto channel = co_await this->channel(visit);
    PrivateView view;
    if (visit.in_public()) {
        auto proof = co_await proof_of(visit);
        if (!proof) co_return pages_.failure(proof.error(), visit.language);
        view.proof = std::move(*proof);
    }
    view.frame = frame(visit, channel && *channel ? brand_of(**channel) : std::string());
    view.base = visit.base();
    view.reference = conversation->conversation().reference();
    view.bubbles = visible(*conversation);
    view.earlier = conversation->more();
    view.token = visit.signer->sign(
        kPageTicket,
        {access::fingerprint(visit.secret), std::to_string(pages_.c.clock.now()), pages_.c.random.token(16)});
    view.draft = std::move(draft);
    if (!error.empty()) view.errors.push_back({"message", std::move(error)});
    co_return private_page(status, render_conversation(view));
}

asio::awaitable<Result<std::string>> PrivatePages::brand(const Visit& visit) {
    auto channel = co_await this->channel(visit);
    if (!channel) co_return channel.error();
    co_return *channel ? brand_of(**channel) : std::string();
}

asio::awaitable<http::Response> PrivatePages::show(http::Request request) {
    const auto language = language_of(request);
    if (!pages_.may_look(request)) {
        co_return pages_.notice(429, language, texts(language).busy_title, texts(language).busy_text, "60");
    }
    auto visit = co_await this->visit(request);
    if (!visit) co_return pages_.failure(visit.error(), language);
    if (!visit->signed_in) {
        auto brand = co_await this->brand(*visit);
        if (!brand) co_return pages_.failure(brand.error(), visit->language);
        co_return private_page(200, render_door(frame(*visit, *brand), visit->base(), visit->in_public()));
    }
    co_return co_await conversation_page(200, std::move(*visit), {}, {});
}

asio::awaitable<http::Response> PrivatePages::open(http::Request request) {
    const auto language = language_of(request);
    auto visit = co_await this->visit(request);
    if (!visit) co_return pages_.failure(visit.error(), language);
    const auto& t = texts(visit->language);
    if (!Pages::same_site(request))
        co_return pages_.notice(403, visit->language, t.refused_title, t.refused_text);
    std::string visitor;
    if (visit->in_public()) {
        if (!pages_.may_write(request)) {
            co_return pages_.notice(429, visit->language, t.busy_title, t.busy_text, "60");
        }
        auto entered = co_await enter(*visit);
        if (!entered && entered.error().code == Code::resource_exhausted) {
            co_return pages_.notice(429, visit->language, t.claim_full_title, t.claim_full_text, "3600");
        }
        if (!entered) co_return pages_.failure(entered.error(), visit->language);
        visitor = entered->id;
    }
    opened_.add();
    log::info("private_page.opened", {{"workspace", visit->record.workspace()},
                                      {"conversation", visit->record.conversation()},
                                      {"escalation", visit->record.escalation()},
                                      {"request", request.request_id}});
    auto response = see_page(*visit);
    const bool secure = pages_.origin(request).rfind("https:", 0) == 0;
    response.cookie(pages_.session_cookie(*visit->signer, visit->secret, secure, visitor));
    co_return response;
}

asio::awaitable<http::Response> PrivatePages::write(http::Request request) {
    const auto language = language_of(request);
    auto visit = co_await this->visit(request);
    if (!visit) co_return pages_.failure(visit.error(), language);
    const auto& t = texts(visit->language);
    if (!Pages::same_site(request))
        co_return pages_.notice(403, visit->language, t.refused_title, t.refused_text);
    if (!visit->signed_in) co_return see_page(*visit);
    auto data = read_form(request.headers.get("content-type"), request.body, pages_.c.options);
    if (!data) co_return co_await conversation_page(400, std::move(*visit), {}, t.error_unreadable);
    const auto ticket = visit->signer->verify(kPageTicket, data->token);
    const auto life = std::chrono::milliseconds(pages_.c.options.session_life).count();
    if (!ticket || ticket->size() != 3 || (*ticket)[0] != access::fingerprint(visit->secret) ||
        pages_.c.clock.now() - parse_ms((*ticket)[1]) > life) {
        co_return co_await conversation_page(422, std::move(*visit), std::move(data->message),
                                             t.error_form_old);
    }
    const auto errors = check_form(*data, pages_.c.options, t);
    for (const auto& error : errors) {
        if (error.field != "message") continue;
        co_return co_await conversation_page(422, std::move(*visit), std::move(data->message), error.text);
    }
    if (!pages_.may_write(request)) {
        co_return co_await conversation_page(429, std::move(*visit), std::move(data->message),
                                             t.error_too_often);
    }
    auto draft = data->message;
    auto stored = co_await store(*visit, "page:" + (*ticket)[2], std::move(data->message));
    if (!stored) {
        log::warn("private_page.not_stored", {{"workspace", visit->record.workspace()},
                                              {"conversation", visit->record.conversation()},
                                              {"request", request.request_id},
                                              {"why", stored.error()}});
        if (stored.error().reason == "too_many_claimants") {
            co_return co_await conversation_page(429, std::move(*visit), std::move(draft),
                                                 t.claim_error_full);
        }
        // Where even reading fails, the page that says so keeps nothing; the browser's way back does.
        auto response =
            co_await conversation_page(503, std::move(*visit), std::move(draft), t.error_not_stored);
        response.headers.set("Retry-After", "5");
        co_return response;
    }
    written_.add();
    co_await prolong(*visit);
    co_return see_page(*visit);
}

asio::awaitable<Result<void>> PrivatePages::store(const Visit& visit, std::string external_id,
                                                  std::string text) {
    auto channel = co_await this->channel(visit);
    if (!channel) co_return channel.error();
    if (!*channel) co_return not_found("the conversation's channel is gone");
    v1::InboundMessage message;
    Intake intake;
    intake.repair = true;
    if (visit.in_public()) {
        const auto& visitor = visit.visitor->id;
        message.set_thread("claim|" + visit.record.escalation() + "|" + visitor);
        message.mutable_author()->set_external_id("visitor:" + visitor);
        message.set_visibility(v1::VISIBILITY_PRIVATE);
        intake.claim = store::Claim{visit.escalation(), visitor, pages_.c.options.claimants};
    } else {
        // The first page of it: who wrote first is the customer.
        store::By by{visit.workspace(), "", {}, "*"};
        auto conversation = co_await pages_.c.reads.view(std::move(by), visit.conversation(), 51, 50);
        if (!conversation) co_return conversation.error();
        message.set_thread(conversation->conversation().thread());
        if (const auto* customer = customer_of(*conversation)) *message.mutable_author() = *customer;
        message.set_visibility(conversation->conversation().visibility());
    }
    message.set_external_id(std::move(external_id));
    message.set_text(std::move(text));
    message.set_language(texts(visit.language).code);
    store::set_time(message.mutable_created_at(), pages_.c.clock.now());
    auto stored = co_await pages_.c.submitter.submit(visit.workspace(), std::move(*channel),
                                                     std::move(message), {}, std::move(intake));
    if (!stored) co_return stored.error();
    log::info("private_page.stored",
              {{"workspace", visit.record.workspace()}, {"conversation", stored->conversation}});
    co_return Result<void>{};
}

asio::awaitable<void> PrivatePages::prolong(const Visit& visit) {
    const auto life = std::chrono::milliseconds(pages_.c.options.private_page_life).count();
    const auto until = pages_.c.clock.now() + life;
    // Once a day is enough.
    if (until - visit.record.expires_at() < kDay) co_return;
    auto done = co_await pages_.c.credentials.prolong_private_page(visit.secret, until);
    if (!done) log::warn("private_page.not_prolonged", {{"why", done.error()}});
}

asio::awaitable<http::Response> PrivatePages::poll(http::Request request) {
    if (!pages_.may_look(request)) co_return http::Response::error(429, "resource_exhausted", "too often");
    auto visit = co_await this->visit(request);
    if (!visit) {
        const bool gone = visit.error().code == Code::not_found;
        co_return http::Response::error(gone ? 404 : 503, gone ? "not_found" : "unavailable",
                                        visit.error().message);
    }
    if (!visit->signed_in) co_return http::Response::error(401, "unauthenticated", "open the page first");
    const auto after = request.query_param("after").value_or("");
    const Waiting waiting(polls_);
    const auto end = pages_.c.clock.steady() + pages_.c.options.poll_wait;
    std::string version;
    for (;;) {
        auto now = co_await this->version(*visit);
        if (!now) co_return http::Response::error(503, "unavailable", "try again");
        const bool last = stopping_ || polls_ > pages_.c.options.max_polls || pages_.c.clock.steady() >= end;
        if (*now != version) {
            version = *now;
            auto conversation = co_await read(*visit);
            if (!conversation) co_return http::Response::error(503, "unavailable", "try again");
            const auto bubbles = visible(*conversation);
            const std::string proof = visit->visitor ? to_string(state_of(*visit->visitor)) : "";
            if (last || fingerprint(bubbles, proof) != after) {
                co_return json_answer(200, bubbles_json(bubbles, texts(visit->language), proof));
            }
        } else if (last) {
            co_return json_answer(200, "{\"state\":" + http::json_quote(after) + ",\"messages\":[]}");
        }
        const bool goes_on = co_await runtime::sleep(pages_.c.options.poll_every);
        if (!goes_on) {
            co_return http::Response::error(503, "unavailable", "the server stops");
        }
    }
}

}  // namespace guichet::ingest::web
