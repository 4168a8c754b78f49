#include "services/ingest/web/page.hpp"

#include "common/core/bytes.hpp"
#include "services/ingest/web/asset_texts.hpp"

namespace guichet::ingest::web {
namespace {

Asset asset(const char* name, const char* extension, const char* type, const char* text) {
    return {"/f/assets/" + std::string(name) + "-" + hex(sha256(text)).substr(0, 12) + extension, type, text};
}

Html language_switch(const Frame& frame) {
    std::vector<Html> items;
    for (const auto language : kLanguages) {
        const auto& t = texts(language);
        const bool current = language == frame.language;
        items.push_back(element("li", {},
                                {element("a",
                                         {{"href", frame.switch_base + "lang=" + t.code},
                                          {"hreflang", t.code},
                                          {"lang", t.code},
                                          {"aria-current", "true", current}},
                                         {t.name})}));
    }
    return element("nav", {{"class", "languages"}, {"aria-label", texts(frame.language).languages_label}},
                   {element("ul", {}, items)});
}

Html head(const Frame& frame) {
    const auto title = frame.brand.empty() ? frame.title : frame.title + " – " + frame.brand;
    Html parts = element("meta", {{"charset", "utf-8"}});
    parts.add(element("meta", {{"name", "viewport"}, {"content", "width=device-width, initial-scale=1"}}));
    parts.add(element("meta", {{"name", "robots"}, {"content", "noindex"}}));
    parts.add(element("title", {}, {title}));
    parts.add(element("link", {{"rel", "stylesheet"}, {"href", style_sheet().path}}));
    if (frame.live) {
        parts.add(element("script", {{"src", live_script().path}, Attribute::flag("defer")}));
    }
    return element("head", {}, {parts});
}

}  // namespace

std::string render_page(const Frame& frame, const Html& body) {
    Html inside;
    Html bar;
    if (!frame.embed && !frame.brand.empty()) bar.add(element("p", {{"class", "brand"}}, {frame.brand}));
    if (!frame.switch_base.empty()) bar.add(language_switch(frame));
    if (!bar.empty()) inside.add(element("header", {{"class", "bar"}}, {bar}));
    inside.add(element("main", {{"class", "card"}}, {body}));
    const auto css_class = std::string(frame.embed ? "embedded" : "page");
    const auto html = element("html", {{"lang", texts(frame.language).code}},
                              {head(frame), element("body", {{"class", css_class}}, {inside})});
    return "<!doctype html>\n" + html.str() + "\n";
}

http::Response page_response(int status, std::string html, const std::string& frame_ancestors,
                             const std::string& referrer_policy) {
    auto response = http::Response::html(status, std::move(html));
    response.header(
        "Content-Security-Policy",
        "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; form-action 'self'; "
        "base-uri 'none'; frame-ancestors " +
            frame_ancestors);
    response.header("Referrer-Policy", referrer_policy);
    response.header("Cache-Control", "no-store");
    response.header("X-Robots-Tag", "noindex, nofollow");
    return response;
}

std::string render_notice(const Frame& frame, const char* title, const char* text) {
    auto named = frame;
    named.title = title;
    return render_page(named,
                       element("div", {{"class", "notice"}},
                               {element("h1", {}, {title}), element("p", {{"class", "lead"}}, {text})}));
}

Html submit_button(const char* label) {
    return element("button", {{"type", "submit"}, {"class", "button"}}, {label});
}

Html hidden_input(const char* name, const std::string& value) {
    return element("input", {{"type", "hidden"}, {"name", name}, {"value", value}});
}

Html trap(const Texts& t) {
    return element("div", {{"class", "trap"}, {"aria-hidden", "true"}},
                   {element("label", {{"for", "website"}}, {t.leave_empty}),
                    element("input", {{"type", "text"},
                                      {"id", "website"},
                                      {"name", "website"},
                                      {"tabindex", "-1"},
                                      {"autocomplete", "off"}})});
}

const Asset& style_sheet() {
    static const Asset kAsset = asset("style", ".css", "text/css; charset=utf-8", style_css_text());
    return kAsset;
}

const Asset& live_script() {
    static const Asset kAsset = asset("live", ".js", "text/javascript; charset=utf-8", live_js_text());
    return kAsset;
}

}  // namespace guichet::ingest::web
