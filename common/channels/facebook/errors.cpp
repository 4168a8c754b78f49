#include "common/channels/facebook/errors.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>

#include "common/channels/facebook/json_fields.hpp"
#include "common/channels/facebook/usage.hpp"
#include "common/core/bytes.hpp"

namespace guichet::channels::facebook {
namespace {

using Kind = channels::Outcome::Kind;

constexpr std::int64_t kLongestWait = 24 * 3600;
constexpr std::size_t kMaxWords = 300;
constexpr std::size_t kMaxReturnedId = 512;

enum class Meaning {
    retry,
    sign_in,
    permission,
    window_closed,
    unreachable,
    private_reply_before,
    private_reply_refused,
    other
};

bool is_busy(int code) {
    constexpr std::array kBusy = {1, 2, 4, 17, 32, 613};
    return std::find(kBusy.begin(), kBusy.end(), code) != kBusy.end() || (code >= 80001 && code <= 80014);
}

Meaning meaning_of(const GraphError& error, int status) {
    if (error.subcode == 2018278 || error.subcode == 2534022) return Meaning::window_closed;
    if (error.code == 10900) return Meaning::private_reply_before;
    if (error.code == 10903) return Meaning::private_reply_refused;
    if (error.code == 190 || error.code == 102) return Meaning::sign_in;
    // No such person, and persons who do not take messages.
    constexpr std::array kNobody = {1545041, 2018001, 2018108};
    if (error.code == 551 || std::find(kNobody.begin(), kNobody.end(), error.subcode) != kNobody.end()) {
        return Meaning::unreachable;
    }
    if (is_permission_error(error)) return Meaning::permission;
    if (is_busy(error.code) || error.transient || status == 429 || status >= 500) return Meaning::retry;
    return Meaning::other;
}

std::string in_words(const GraphError& error) {
    auto words = "Facebook says: " + truncate_utf8(one_line(error.message), kMaxWords) + " (code " +
                 std::to_string(error.code);
    if (error.subcode != 0) words += "/" + std::to_string(error.subcode);
    return words + ")";
}

channels::Outcome ending(Kind kind, std::string error, bool route_closed = false) {
    channels::Outcome made;
    made.kind = kind;
    made.error = std::move(error);
    made.route_closed = route_closed;
    return made;
}

channels::Outcome of_error(const GraphError& error, const http::ClientResult& result, TimeMs now) {
    const auto words = in_words(error);
    switch (meaning_of(error, result.status)) {
        case Meaning::retry: {
            auto again = ending(Kind::retry, words);
            again.after = wait_of(result.headers, now);
            return again;
        }
        case Meaning::sign_in:
            return ending(Kind::reauth, words + ": make a new page token and set secrets.page_token");
        case Meaning::permission:
            return ending(Kind::reauth, words + ": give the app the permissions that the README lists");
        case Meaning::window_closed:
            return ending(Kind::permanent, words + ": the time to answer in Messenger is over", true);
        case Meaning::unreachable:
            return ending(Kind::permanent, words + ": this person takes no messages of the page", true);
        case Meaning::private_reply_before:
            return ending(Kind::duplicate, words);
        case Meaning::private_reply_refused:
            return ending(Kind::permanent, words + ": this comment takes no private reply", true);
        case Meaning::other:
            break;
    }
    return ending(Kind::permanent, words);
}

channels::Outcome of_success(const http::ClientResult& result, Expect expect) {
    channels::Outcome sent;
    const auto root = read_object(result.body);
    if (expect == Expect::success) {
        const auto* said = root ? root->get_object().if_contains("success") : nullptr;
        if (said && said->is_bool() && !said->get_bool()) {
            return ending(Kind::permanent, "Facebook did not do it, and does not say why");
        }
        return sent;
    }
    if (root) {
        const auto& body = root->get_object();
        sent.external_id = text_in(body, "message_id");
        if (sent.external_id.empty()) sent.external_id = text_in(body, "id");
        sent.external_id = truncate_utf8(sent.external_id, kMaxReturnedId);
        sent.recipient = truncate_utf8(text_in(body, "recipient_id"), kMaxReturnedId);
    }
    if (sent.external_id.empty() || result.truncated) {
        return ending(Kind::ambiguous, "Facebook's answer holds no id: it may be published or not");
    }
    return sent;
}

}  // namespace

std::optional<GraphError> graph_error(const std::string& body) {
    const auto root = read_object(body);
    if (!root) return std::nullopt;
    const auto* found = object_in(root->get_object(), "error");
    if (!found) return std::nullopt;
    GraphError error;
    error.code = static_cast<int>(std::clamp<std::int64_t>(integer_in(*found, "code"), -1, 1'000'000'000));
    error.subcode =
        static_cast<int>(std::clamp<std::int64_t>(integer_in(*found, "error_subcode"), 0, 1'000'000'000));
    error.message = text_in(*found, "message");
    error.transient = flag_in(*found, "is_transient");
    return error;
}

bool is_permission_error(const GraphError& error) {
    return error.code == 3 || error.code == 10 || (error.code >= 200 && error.code <= 299);
}

channels::Outcome outcome_of(const http::ClientResult& result, TimeMs now, Expect expect) {
    if (result.outcome == http::Outcome::ambiguous) {
        return ending(Kind::ambiguous, "no whole answer came from Facebook: " + result.error.message);
    }
    if (result.outcome == http::Outcome::not_sent) {
        // An address that must not be reached, or one that is none, will be so again.
        const bool hopeless =
            result.error.code == Code::permission_denied || result.error.code == Code::invalid_argument;
        return ending(hopeless ? Kind::permanent : Kind::retry, "not sent: " + result.error.message);
    }
    if (const auto error = graph_error(result.body)) return of_error(*error, result, now);
    const auto words = "Facebook answered " + std::to_string(result.status);
    if (result.status >= 200 && result.status < 300) return of_success(result, expect);
    if (result.status >= 500) return ending(Kind::ambiguous, words + " without a reason");
    if (result.status == 408 || result.status == 425 || result.status == 429) {
        auto again = ending(Kind::retry, words);
        again.after = wait_of(result.headers, now);
        return again;
    }
    if (result.status == 401) return ending(Kind::reauth, words + ": set a new secrets.page_token");
    return ending(Kind::permanent, words + " without a reason");
}

std::optional<TimeMs> http_date(std::string_view text) {
    static constexpr std::string_view kMonths = "JanFebMarAprMayJunJulAugSepOctNovDec";
    const std::string copy(text.substr(0, 64));
    std::array<char, 4> month{};
    int day = 0, year = 0, hour = 0, minute = 0, second = 0, used = 0;
    // NOLINTNEXTLINE(cert-err34-c): every field has its width, and `used` tells that all of it was read.
    if (std::sscanf(copy.c_str(), "%*3[A-Za-z], %2d %3[A-Za-z] %4d %2d:%2d:%2d GMT%n", &day, month.data(),
                    &year, &hour, &minute, &second, &used) != 6 ||
        used != static_cast<int>(copy.size())) {
        return std::nullopt;
    }
    const auto at = kMonths.find(month.data());
    if (at == std::string_view::npos || at % 3 != 0 || std::string_view(month.data()).size() != 3) {
        return std::nullopt;
    }
    std::array<char, 32> iso{};
    std::snprintf(iso.data(), iso.size(), "%04d-%02d-%02dT%02d:%02d:%02dZ", year,
                  static_cast<int>(at / 3 + 1), day, hour, minute, second);
    json::object holder;
    holder["at"] = iso.data();
    const auto time = time_in(holder, "at");
    return time > 0 ? std::optional(time) : std::nullopt;
}

std::optional<std::chrono::milliseconds> wait_of(const http::Headers& headers, TimeMs now) {
    using std::chrono::milliseconds;
    const auto text = headers.get("retry-after");
    std::int64_t seconds = 0;
    const auto* end = text.data() + text.size();
    const auto parsed = std::from_chars(text.data(), end, seconds);
    if (!text.empty() && parsed.ec == std::errc() && parsed.ptr == end && seconds >= 0) {
        return std::chrono::seconds(std::min(seconds, kLongestWait));
    }
    if (const auto date = http_date(text)) {
        return milliseconds(std::clamp<std::int64_t>(*date - now, 0, kLongestWait * 1000));
    }
    const auto regain = time_to_regain(headers);
    if (regain.count() == 0) return std::nullopt;
    return std::min<milliseconds>(regain, std::chrono::seconds(kLongestWait));
}

Status status_of(const channels::Outcome& outcome) {
    switch (outcome.kind) {
        case Kind::sent:
        case Kind::duplicate:
            return {};
        case Kind::reauth:
            return make_status(Code::unauthenticated, outcome.error);
        case Kind::permanent:
            return make_status(Code::failed_precondition, outcome.error);
        case Kind::retry:
        case Kind::ambiguous:
            break;
    }
    const auto wait = outcome.after ? std::chrono::ceil<std::chrono::seconds>(*outcome.after).count() : 1;
    return unavailable(outcome.error, static_cast<int>(std::clamp<std::int64_t>(wait, 1, kLongestWait)));
}

}  // namespace guichet::channels::facebook
