#pragma once
// How a browser is given a file that a stranger sent. Pure.
#include <string>
#include <string_view>

#include "common/http/message.hpp"
#include "common/http/security_headers.hpp"

namespace guichet::gateway {

struct Showing {
    // What the browser is told it is; never markup, never a script.
    std::string content_type;
    // May be shown in place; else it is saved.
    bool in_place = false;
    // For a name without one: ".png"; "" where the kind has none.
    std::string ending;
};

// By its first bytes (16 suffice); `media_type`, which the sender told, decides about plain text only.
Showing showing_of(std::string_view media_type, std::string_view start);

// The head of the answer, without body.
http::Response attachment_head(std::string_view name, std::string_view media_type, std::string_view start);

// Nothing in a file may load, run or be framed.
http::SecurityPolicy attachment_policy();

}  // namespace guichet::gateway
