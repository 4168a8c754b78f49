#pragma once
// How Facebook's ids become thread keys, and back.
//
// A public conversation is one person's talk below one root comment: "<root comment>|<author>". A private one
// is the page and one person in Messenger: "dm|<page-scoped id>".
#include <string>
#include <string_view>

namespace guichet::channels::facebook {

std::string comment_thread(std::string_view root, std::string_view author);
std::string direct_thread(std::string_view person);

bool is_direct_thread(std::string_view thread);
// The person of a direct thread; "" of any other.
std::string person_of(std::string_view thread);
// The root comment of a public thread; "" of any other.
std::string root_of(std::string_view thread);

// Who wrote a comment whose author Meta does not tell (it leaves `from` out without the permission for it).
std::string unknown_author(std::string_view comment);

// May stand in the path of a call: letters, digits, and _ - : = . $, but not dots alone.
bool is_graph_id(std::string_view id);

}  // namespace guichet::channels::facebook
