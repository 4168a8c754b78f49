#include "common/channels/mail/oauth.hpp"

#include <algorithm>

#include <boost/json.hpp>

#include "common/core/bytes.hpp"
#include "common/http/text.hpp"

namespace guichet::channels::mail {
namespace {

constexpr std::chrono::milliseconds kTokenLimit{15'000};
constexpr std::size_t kMaxTokenAnswer = 64 * 1024;
constexpr std::size_t kMaxTokenBytes = 16 * 1024;
constexpr std::size_t kMaxKeptTokens = 1'000;
// Before its end a token is not used any more; where no end is told it is used for so long.
constexpr std::chrono::seconds kTokenMargin{60};
constexpr std::chrono::minutes kUntoldLife{10};
constexpr std::chrono::hours kLongestLife{24};

std::string field_of(const boost::json::object& in, const char* name) {
    const auto* value = in.if_contains(name);
    return value && value->is_string() ? std::string(value->get_string()) : std::string();
}

std::int64_t seconds_of(const boost::json::object& in) {
    const auto* value = in.if_contains("expires_in");
    // Some give it as text.
    if (value && value->is_string()) return std::atoll(std::string(value->get_string()).c_str());
    return value && value->is_int64() ? value->get_int64() : 0;
}

// One of RFC 6749's error codes, in our words: the endpoint's own may hold anything.
std::string error_code(const boost::json::object& in) {
    auto code = field_of(in, "error");
    const bool plain = std::all_of(code.begin(), code.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
    });
    return code.empty() || code.size() > 60 || !plain ? "no reason given" : code;
}

std::string key_of(const Grant& grant) {
    return sha256(grant.token_url + '\0' + grant.client_id + '\0' + grant.scope + '\0' + grant.refresh_token);
}

bool one_word(const std::string& token) {
    return !token.empty() && token.size() <= kMaxTokenBytes &&
           std::all_of(token.begin(), token.end(), [](unsigned char c) { return c > 0x20 && c < 0x7f; });
}

}  // namespace

std::string xoauth2_words(const std::string& user, const std::string& token) {
    return "user=" + user + "\x01" + "auth=Bearer " + token + "\x01\x01";
}

Result<TokenAnswer> read_token_answer(int status, const std::string& body) {
    if (status == 408 || status == 429 || status >= 500)
        return unavailable("the token endpoint answered " + std::to_string(status) + ": it is tried again");
    boost::json::error_code ec;
    const auto root = boost::json::parse(body, ec);
    const boost::json::object nothing;
    const auto& answer = !ec && root.is_object() ? root.get_object() : nothing;
    if (status != 200)
        return make_status(Code::unauthenticated,
                           "the token endpoint answered " + std::to_string(status) + " (" +
                               error_code(answer) +
                               "): sign in at the provider anew, and set secrets.refresh_token");
    TokenAnswer out{field_of(answer, "access_token"), seconds_of(answer), field_of(answer, "refresh_token")};
    if (!one_word(out.access_token))
        return make_status(
            Code::failed_precondition,
            "the token endpoint answered without an access token: is settings.token_url right?");
    return out;
}

asio::awaitable<Result<TokenAnswer>> Tokens::ask(Server server, std::string refresh_token) {
    const auto& grant = *server.grant;
    auto* client = server.allow_private ? anywhere_ : outside_;
    if (!client)
        co_return make_status(Code::failed_precondition,
                              "the token endpoint cannot be reached: private addresses are forbidden here, "
                              "set channels.allow_private");
    http::Fields fields{{"grant_type", "refresh_token"},
                        {"refresh_token", std::move(refresh_token)},
                        {"client_id", grant.client_id}};
    if (!grant.client_secret.empty()) fields.emplace_back("client_secret", grant.client_secret);
    if (!grant.scope.empty()) fields.emplace_back("scope", grant.scope);
    http::ClientRequest request;
    request.method = http::Method::post;
    request.url = grant.token_url;
    request.headers.add("Content-Type", "application/x-www-form-urlencoded");
    request.headers.add("Accept", "application/json");
    request.body = http::to_urlencoded(fields);
    request.max_response_bytes = kMaxTokenAnswer;
    auto result = co_await client->request(std::move(request), kTokenLimit);
    if (result.outcome != http::Outcome::response) {
        auto why = result.error;
        why.message = "the token endpoint did not answer: " + why.message;
        co_return why;
    }
    co_return read_token_answer(result.status, result.body);
}

void Tokens::keep(const std::string& key, TokenAnswer answer) {
    std::chrono::nanoseconds life = kUntoldLife;
    if (answer.seconds > 0)
        life = std::min<std::chrono::nanoseconds>(std::chrono::seconds(answer.seconds), kLongestLife);
    if (kept_.size() >= kMaxKeptTokens && !kept_.contains(key)) kept_.clear();
    auto& kept = kept_[key];
    kept.access_token = std::move(answer.access_token);
    kept.until = clock_.steady() + std::max<std::chrono::nanoseconds>(life - kTokenMargin, life / 2);
    if (one_word(answer.refresh_token)) kept.refresh_token = std::move(answer.refresh_token);
}

asio::awaitable<Status> Tokens::prepare(Server& server) {
    if (!server.grant) co_return Status{};
    const auto grant = *server.grant;
    server.token = grant.access_token;
    if (grant.refresh_token.empty()) co_return Status{};
    const auto key = key_of(grant);
    auto refresh_token = grant.refresh_token;
    if (const auto found = kept_.find(key); found != kept_.end()) {
        server.token = found->second.access_token;
        if (!server.token.empty() && clock_.steady() < found->second.until) co_return Status{};
        if (!found->second.refresh_token.empty()) refresh_token = found->second.refresh_token;
    }
    auto answer = co_await ask(server, std::move(refresh_token));
    if (!answer) {
        // The next try is with the channel's own.
        if (answer.error().code == Code::unauthenticated) kept_.erase(key);
        co_return answer.error();
    }
    server.token = answer->access_token;
    keep(key, std::move(*answer));
    co_return Status{};
}

bool Tokens::forget(const Server& server) {
    if (!server.grant || server.grant->refresh_token.empty()) return false;
    const auto found = kept_.find(key_of(*server.grant));
    if (found == kept_.end()) return false;
    // Another one may have been fetched meanwhile.
    if (found->second.access_token == server.token) found->second.access_token.clear();
    return true;
}

}  // namespace guichet::channels::mail
