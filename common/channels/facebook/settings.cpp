#include "common/channels/facebook/settings.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <vector>

#include "common/channels/files_url.hpp"
#include "common/http/text.hpp"

namespace guichet::channels::facebook {
namespace {

constexpr std::size_t kMinAppSecret = 16;
constexpr std::size_t kMinVerifyToken = 8;
constexpr std::size_t kMaxAccount = 64;

using Map = google::protobuf::Map<std::string, std::string>;

std::string value_in(const Map& map, const char* name, const char* otherwise = "") {
    const auto found = map.find(name);
    return found == map.end() || found->second.empty() ? std::string(otherwise) : found->second;
}

struct Range {
    const char* name;
    std::int64_t least;
    std::int64_t most;
};
constexpr Range kMaxCommentRange{"max_comment", 100, 63'206};
constexpr Range kMaxDirectRange{"max_direct", 100, 10'000};
constexpr Range kPullEveryRange{"pull_every", 30, 86'400};

std::optional<std::int64_t> number_in(const Map& map, const Range& range) {
    const auto text = value_in(map, range.name);
    std::int64_t number = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
    if (read.ec != std::errc() || read.ptr != text.data() + text.size()) return std::nullopt;
    if (number < range.least || number > range.most) return std::nullopt;
    return number;
}

Status wrong_setting(const std::string& name, const std::string& why) {
    return invalid("settings." + name, "settings." + name + " " + why);
}

Status wrong_secret(const std::string& name, const std::string& why) {
    return invalid("secrets." + name, "secrets." + name + " " + why);
}

bool is_account(const std::string& id) {
    return !id.empty() && id.size() <= kMaxAccount && std::all_of(id.begin(), id.end(), [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
               c == '-';
    });
}

// "v25.0"
bool is_version(std::string_view text) {
    const auto dot = text.find('.');
    if (text.empty() || text.front() != 'v' || dot == std::string_view::npos || text.size() > 8) return false;
    const auto digits = [](std::string_view part) {
        return !part.empty() &&
               std::all_of(part.begin(), part.end(), [](char c) { return c >= '0' && c <= '9'; });
    };
    return digits(text.substr(1, dot - 1)) && digits(text.substr(dot + 1));
}

Status check_graph(const Settings& settings) {
    const auto url = http::parse_url(settings.graph_url);
    if (!url || (url->scheme != "https" && url->scheme != "http") ||
        url->target.find('?') != std::string::npos) {
        return wrong_setting("graph_url", "is no https address");
    }
    // The page's token goes there.
    if (url->scheme == "http" && !settings.allow_private) {
        return wrong_setting("graph_url", "has to be https, unless allow_private is set");
    }
    if (!is_version(settings.graph_version))
        return wrong_setting("graph_version", "is no version such as v25.0");
    return {};
}

Status check_words(const Map& map) {
    for (const auto* name : {"allow_private", "human_agent"}) {
        const auto text = value_in(map, name, "false");
        if (text != "true" && text != "false") return wrong_setting(name, "is \"true\" or \"false\"");
    }
    for (const auto& range : {kMaxCommentRange, kMaxDirectRange, kPullEveryRange}) {
        if (!value_in(map, range.name).empty() && !number_in(map, range)) {
            return wrong_setting(range.name, "is a number from " + std::to_string(range.least) + " to " +
                                                 std::to_string(range.most));
        }
    }
    return {};
}

Status check_secrets(const Settings& settings) {
    if (settings.app_secret.size() < kMinAppSecret)
        return wrong_secret("app_secret", "is missing or too short");
    if (!settings.old_app_secret.empty() && settings.old_app_secret.size() < kMinAppSecret) {
        return wrong_secret("old_app_secret", "is too short");
    }
    if (settings.verify_token.size() < kMinVerifyToken) {
        return wrong_secret("verify_token",
                            "needs at least " + std::to_string(kMinVerifyToken) + " characters");
    }
    if (settings.page_token.empty()) return wrong_secret("page_token", "is missing");
    return {};
}

}  // namespace

Settings settings_of(const v1::Channel& channel) {
    const auto& map = channel.settings();
    Settings to;
    to.page.id = value_in(map, "page_id");
    to.page.name = value_in(map, "page_name");
    to.app = value_in(map, "app");
    to.graph_url = value_in(map, "graph_url", kDefaultGraph);
    while (!to.graph_url.empty() && to.graph_url.back() == '/') to.graph_url.pop_back();
    to.graph_version = value_in(map, "graph_version", kDefaultVersion);
    to.allow_private = value_in(map, "allow_private") == "true";
    to.human_agent = value_in(map, "human_agent") == "true";
    if (const auto n = number_in(map, kMaxCommentRange)) to.max_comment = static_cast<std::size_t>(*n);
    if (const auto n = number_in(map, kMaxDirectRange)) to.max_direct = static_cast<std::size_t>(*n);
    if (const auto n = number_in(map, kPullEveryRange)) to.pull_every = std::chrono::seconds(*n);
    to.app_secret = value_in(channel.secrets(), "app_secret");
    to.old_app_secret = value_in(channel.secrets(), "old_app_secret");
    to.verify_token = value_in(channel.secrets(), "verify_token");
    to.page_token = value_in(channel.secrets(), "page_token");
    return to;
}

Status check_settings(const v1::Channel& channel, bool private_allowed) {
    const auto settings = settings_of(channel);
    if (!is_account(settings.app)) return wrong_setting("app", "is missing, or not the id of a Meta app");
    if (!is_account(settings.page.id)) return wrong_setting("page_id", "is missing, or not the id of a page");
    if (auto words = check_words(channel.settings()); !words.ok()) return words;
    if (settings.allow_private && !private_allowed) {
        return invalid(
            "settings.allow_private",
            "private addresses are forbidden here: set channels.allow_private in the configuration");
    }
    if (auto graph = check_graph(settings); !graph.ok()) return graph;
    if (auto files = check_files_url(channel); !files.ok()) return files;
    return check_secrets(settings);
}

}  // namespace guichet::channels::facebook
