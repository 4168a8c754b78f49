#include "services/gateway/assets.hpp"

#include <memory>

#include "common/core/bytes.hpp"
#include "services/gateway/console_pack.hpp"

namespace guichet::gateway {
namespace {

struct Asset {
    std::shared_ptr<const std::string> content;
    std::string hash;
    const char* type;
};

const char* type_of(const std::string& name) {
    if (name.ends_with(".js")) return "text/javascript; charset=utf-8";
    if (name.ends_with(".css")) return "text/css; charset=utf-8";
    if (name.ends_with(".svg")) return "image/svg+xml";
    return "";
}

const std::map<std::string, Asset>& assets() {
    static const auto kAssets = [] {
        std::map<std::string, Asset> made;
        for (const auto& [name, content] : asset_files()) {
            const char* type = type_of(name);
            if (*type == '\0') continue;
            made[name] = {std::make_shared<const std::string>(content), hex(sha256(content)).substr(0, 16),
                          type};
        }
        return made;
    }();
    return kAssets;
}

constexpr char kForEver[] = "public, max-age=31536000, immutable";

// Vite puts the hash of the content into the name.
http::Response console_file(const http::Request& request, const ConsoleFile& file) {
    const auto form = choose_form(file, request.headers.get("accept-encoding"));
    const auto tag = "\"" + file.hash + form.encoding + "\"";
    http::Response response;
    if (request.headers.get("if-none-match") == tag) {
        response.status = 304;
    } else {
        response.header("Content-Type", file.type);
        if (*form.encoding != '\0') response.header("Content-Encoding", form.encoding);
        response.shared_body = form.bytes;
    }
    response.header("ETag", tag);
    response.header("Vary", "Accept-Encoding");
    response.header("Cache-Control", kForEver);
    return response;
}

boost::asio::awaitable<http::Response> serve(http::Request request) {
    const auto built = console_files().find(request.param("name"));
    // Pages are no files: they come with their policy.
    if (built != console_files().end() && !built->first.ends_with(".html")) {
        co_return console_file(request, built->second);
    }
    const auto found = assets().find(std::string(request.param("name")));
    if (found == assets().end()) {
        co_return http::Response::error(404, "not_found", "there is no such file");
    }
    const auto& asset = found->second;
    const auto tag = "\"" + asset.hash + "\"";
    http::Response response;
    if (request.headers.get("if-none-match") == tag) {
        response.status = 304;
    } else {
        response.header("Content-Type", asset.type);
        response.shared_body = asset.content;
    }
    response.header("ETag", tag);
    const bool exact = request.query_param("v") == asset.hash;
    response.header("Cache-Control", exact ? kForEver : "no-cache");
    co_return response;
}

}  // namespace

std::string asset_url(const std::string& name) {
    return "/static/" + name + "?v=" + assets().at(name).hash;
}

std::string with_assets(std::string html) {
    constexpr std::string_view kOpen = "{{asset:";
    for (auto at = html.find(kOpen); at != std::string::npos; at = html.find(kOpen, at)) {
        const auto end = html.find("}}", at);
        const auto name = html.substr(at + kOpen.size(), end - at - kOpen.size());
        html.replace(at, end + 2 - at, asset_url(name));
    }
    return html;
}

void mount_assets(http::Router& router) {
    router.get("/static/{name}", serve);
}

}  // namespace guichet::gateway
