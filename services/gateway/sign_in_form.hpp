#pragma once
// What the forms of signing in share: what was sent, and the page that says what is wrong. Pure.
#include <cstdint>
#include <string>

#include "common/core/status.hpp"
#include "services/gateway/sign_in_page.hpp"

namespace guichet::gateway {

// Nothing typed yet, in the language of who asks.
SignInForm blank_form(const http::Request& request);
Status foreign_form();

http::Fields form_of(const http::Request& request);
std::string value_of(const http::Fields& fields, std::string_view name);

// The status of a refusal after too many attempts.
Status too_many_attempts(std::int64_t wait_ms);
// The sign-in page with what is wrong.
http::Response failed(const Status& status, SignInForm form);
http::Response too_often(std::int64_t wait_ms, SignInForm form);

}  // namespace guichet::gateway
