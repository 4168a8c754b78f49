#include "services/gateway/sign_in_form.hpp"

#include <algorithm>

#include "common/rpc/status_map.hpp"

namespace guichet::gateway {

SignInForm blank_form(const http::Request& request) {
    SignInForm form;
    form.language = language_of(request);
    return form;
}

Status foreign_form() {
    return make_status(Code::permission_denied,
                       "this form was sent from another site: open this page and try again", "foreign_form");
}

http::Fields form_of(const http::Request& request) {
    auto fields = http::parse_urlencoded(request.body, 20);
    return fields ? std::move(*fields) : http::Fields{};
}

std::string value_of(const http::Fields& fields, std::string_view name) {
    return http::find_field(fields, name).value_or("");
}

Status too_many_attempts(std::int64_t wait_ms) {
    const auto minutes = std::max<std::int64_t>(1, (wait_ms + 59'999) / 60'000);
    auto status =
        make_status(Code::resource_exhausted, "too many attempts: try again in " + std::to_string(minutes) +
                                                  " minutes, or ask for a link");
    status.reason = "too_many_attempts";
    status.retry_after_s = static_cast<int>((wait_ms + 999) / 1000);
    return status;
}

http::Response failed(const Status& status, SignInForm form) {
    form.error = wrong_in(form.language, status);
    auto response = sign_in_page(rpc::http_status(status.code), form);
    if (status.retry_after_s > 0) response.header("Retry-After", std::to_string(status.retry_after_s));
    return response;
}

http::Response too_often(std::int64_t wait_ms, SignInForm form) {
    return failed(too_many_attempts(wait_ms), std::move(form));
}

}  // namespace guichet::gateway
