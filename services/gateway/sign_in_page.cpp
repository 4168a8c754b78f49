#include "services/gateway/sign_in_page.hpp"

#include "services/gateway/assets.hpp"
#include "services/gateway/console_pack.hpp"

namespace guichet::gateway {
namespace {

http::Response page(int status, const char* file, Language language, http::Fields values) {
    for (auto& word : words_in(language)) values.push_back(std::move(word));
    for (const auto& known : kLanguages)
        values.emplace_back(std::string("is-") + known.code, known.language == language ? "true" : "false");
    auto response = http::Response::html(status, fill(with_assets(asset_files().at(file)), values));
    response.header("Cache-Control", "no-store");
    return response;
}

}  // namespace

std::string fill(std::string html, const http::Fields& values) {
    // From left to right, once: a value that looks like a name is not replaced again.
    std::string out;
    std::size_t from = 0;
    for (auto at = html.find("{{"); at != std::string::npos; at = html.find("{{", from)) {
        const auto end = html.find("}}", at);
        if (end == std::string::npos) break;
        out.append(html, from, at - from);
        out += http::html_escape(http::find_field(values, html.substr(at + 2, end - at - 2)).value_or(""));
        from = end + 2;
    }
    return out.append(html, from, std::string::npos);
}

http::Response sign_in_page(int status, const SignInForm& form) {
    return page(status, "sign_in.html", form.language,
                {{"here", "/sign-in"},
                 {"error", form.error},
                 {"error-class", form.error.empty() ? "hidden" : "error"},
                 {"agent", form.agent},
                 {"workspace", form.workspace.empty() ? "main" : form.workspace},
                 {"workspace-class", form.several_workspaces ? "field" : "hidden"},
                 {"link", form.link},
                 {"link-class", form.link.empty() ? "link" : "link wanted"}});
}

http::Response code_page(int status, const std::string& error, Language language) {
    return page(
        status, "sign_in_code.html", language,
        {{"here", "/sign-in/code"}, {"error", error}, {"error-class", error.empty() ? "hidden" : "error"}});
}

http::Response enrol_page(int status, const EnrolForm& form) {
    return page(status, "second_factor.html", form.language,
                {{"here", "/sign-in/code"},
                 {"error", form.error},
                 {"error-class", form.error.empty() ? "hidden" : "error"},
                 {"secret", form.secret},
                 {"qr-path", form.qr_path},
                 {"qr-box", "0 0 " + std::to_string(form.qr_side) + " " + std::to_string(form.qr_side)}});
}

http::Response recovery_page(const std::vector<std::string>& codes, Language language) {
    std::string lines;
    for (const auto& code : codes) lines += code + "\n";
    return page(200, "recovery_codes.html", language, {{"codes", lines}});
}

http::Response no_console_page(const http::Request& request) {
    return page(503, "no_console.html", language_of(request), {});
}

http::Response console_page(const http::Request& request) {
    const auto found = console_files().find("index.html");
    if (found == console_files().end()) return no_console_page(request);
    const auto form = choose_form(found->second, request.headers.get("accept-encoding"));
    http::Response response;
    response.header("Content-Type", found->second.type);
    if (*form.encoding != '\0') response.header("Content-Encoding", form.encoding);
    response.header("Vary", "Accept-Encoding");
    response.header("Cache-Control", "no-store");
    response.shared_body = form.bytes;
    return response;
}

http::Response not_found_page(const http::Request& request) {
    if (request.headers.get("accept").find("text/html") == std::string_view::npos) {
        return http::Response::error(404, "not_found", "there is nothing at this address");
    }
    return page(404, "not_found.html", language_of(request), {});
}

http::SecurityPolicy page_policy() {
    http::SecurityPolicy policy;
    policy.content_security_policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; "
        "worker-src 'self'; "
        "base-uri 'none'; form-action 'self'";
    // Not no-referrer: with that, browsers call the origin of our own forms "null".
    policy.referrer_policy = "same-origin";
    return policy;
}

http::SecurityPolicy console_policy() {
    auto policy = page_policy();
    policy.content_security_policy += "; font-src 'self'";
    return policy;
}

}  // namespace guichet::gateway
