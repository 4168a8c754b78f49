#include "common/channels/facebook/ids.hpp"

#include <algorithm>

namespace guichet::channels::facebook {
namespace {

constexpr std::string_view kDirect = "dm|";
constexpr std::size_t kMaxGraphId = 512;

bool may_be_in_id(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           std::string_view("_-:=.$").find(c) != std::string_view::npos;
}

}  // namespace

std::string comment_thread(std::string_view root, std::string_view author) {
    return std::string(root).append("|").append(author);
}

std::string direct_thread(std::string_view person) {
    return std::string(kDirect).append(person);
}

bool is_direct_thread(std::string_view thread) {
    return thread.substr(0, kDirect.size()) == kDirect;
}

std::string person_of(std::string_view thread) {
    return is_direct_thread(thread) ? std::string(thread.substr(kDirect.size())) : std::string();
}

std::string root_of(std::string_view thread) {
    const auto bar = thread.find('|');
    if (bar == std::string_view::npos || is_direct_thread(thread)) return {};
    return std::string(thread.substr(0, bar));
}

std::string unknown_author(std::string_view comment) {
    return std::string("unknown:").append(comment);
}

bool is_graph_id(std::string_view id) {
    return !id.empty() && id.size() <= kMaxGraphId && std::all_of(id.begin(), id.end(), may_be_in_id) &&
           id.find_first_not_of('.') != std::string_view::npos;
}

}  // namespace guichet::channels::facebook
