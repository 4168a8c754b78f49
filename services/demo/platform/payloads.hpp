#pragma once
// Webhook bodies as Meta writes them: feed changes and messaging events of a page, signed over escaped bytes.
// Source: Graph API "Webhooks reference: Page", Messenger Platform "Webhook events".
#include <string>
#include <vector>

#include <boost/json.hpp>

#include "common/http/headers.hpp"
#include "services/demo/platform/page.hpp"

namespace guichet::stand_in {

inline constexpr char kHubSignature[] = "X-Hub-Signature-256";
// Updates of one POST, at most.
inline constexpr std::size_t kMaxUpdates = 1'000;

struct Webhook {
    std::string body;
    http::Headers headers;
};

json::object post_entry(const PageOptions& page, const Post& post);
// `verb`: add, edited, remove, hide, unhide.
json::object comment_entry(const PageOptions& page, const Comment& comment, const std::string& author_name,
                           const char* verb, TimeMs now);
// An echo where the page wrote it.
json::object message_entry(const PageOptions& page, const Direct& direct, const std::string& reply_to);
json::object message_edit_entry(const PageOptions& page, const Direct& direct, TimeMs now);
json::object message_removed_entry(const PageOptions& page, const Direct& direct, TimeMs now);

// Non-ASCII as \uXXXX, '/' as \/: the bytes that are signed.
std::string meta_json(const json::value& value);
Webhook pack(const std::vector<json::object>& entries, const std::string& app_secret);
Webhook sign(std::string body, const std::string& app_secret);

}  // namespace guichet::stand_in
