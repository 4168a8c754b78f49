#include "common/http/message.hpp"

#include <algorithm>

namespace guichet::http {

std::string_view to_string(Method method) {
    switch (method) {
        case Method::get:
            return "GET";
        case Method::head:
            return "HEAD";
        case Method::post:
            return "POST";
        case Method::put:
            return "PUT";
        case Method::patch:
            return "PATCH";
        case Method::del:
            return "DELETE";
        case Method::options:
            return "OPTIONS";
        case Method::other:
            break;
    }
    return "";
}

Method method_from(std::string_view name) {
    for (Method method : {Method::get, Method::post, Method::head, Method::put, Method::patch, Method::del,
                          Method::options}) {
        if (name == to_string(method)) return method;
    }
    return Method::other;
}

std::string_view Request::query() const {
    const auto at = target.find('?');
    return at == std::string::npos ? std::string_view{} : std::string_view(target).substr(at + 1);
}

std::string_view Request::param(std::string_view name) const {
    for (const auto& [key, value] : params) {
        if (key == name) return value;
    }
    return {};
}

std::optional<std::string> Request::query_param(std::string_view name) const {
    return find_field(query_params(), name);
}

Fields Request::query_params() const {
    Fields out;
    for (std::string_view piece : split(query(), '&')) {
        auto fields = parse_urlencoded(piece, 1);
        if (fields && !fields->empty()) out.push_back(std::move(fields->front()));
    }
    return out;
}

std::optional<std::string_view> Request::cookie(std::string_view name) const {
    for (std::size_t i = 0; i < headers.size(); ++i) {
        const auto [field, value] = headers.at(i);
        if (!iequals(field, "cookie")) continue;
        if (auto found = find_cookie(value, name)) return found;
    }
    return std::nullopt;
}

std::optional<std::string_view> Request::bearer() const {
    const std::string_view value = headers.get("authorization");
    if (value.size() < 8 || !iequals(value.substr(0, 7), "bearer ")) return std::nullopt;
    const std::string_view token = trim(value.substr(7));
    if (token.empty()) return std::nullopt;
    return token;
}

std::string Request::media_type() const {
    const std::string_view value = headers.get("content-type");
    std::string out(trim(value.substr(0, value.find(';'))));
    for (char& c : out) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
    return out;
}

Response& Response::header(std::string_view name, std::string_view value) {
    headers.set(name, value);
    return *this;
}

Response& Response::cookie(const SetCookie& cookie) {
    headers.add("Set-Cookie", to_header(cookie));
    return *this;
}

namespace {

Response with_body(int status, std::string_view type, std::string body) {
    Response response;
    response.status = status;
    response.headers.reserve(8, 512);
    response.headers.add("Content-Type", type);
    response.body = std::move(body);
    return response;
}

}  // namespace

Response Response::empty(int status) {
    Response response;
    response.status = status;
    return response;
}

Response Response::text(int status, std::string body) {
    return with_body(status, "text/plain; charset=utf-8", std::move(body));
}

Response Response::html(int status, std::string body) {
    return with_body(status, "text/html; charset=utf-8", std::move(body));
}

Response Response::json(int status, std::string body) {
    return with_body(status, "application/json", std::move(body));
}

Response Response::error(int status, std::string_view code, std::string_view message) {
    return json(status, "{\"code\":" + json_quote(code) + ",\"message\":" + json_quote(message) + "}");
}

Response Response::redirect(std::string_view location, int status) {
    Response response;
    response.status = status;
    response.headers.add("Location", location);
    return response;
}

std::string_view reason_phrase(int status) {
    switch (status) {
        case 100:
            return "Continue";
        case 101:
            return "Switching Protocols";
        case 200:
            return "OK";
        case 201:
            return "Created";
        case 202:
            return "Accepted";
        case 204:
            return "No Content";
        case 206:
            return "Partial Content";
        case 301:
            return "Moved Permanently";
        case 302:
            return "Found";
        case 303:
            return "See Other";
        case 304:
            return "Not Modified";
        case 307:
            return "Temporary Redirect";
        case 308:
            return "Permanent Redirect";
        case 400:
            return "Bad Request";
        case 401:
            return "Unauthorized";
        case 403:
            return "Forbidden";
        case 404:
            return "Not Found";
        case 405:
            return "Method Not Allowed";
        case 408:
            return "Request Timeout";
        case 409:
            return "Conflict";
        case 410:
            return "Gone";
        case 412:
            return "Precondition Failed";
        case 413:
            return "Content Too Large";
        case 415:
            return "Unsupported Media Type";
        case 416:
            return "Range Not Satisfiable";
        case 417:
            return "Expectation Failed";
        case 422:
            return "Unprocessable Content";
        case 426:
            return "Upgrade Required";
        case 429:
            return "Too Many Requests";
        case 431:
            return "Request Header Fields Too Large";
        case 499:
            return "Client Closed Request";
        case 500:
            return "Internal Server Error";
        case 501:
            return "Not Implemented";
        case 502:
            return "Bad Gateway";
        case 503:
            return "Service Unavailable";
        case 504:
            return "Gateway Timeout";
        case 505:
            return "HTTP Version Not Supported";
        default:
            return "";
    }
}

}  // namespace guichet::http
