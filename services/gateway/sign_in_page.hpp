#pragma once
// The sign-in page, the console's, and the page for what is not there. Pure.
#include <string>
#include <vector>

#include "common/http/message.hpp"
#include "common/http/security_headers.hpp"
#include "services/gateway/sign_in_words.hpp"

namespace guichet::gateway {

struct SignInForm {
    std::string error;
    std::string agent;
    std::string workspace;
    // The secret of a one-time link that was not spent because the new password would not do.
    std::string link;
    bool several_workspaces = false;
    Language language = Language::en;
};
http::Response sign_in_page(int status, const SignInForm& form);

// The second step: the code of the app.
http::Response code_page(int status, const std::string& error, Language language);
// The second step of who has none yet: the app is set up.
struct EnrolForm {
    std::string error;
    std::string secret;
    // As qr.hpp makes it.
    std::string qr_path;
    int qr_side = 0;
    Language language = Language::en;
};
http::Response enrol_page(int status, const EnrolForm& form);
// Shown once.
http::Response recovery_page(const std::vector<std::string>& codes, Language language);

// 503 and what to do, from an executable that was built without the console.
http::Response no_console_page(const http::Request& request);
// The console's one page, else that.
http::Response console_page(const http::Request& request);

http::Response not_found_page(const http::Request& request);

// Replaces {{name}} by its escaped value.
std::string fill(std::string html, const http::Fields& values);

// What a page of ours may load: its own script and style, calls to where it came from.
http::SecurityPolicy page_policy();
// The same, and its own font.
http::SecurityPolicy console_policy();

}  // namespace guichet::gateway
