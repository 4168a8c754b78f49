#include "services/gateway/attachment_answer.hpp"

#include "common/http/filename.hpp"

namespace guichet::gateway {
namespace {

using namespace std::string_view_literals;

std::string_view without_parameters(std::string_view media_type) {
    return http::trim(media_type.substr(0, media_type.find(';')));
}

}  // namespace

Showing showing_of(std::string_view media_type, std::string_view start) {
    if (start.starts_with("\x89PNG\r\n\x1a\n"sv)) return {"image/png", true, ".png"};
    if (start.starts_with("\xff\xd8\xff"sv)) return {"image/jpeg", true, ".jpg"};
    if (start.starts_with("GIF87a"sv) || start.starts_with("GIF89a"sv)) return {"image/gif", true, ".gif"};
    if (start.starts_with("RIFF"sv) && start.substr(0, 12).ends_with("WEBP"sv)) {
        return {"image/webp", true, ".webp"};
    }
    if (start.starts_with("%PDF-"sv)) return {"application/pdf", false, ".pdf"};
    if (http::iequals(without_parameters(media_type), "text/plain")) {
        return {"text/plain; charset=utf-8", true, ".txt"};
    }
    return {"application/octet-stream", false, ""};
}

http::Response attachment_head(std::string_view name, std::string_view media_type, std::string_view start) {
    const auto showing = showing_of(media_type, start);
    auto file = http::harmless_filename(name);
    if (file.empty()) file = "file";
    if (file.find('.') == std::string::npos) file += showing.ending;
    http::Response response;
    response.header("Content-Type", showing.content_type);
    response.header("Content-Disposition",
                    http::content_disposition(showing.in_place ? "inline" : "attachment", file));
    response.header("Cache-Control", "private, max-age=300");
    // Who signs in after somebody else asks again.
    response.header("Vary", "Cookie, Authorization");
    response.header("Cross-Origin-Resource-Policy", "same-origin");
    return response;
}

http::SecurityPolicy attachment_policy() {
    http::SecurityPolicy policy;
    policy.content_security_policy = "default-src 'none'; sandbox; base-uri 'none'; form-action 'none'";
    return policy;
}

}  // namespace guichet::gateway
