#include "common/access/credentials.hpp"

#include "common/access/stored_names.hpp"
#include "common/core/bytes.hpp"
#include "common/store/records.hpp"

namespace guichet::access {
namespace {

const WorkspaceId& system_workspace() {
    static const WorkspaceId kId{kSystemWorkspace};
    return kId;
}

store::By by_system(std::string actor) {
    return {system_workspace(), std::move(actor), {}, "*"};
}

Status bad_credential() {
    return make_status(Code::unauthenticated, "the credential is unknown, expired or revoked: sign in again",
                       "bad_credential");
}

Status bad_link() {
    return make_status(Code::not_found, "this link is unknown, used or expired: ask for a new one",
                       "bad_link");
}

constexpr TimeMs kBetweenNotes = 5 * 60 * 1000;
// Tokens, and those whose use one process remembers to have noted.
constexpr std::int64_t kMostTokens = 100'000;
constexpr std::size_t kMostNoted = 10'000;

store::Milliseconds until(std::int64_t expires_at, TimeMs now) {
    return store::Milliseconds(std::max<std::int64_t>(1, expires_at - now));
}

}  // namespace

std::string make_secret(const char* prefix, Random& random) {
    return prefix + random.token(32);
}

std::string fingerprint(const std::string& secret) {
    return hex(sha256(secret));
}

asio::awaitable<Result<std::string>> Credentials::create_token(std::string actor,
                                                               records::TokenRecord& record) {
    auto secret = make_secret("gt_", random_);
    if (record.token().id().empty()) record.mutable_token()->set_id(make_ulid(clock_.now(), random_));
    store::set_time(record.mutable_token()->mutable_created_at(), clock_.now());
    auto by = by_system(std::move(actor));
    auto put = co_await store_.put_document(by, kToken, fingerprint(secret), 0, record.SerializeAsString(),
                                            kMostTokens);
    if (!put) co_return put.error();
    co_return secret;
}

asio::awaitable<Result<records::TokenRecord>> Credentials::token(std::string secret) {
    auto found = co_await store_.document(system_workspace(), kToken, fingerprint(secret));
    if (!found) co_return found.error();
    records::TokenRecord record;
    if (!*found || !record.ParseFromString((*found)->bytes) || record.token().revoked())
        co_return bad_credential();
    if (record.token().has_expires_at() && store::to_ms(record.token().expires_at()) <= clock_.now()) {
        co_return bad_credential();
    }
    co_await note_use(record.token().id());
    co_return record;
}

// A use that could not be noted opens all the same.
asio::awaitable<void> Credentials::note_use(std::string token) {
    const auto now = clock_.now();
    const auto noted = noted_.find(token);
    if (noted != noted_.end() && now - noted->second < kBetweenNotes) co_return;
    if (noted_.size() >= kMostNoted) noted_.clear();
    noted_[token] = now;
    auto by = by_system("system");
    // Nor is it tried at each call, which would cost most where memory is full.
    [[maybe_unused]] auto put =
        co_await store_.put_document(by, kTokenUse, token, -1, std::to_string(now), kMostTokens);
}

asio::awaitable<Result<std::vector<std::pair<std::string, records::TokenRecord>>>> Credentials::tokens(
    WorkspaceId workspace) {
    auto documents = co_await store_.documents(system_workspace(), kToken);
    if (!documents) co_return documents.error();
    auto uses = co_await store_.documents(system_workspace(), kTokenUse);
    if (!uses) co_return uses.error();
    std::map<std::string, TimeMs> used;
    for (const auto& use : *uses) used[use.id] = std::atoll(use.bytes.c_str());
    std::vector<std::pair<std::string, records::TokenRecord>> tokens;
    for (const auto& document : *documents) {
        records::TokenRecord record;
        if (!record.ParseFromString(document.bytes) || record.workspace() != workspace.str()) continue;
        const auto use = used.find(record.token().id());
        if (use != used.end()) store::set_time(record.mutable_token()->mutable_last_used_at(), use->second);
        tokens.emplace_back(document.id, std::move(record));
    }
    co_return tokens;
}

asio::awaitable<Result<records::TokenRecord>> Credentials::revoke_token(WorkspaceId workspace,
                                                                        std::string actor, std::string id) {
    auto all = co_await tokens(std::move(workspace));
    if (!all) co_return all.error();
    for (auto& [stored_under, record] : *all) {
        if (record.token().id() != id) continue;
        record.mutable_token()->set_revoked(true);
        auto by = by_system(std::move(actor));
        auto put = co_await store_.put_document(by, kToken, stored_under, -1, record.SerializeAsString(),
                                                kMostTokens);
        if (!put) co_return put.error();
        co_return record;
    }
    co_return not_found("there is no such token: " + id);
}

asio::awaitable<Result<std::string>> Credentials::create_session(records::SessionRecord record) {
    auto secret = make_secret("gs_", random_);
    record.set_created_at(clock_.now());
    if (record.csrf().empty()) record.set_csrf(random_.token(16));
    auto put = co_await store_.put_key(session_name(secret), record.SerializeAsString(),
                                       until(record.expires_at(), clock_.now()));
    if (!put) co_return put.error();
    co_return secret;
}

asio::awaitable<Result<records::SessionRecord>> Credentials::session(std::string secret) {
    auto found = co_await store_.key(session_name(secret));
    if (!found) co_return found.error();
    records::SessionRecord record;
    if (!*found || !record.ParseFromString(**found) || record.expires_at() <= clock_.now())
        co_return bad_credential();
    co_return record;
}

asio::awaitable<Result<void>> Credentials::end_session(std::string secret) {
    auto taken = co_await store_.take_key(session_name(secret));
    if (!taken) co_return taken.error();
    co_return Result<void>{};
}

asio::awaitable<Result<std::string>> Credentials::create_link(records::SignInLinkRecord record) {
    auto secret = make_secret("gl_", random_);
    auto put = co_await store_.put_key("link:" + fingerprint(secret), record.SerializeAsString(),
                                       until(record.expires_at(), clock_.now()));
    if (!put) co_return put.error();
    co_return secret;
}

asio::awaitable<Result<records::SignInLinkRecord>> Credentials::take_link(std::string secret) {
    auto taken = co_await store_.take_key("link:" + fingerprint(secret));
    if (!taken) co_return taken.error();
    records::SignInLinkRecord record;
    if (!*taken || !record.ParseFromString(**taken) || record.expires_at() <= clock_.now())
        co_return bad_link();
    co_return record;
}

asio::awaitable<Result<std::string>> Credentials::create_private_page(records::PrivatePageRecord record) {
    auto secret = make_secret("gp_", random_);
    auto by = by_system("system");
    auto put = co_await store_.put_document(by, kPrivatePage, fingerprint(secret), 0,
                                            record.SerializeAsString(), 50'000'000);
    if (!put) co_return put.error();
    co_return secret;
}

asio::awaitable<Result<void>> Credentials::open_private_page(std::string secret,
                                                             records::PrivatePageRecord record) {
    auto by = by_system("system");
    auto put = co_await store_.put_document(by, kPrivatePage, fingerprint(secret), 0,
                                            record.SerializeAsString(), 50'000'000);
    if (!put && put.error().code != Code::already_exists) co_return put.error();
    co_return Result<void>{};
}

asio::awaitable<Result<records::PrivatePageRecord>> Credentials::private_page(std::string secret) {
    auto found = co_await store_.document(system_workspace(), kPrivatePage, fingerprint(secret));
    if (!found) co_return found.error();
    records::PrivatePageRecord record;
    if (!*found || !record.ParseFromString((*found)->bytes) || record.revoked() ||
        record.expires_at() <= clock_.now()) {
        co_return bad_link();
    }
    co_return record;
}

asio::awaitable<Result<void>> Credentials::prolong_private_page(std::string secret, TimeMs expires_at) {
    auto found = co_await store_.document(system_workspace(), kPrivatePage, fingerprint(secret));
    if (!found) co_return found.error();
    records::PrivatePageRecord record;
    if (!*found || !record.ParseFromString((*found)->bytes) || record.revoked()) co_return bad_link();
    record.set_expires_at(expires_at);
    auto by = by_system("system");
    // With the version that was read: who revokes it meanwhile wins.
    auto put = co_await store_.put_document(by, kPrivatePage, fingerprint(secret), (*found)->version,
                                            record.SerializeAsString());
    if (!put) co_return put.error();
    co_return Result<void>{};
}

asio::awaitable<Result<void>> Credentials::revoke_private_page(std::string secret) {
    auto found = co_await store_.document(system_workspace(), kPrivatePage, fingerprint(secret));
    if (!found) co_return found.error();
    records::PrivatePageRecord record;
    if (!*found || !record.ParseFromString((*found)->bytes)) co_return bad_link();
    record.set_revoked(true);
    auto by = by_system("system");
    auto put =
        co_await store_.put_document(by, kPrivatePage, fingerprint(secret), -1, record.SerializeAsString());
    if (!put) co_return put.error();
    co_return Result<void>{};
}

}  // namespace guichet::access
