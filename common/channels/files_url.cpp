#include "common/channels/files_url.hpp"

#include <algorithm>
#include <optional>
#include <string_view>

#include "common/http/text.hpp"

namespace guichet::channels {
namespace {

constexpr char kName[] = "files_url";

std::string setting(const v1::Channel& channel, const char* name) {
    const auto found = channel.settings().find(name);
    return found == channel.settings().end() ? std::string() : found->second;
}

std::string_view path_of(const http::UrlParts& url) {
    return std::string_view(url.target).substr(0, url.target.find('?'));
}

// Servers read more than one way out of a folder, and some decode twice.
bool leads_out(std::string_view path) {
    std::string lower(path);
    std::transform(lower.begin(), lower.end(), lower.begin(),
                   [](char c) { return static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c); });
    for (const char* way : {"..", "\\", "%2e", "%2f", "%5c", "%25"}) {
        if (lower.find(way) != std::string::npos) return true;
    }
    return false;
}

std::optional<http::UrlParts> folder_of(const v1::Channel& channel) {
    const auto parts = http::parse_url(setting(channel, kName));
    if (!parts || (parts->scheme != "http" && parts->scheme != "https")) return std::nullopt;
    if (parts->target.find('?') != std::string::npos || parts->target.back() != '/') return std::nullopt;
    if (leads_out(parts->target)) return std::nullopt;
    return *parts;
}

}  // namespace

Status check_files_url(const v1::Channel& channel) {
    if (setting(channel, kName).empty() || folder_of(channel)) return {};
    return invalid("settings.files_url",
                   "settings.files_url is no address of a folder such as http://10.0.0.5:8080/files/");
}

bool is_private_file(const v1::Channel& channel, const std::string& url) {
    if (setting(channel, "allow_private") != "true") return false;
    const auto folder = folder_of(channel);
    const auto wanted = http::parse_url(url);
    if (!folder || !wanted || wanted->scheme != folder->scheme || wanted->authority() != folder->authority())
        return false;
    const auto path = path_of(*wanted);
    return path.starts_with(folder->target) && !leads_out(path);
}

}  // namespace guichet::channels
