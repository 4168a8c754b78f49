#include "services/ingest/web/form_pages.hpp"

#include "common/obs/log.hpp"

namespace guichet::ingest::web {
namespace {

constexpr char kFormTicket[] = "form-ticket";
constexpr char kReceipt[] = "form-receipt";

http::Response serve_asset(const Asset& asset) {
    auto response = http::Response::text(200, asset.bytes);
    response.headers.set("Content-Type", asset.content_type);
    response.header("Cache-Control", "public, max-age=31536000, immutable");
    return response;
}

asio::awaitable<http::Response> asset_response(const Asset& asset) {
    co_return serve_asset(asset);
}

// Shown to a robot as if it had been taken.
std::string make_up_reference(Random& random) {
    static constexpr char kAlphabet[] = "23456789ABCDEFGHJKMNPQRSTVWXYZ";
    std::string reference = "G-";
    for (int i = 0; i < 8; ++i) reference.push_back(kAlphabet[random.below(sizeof kAlphabet - 1)]);
    return reference;
}

}  // namespace

FormPages::FormPages(Pages& pages)
    : pages_(pages),
      submitted_(pages.c.metrics.counter("guichet_forms_submitted_total", "Forms stored, doubles included.")),
      trapped_(
          pages.c.metrics.counter("guichet_forms_trapped_total",
                                  "Forms of robots: the hidden field was filled in, nothing was stored.")),
      corrected_(pages.c.metrics.counter("guichet_forms_returned_total",
                                         "Forms shown again because something was missing.")),
      failed_(pages.c.metrics.counter("guichet_forms_failed_total", "Forms that could not be stored.")) {}

void FormPages::register_on(http::Router& router) {
    const auto& options = pages_.c.options;
    http::RouteOptions post;
    post.max_body_bytes = options.max_total_bytes;
    post.head.push_back(pages_.post_guard());
    for (const std::string path : {"/f/{form}", "/f/{workspace}/{form}"}) {
        router.get(path, [this](http::Request request) { return show(std::move(request)); });
        router.post(
            path, [this](http::Request request) { return submit(std::move(request)); }, post);
        router.get(path + "/thanks/{receipt}",
                   [this](http::Request request) { return thanks(std::move(request)); });
    }
    router.get(style_sheet().path, [](http::Request) { return asset_response(style_sheet()); });
    router.get(live_script().path, [](http::Request) { return asset_response(live_script()); });
}

asio::awaitable<Result<FormPages::Form>> FormPages::find(const http::Request& request) {
    Form form;
    const auto workspace = std::string(request.param("workspace"));
    const auto id = std::string(request.param("form"));
    form.workspace = WorkspaceId(workspace.empty() ? pages_.c.default_workspace : workspace);
    form.path = workspace.empty() ? "/f/" + id : "/f/" + workspace + "/" + id;
    form.language = language_of(request);
    form.embed = request.query_param("embed") == "1";
    if (!valid_id(id) || !valid_id(form.workspace.str())) co_return not_found("there is no such form");
    auto channel = co_await pages_.c.catalog.channel(form.workspace, ChannelId(id));
    if (!channel) co_return channel.error();
    if (!*channel || (*channel)->kind() != v1::CHANNEL_KIND_FORM)
        co_return not_found("there is no such form");
    auto signer = co_await pages_.signer();
    if (!signer) co_return signer.error();
    form.channel = std::move(*channel);
    form.signer = *signer;
    form.frame_ancestors = "'none'";
    if (form.embed) {
        const auto origins = origins_of(form, "frame_ancestors") + " " + pages_.c.options.frame_ancestors;
        form.frame_ancestors =
            "'self'" + (http::trim(origins).empty() ? "" : " " + std::string(http::trim(origins)));
    }
    co_return form;
}

std::string FormPages::origins_of(const Form& form, const char* setting) const {
    const auto found = form.channel->settings().find(setting);
    return found == form.channel->settings().end() ? std::string() : found->second;
}

http::Response FormPages::no_form(const Status& why, const http::Request& request) const {
    const auto language = language_of(request);
    const auto& t = texts(language);
    if (why.code == Code::not_found) return pages_.notice(404, language, t.no_form_title, t.no_form_text);
    return pages_.failure(why, language);
}

std::string FormPages::address(const Form& form, const std::string& tail) const {
    return form.path + tail + "?lang=" + texts(form.language).code + (form.embed ? "&embed=1" : "");
}

http::Response FormPages::form_page(int status, const Form& form, FormData data,
                                    std::vector<FieldError> errors, const std::string& submission) const {
    data.token = form.signer->sign(kFormTicket, {form.workspace.str(), form.channel->id(),
                                                 std::to_string(pages_.c.clock.now()), submission});
    data.return_to = allowed_return(data.return_to, origins_of(form, "return_origins"));
    FormView view{{},
                  form_texts(*form.channel, texts(form.language)),
                  pages_.c.options,
                  address(form),
                  data,
                  std::move(errors)};
    view.frame.language = form.language;
    view.frame.brand = brand_of(*form.channel);
    view.frame.embed = form.embed;
    view.frame.switch_base =
        form.path + "?" + (form.embed ? "embed=1&" : "") +
        (data.return_to.empty() ? "" : "return=" + http::percent_encode(data.return_to) + "&");
    return page_response(status, render_form(view), form.frame_ancestors);
}

asio::awaitable<http::Response> FormPages::show(http::Request request) {
    const auto language = language_of(request);
    if (!pages_.may_look(request)) {
        co_return pages_.notice(429, language, texts(language).busy_title, texts(language).busy_text, "60");
    }
    auto form = co_await find(request);
    if (!form) co_return no_form(form.error(), request);
    FormData data;
    data.return_to = request.query_param("return").value_or("");
    co_return form_page(200, *form, std::move(data), {}, pages_.c.random.token(16));
}

std::optional<FormPages::Ticket> FormPages::read_ticket(const Form& form, const std::string& token) const {
    const auto fields = form.signer->verify(kFormTicket, token);
    if (!fields || fields->size() != 4 || (*fields)[0] != form.workspace.str() ||
        (*fields)[1] != form.channel->id()) {
        return std::nullopt;
    }
    const auto age = pages_.c.clock.now() - parse_ms((*fields)[2]);
    return Ticket{(*fields)[3],
                  age >= 0 && age <= std::chrono::milliseconds(pages_.c.options.form_life).count()};
}

asio::awaitable<http::Response> FormPages::submit(http::Request request) {
    auto found = co_await find(request);
    if (!found) co_return no_form(found.error(), request);
    auto form = std::move(*found);
    const auto& t = texts(form.language);
    if (!Pages::same_site(request)) {
        co_return pages_.notice(403, form.language, t.refused_title, t.refused_text);
    }
    auto data = read_form(request.headers.get("content-type"), request.body, pages_.c.options);
    if (!data) {
        std::vector<FieldError> unreadable{{"", t.error_unreadable}};
        co_return form_page(400, form, {}, std::move(unreadable), pages_.c.random.token(16));
    }
    if (pages_.c.options.honeypot && !data->website.empty()) {
        trapped_.add();
        co_return see_thanks(form, "", make_up_reference(pages_.c.random), data->return_to);
    }
    const auto ticket = read_ticket(form, data->token);
    const auto submission = ticket ? ticket->submission : pages_.c.random.token(16);
    auto errors = check_form(*data, pages_.c.options, t);
    int status = 422;
    if (!ticket || !ticket->fresh) errors.push_back({"", t.error_form_old});
    if (errors.empty() && !pages_.may_post(request)) {
        errors.push_back({"", t.error_too_often});
        status = 429;
    }
    if (!errors.empty()) {
        corrected_.add();
        auto response = form_page(status, form, std::move(*data), std::move(errors), submission);
        if (status == 429) response.header("Retry-After", "60");
        co_return response;
    }
    co_return co_await accept(std::move(form), std::move(*data), submission, std::move(request));
}

asio::awaitable<Result<void>> FormPages::add_attachments(FormData& data, v1::InboundMessage& message) {
    for (auto& upload : data.uploads) {
        auto* attachment = message.add_attachments();
        attachment->set_name(upload.name);
        attachment->set_media_type(upload.media_type);
        attachment->set_size(static_cast<std::int64_t>(upload.bytes.size()));
        auto name = co_await pages_.c.blobs.put(std::move(upload.bytes));
        if (!name) co_return name.error();
        attachment->set_blob(*name);
    }
    co_return Result<void>{};
}

asio::awaitable<http::Response> FormPages::accept(Form form, FormData data, std::string submission,
                                                  http::Request request) {
    const auto& t = texts(form.language);
    auto message = to_message(data, form.channel->id(), submission, pages_.c.clock.now(), form.language,
                              form_texts(*form.channel, t));
    Status failure;
    std::optional<store::Ingested> stored;
    auto attached = co_await add_attachments(data, message);
    if (!attached) {
        failure = attached.error();
    } else {
        Intake intake;
        intake.repair = true;
        intake.own_blobs = true;
        auto result =
            co_await pages_.c.submitter.submit(form.workspace, form.channel, std::move(message), {}, intake);
        if (result) {
            stored = std::move(*result);
        } else {
            failure = result.error();
        }
    }
    std::string secret;
    if (stored) {
        secret = Pages::private_secret(*form.signer, form.workspace, stored->conversation);
        // Without its page the customer would never see the answer: the form is sent again, and stored once.
        auto opened = co_await open_private_page(form, secret, stored->conversation);
        if (!opened) failure = opened.error();
    }
    if (!failure.ok()) {
        failed_.add();
        log::warn("form.not_stored", {{"workspace", form.workspace},
                                      {"channel", form.channel->id()},
                                      {"request", request.request_id},
                                      {"why", failure}});
        std::vector<FieldError> errors{{"", t.error_not_stored}};
        auto response = form_page(503, form, std::move(data), std::move(errors), submission);
        response.header("Retry-After", "5");
        co_return response;
    }
    submitted_.add();
    log::info("form.stored", {{"workspace", form.workspace},
                              {"channel", form.channel->id()},
                              {"conversation", stored->conversation},
                              {"request", request.request_id}});
    auto response = see_thanks(form, stored->conversation.str(), "", data.return_to);
    response.cookie(
        pages_.session_cookie(*form.signer, secret, pages_.origin(request).rfind("https:", 0) == 0));
    co_return response;
}

http::Response FormPages::see_thanks(const Form& form, const std::string& conversation,
                                     const std::string& reference, const std::string& return_to) const {
    const auto until =
        pages_.c.clock.now() + std::chrono::milliseconds(pages_.c.options.receipt_life).count();
    const auto receipt = form.signer->sign(
        kReceipt, {form.workspace.str(), form.channel->id(), conversation, reference, std::to_string(until)});
    const auto back = allowed_return(return_to, origins_of(form, "return_origins"));
    return http::Response::redirect(address(form, "/thanks/" + receipt) +
                                    (back.empty() ? "" : "&return=" + http::percent_encode(back)));
}

asio::awaitable<Result<void>> FormPages::open_private_page(const Form& form, std::string secret,
                                                           ConversationId conversation) {
    access::records::PrivatePageRecord record;
    record.set_workspace(form.workspace.str());
    record.set_conversation(conversation.str());
    record.set_language(texts(form.language).code);
    record.set_expires_at(pages_.c.clock.now() +
                          std::chrono::milliseconds(pages_.c.options.private_page_life).count());
    co_return co_await pages_.c.credentials.open_private_page(std::move(secret), std::move(record));
}

asio::awaitable<http::Response> FormPages::thanks(http::Request request) {
    auto form = co_await find(request);
    if (!form) co_return no_form(form.error(), request);
    const auto& t = texts(form->language);
    const auto fields = form->signer->verify(kReceipt, request.param("receipt"));
    if (!fields || fields->size() != 5 || (*fields)[0] != form->workspace.str() ||
        (*fields)[1] != form->channel->id()) {
        co_return pages_.notice(404, form->language, t.gone_title, t.gone_text);
    }
    ThanksView view;
    view.frame.language = form->language;
    view.frame.brand = brand_of(*form->channel);
    view.frame.embed = form->embed;
    view.answer_within = pages_.c.options.answer_within;
    view.reference = (*fields)[3];
    const ConversationId conversation((*fields)[2]);
    const bool shown = parse_ms((*fields)[4]) > pages_.c.clock.now();
    if (!conversation.empty()) {
        auto read = co_await pages_.c.reads.conversation(form->workspace, conversation, "*");
        if (!read) co_return pages_.failure(read.error(), form->language);
        view.reference = read->reference();
        if (shown) {
            view.private_url = pages_.origin(request) + "/p/" +
                               Pages::private_secret(*form->signer, form->workspace, conversation) +
                               "?lang=" + t.code;
        }
    }
    view.return_url =
        allowed_return(request.query_param("return").value_or(""), origins_of(*form, "return_origins"));
    view.return_name = return_site(view.return_url);
    if (view.return_name.empty()) view.return_name = request.host;
    co_return page_response(200, render_thanks(view), form->frame_ancestors);
}

}  // namespace guichet::ingest::web
