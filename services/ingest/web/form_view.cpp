#include "services/ingest/web/form_view.hpp"

#include "common/http/text.hpp"
#include "services/ingest/web/fields_view.hpp"

namespace guichet::ingest::web {
namespace {

std::string setting(const v1::Channel& channel, const char* name) {
    const auto found = channel.settings().find(name);
    return found == channel.settings().end() ? std::string() : found->second;
}

Html section(const char* title, std::initializer_list<Html> content) {
    Html all = element("h2", {}, {title});
    for (const auto& one : content) all.add(one);
    return element("section", {}, {all});
}

Html about_you(const Fields& fields, const FormData& data, const Texts& t) {
    const std::vector<Fields::Choice> customer = {
        {"yes", t.customer_yes}, {"organisation", t.customer_organisation}, {"no", t.customer_no}};
    const std::vector<Fields::Choice> yes_no = {{"yes", t.yes}, {"no", t.no}};
    const auto manager = element("div", {{"class", "when-customer"}},
                                 {fields.choices("manager", t.manager_question, data.manager, yes_no,
                                                 t.manager_hint, "field choices manager"),
                                  fields.input({"manager_name", t.manager_name_label, data.manager_name,
                                                "text", "off", false, nullptr, "field when-manager"})});
    return section(t.about_you,
                   {fields.choices("customer", t.customer_question, data.customer, customer, nullptr,
                                   "field choices customer"),
                    fields.input({"organisation", t.organisation_label, data.organisation, "text",
                                  "organization", false, nullptr, "field when-organisation"}),
                    manager});
}

Html reach_you(const Fields& fields, const FormData& data, const Texts& t) {
    const std::vector<Fields::Choice> preferred = {{"page", t.preferred_page, t.preferred_page_hint},
                                                   {"email", t.preferred_email},
                                                   {"phone", t.preferred_phone}};
    const auto addresses =
        element("div", {{"class", "pair"}},
                {fields.input({"email", t.email_label, data.email, "email", "email", true}),
                 fields.input({"phone", t.phone_label, data.phone, "tel", "tel", true})});
    return section(t.reach_you,
                   {fields.input({"name", t.name_label, data.name, "text", "name"}), addresses,
                    fields.choices("preferred", t.preferred_question, data.preferred, preferred)});
}

Html your_message(const Fields& fields, const FormView& view, const Texts& t) {
    const auto& options = view.options;
    auto hint = fill(t.attachments_hint, {{"files", std::to_string(options.max_files)},
                                          {"size", std::to_string(options.max_file_bytes / (1024 * 1024))}});
    if (!view.data.uploads.empty() && !view.errors.empty()) hint += std::string(" ") + t.attachments_again;
    return section(
        t.your_message,
        {fields.area("message", view.form.message_label, view.data.message, view.form.message_hint),
         options.max_files > 0 ? fields.files("files", t.attachments_label, hint) : Html()});
}

}  // namespace

const FormTexts& form_texts(const v1::Channel& channel, const Texts& t) {
    return setting(channel, "template") == "complaint" ? t.complaint : t.contact;
}

std::string brand_of(const v1::Channel& channel) {
    return setting(channel, "brand");
}

std::string render_form(const FormView& view) {
    const auto& t = texts(view.frame.language);
    const Fields fields(t, view.errors);
    auto frame = view.frame;
    frame.title = (view.errors.empty() ? "" : t.error_prefix) + std::string(view.form.title);
    const auto& data = view.data;
    const auto form = element(
        "form",
        {{"method", "post"},
         {"action", view.action},
         {"enctype", "multipart/form-data"},
         {"accept-charset", "utf-8"},
         Attribute::flag("novalidate")},
        {hidden_input("token", data.token),
         data.return_to.empty() ? Html() : hidden_input("return", data.return_to), about_you(fields, data, t),
         reach_you(fields, data, t), your_message(fields, view, t), view.options.honeypot ? trap(t) : Html(),
         element("div", {{"class", "end"}},
                 {submit_button(view.form.send), element("p", {{"class", "hint"}}, {t.privacy})})});
    return render_page(
        frame, element("div", {},
                       {element("h1", {}, {view.form.title}),
                        element("p", {{"class", "lead"}}, {view.form.intro}), fields.summary(), form}));
}

std::string promise(std::chrono::hours answer_within, const Texts& t) {
    const auto count = std::max<std::int64_t>(1, answer_within.count());
    if (count < 24) {
        if (count == 1) return t.promise_hour;
        return fill(t.promise_hours, {{"n", std::to_string(count)}});
    }
    const auto days = (count + 23) / 24;
    if (days == 1) return t.promise_day;
    return fill(t.promise_days, {{"n", std::to_string(days)}});
}

std::string render_thanks(const ThanksView& view) {
    const auto& t = texts(view.frame.language);
    auto frame = view.frame;
    frame.title = t.thanks_title;
    const auto facts = element(
        "dl", {{"class", "facts"}},
        {element("div", {},
                 {element("dt", {}, {t.thanks_reference}),
                  element("dd", {{"class", "reference"}}, {view.reference}),
                  element("dd", {{"class", "hint"}}, {t.thanks_reference_hint})}),
         element("div", {},
                 {element("dt", {}, {t.thanks_when}), element("dd", {}, {promise(view.answer_within, t)})})});
    Html link;
    if (view.private_url.empty()) {
        link = element("p", {{"class", "hint"}}, {t.thanks_link_gone});
    } else {
        link = element("section", {{"class", "next"}},
                       {element("h2", {}, {t.thanks_page_title}), element("p", {}, {t.thanks_page_text}),
                        element("p", {},
                                {element("a",
                                         {{"class", "button"},
                                          {"href", view.private_url},
                                          {"target", "_blank", view.frame.embed},
                                          {"rel", "noopener noreferrer"}},
                                         {t.thanks_page_link})}),
                        element("p", {{"class", "hint"}}, {t.thanks_page_keep})});
    }
    Html back;
    if (!view.return_url.empty()) {
        const auto words = fill(t.back_to_site, {{"site", view.return_name}});
        back = element(
            "p", {{"class", "back"}},
            {element("a", {{"href", view.return_url}, {"target", "_top", view.frame.embed}}, {words})});
    }
    return render_page(frame,
                       element("div", {{"class", "thanks"}},
                               {element("h1", {}, {t.thanks_title}),
                                element("p", {{"class", "lead"}}, {t.thanks_lead}), facts, link, back}));
}

std::string allowed_return(const std::string& target, const std::string& origins) {
    if (target.empty() || target.size() > 1'000) return {};
    for (const unsigned char c : target) {
        if (c <= 0x20 || c == 0x7f || c == '\\') return {};
    }
    if (target[0] == '/') return target.size() > 1 && target[1] == '/' ? std::string() : target;
    const auto url = http::parse_url(target);
    if (!url || (url->scheme != "https" && url->scheme != "http")) return {};
    const auto origin = url->scheme + "://" + url->authority();
    for (const auto allowed : http::split(origins, ' ')) {
        if (!allowed.empty() && allowed == origin) return origin + url->target;
    }
    return {};
}

std::string return_site(const std::string& target) {
    const auto url = http::parse_url(target);
    return url ? url->authority() : std::string();
}

}  // namespace guichet::ingest::web
