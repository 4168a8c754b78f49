#pragma once
// The frame of every customer's page. Pure.
#include <string>
#include <vector>

#include "common/http/message.hpp"
#include "services/ingest/web/html.hpp"
#include "services/ingest/web/texts.hpp"

namespace guichet::ingest::web {

struct Frame {
    Language language = Language::en;
    std::string title;
    std::string brand;
    // Inside another site's page: no head of our own.
    bool embed = false;
    // Where the language switch leads: this and "lang=nl".
    std::string switch_base;
    // Adds the script that fetches new messages.
    bool live = false;
    bool wide = false;
};

// A whole document.
std::string render_page(const Frame& frame, const Html& body);

// With the headers that every such page has: no caching, no index, content security policy.
// `frame_ancestors`: who may embed it ("'none'" for nobody).
http::Response page_response(int status, std::string html, const std::string& frame_ancestors = "'none'",
                             const std::string& referrer_policy = "same-origin");

// "This link no longer works" and its like.
std::string render_notice(const Frame& frame, const char* title, const char* text);

// Button, label and so on in the shape that the style sheet knows.
Html submit_button(const char* label);
Html hidden_input(const char* name, const std::string& value);
// Nobody sees or reaches it; whoever fills it in is a robot.
Html trap(const Texts& texts);

// Served below /f/assets/: the name carries a digest, so that browsers may keep it for ever.
struct Asset {
    std::string path;
    std::string content_type;
    std::string bytes;
};
const Asset& style_sheet();
const Asset& live_script();

}  // namespace guichet::ingest::web
