#pragma once
// Secrets that open something. Each is shown once and stored as its SHA-256 only.
//   gt_…  API token, until revoked or expired      gs_…  session, for hours
//   gl_…  one-time sign-in link                     gp_…  a customer's private page
#include <map>
#include <optional>
#include <string>

#include "common/access/catalog.hpp"
#include "common/core/random.hpp"

namespace guichet::access {

// "gt_" + 43 random characters.
std::string make_secret(const char* prefix, Random& random);
// Under what a secret is stored: hexadecimal SHA-256.
std::string fingerprint(const std::string& secret);

class Credentials {
  public:
    Credentials(store::Store& store, const Clock& clock, Random& random)
        : store_(store), clock_(clock), random_(random) {}

    // Returns the secret. `record.token.id` is set when empty.
    asio::awaitable<Result<std::string>> create_token(std::string actor, records::TokenRecord& record);
    // UNAUTHENTICATED when unknown, revoked or expired. That it was used is noted, once in five minutes.
    asio::awaitable<Result<records::TokenRecord>> token(std::string secret);
    // All tokens of a workspace, with the fingerprint each is stored under and when each was used last.
    asio::awaitable<Result<std::vector<std::pair<std::string, records::TokenRecord>>>> tokens(
        WorkspaceId workspace);
    asio::awaitable<Result<records::TokenRecord>> revoke_token(WorkspaceId workspace, std::string actor,
                                                               std::string id);

    asio::awaitable<Result<std::string>> create_session(records::SessionRecord record);
    asio::awaitable<Result<records::SessionRecord>> session(std::string secret);
    asio::awaitable<Result<void>> end_session(std::string secret);

    asio::awaitable<Result<std::string>> create_link(records::SignInLinkRecord record);
    // Spends it. NOT_FOUND when unknown, used or expired.
    asio::awaitable<Result<records::SignInLinkRecord>> take_link(std::string secret);

    asio::awaitable<Result<std::string>> create_private_page(records::PrivatePageRecord record);
    // The same with a secret of the caller's ("gp_" and 43 characters that nobody can guess), so that the
    // same request leads to the same page. One that exists stays as it is, revoked ones too.
    asio::awaitable<Result<void>> open_private_page(std::string secret, records::PrivatePageRecord record);
    asio::awaitable<Result<records::PrivatePageRecord>> private_page(std::string secret);
    // NOT_FOUND when it is gone, FAILED_PRECONDITION when it was changed at the same time.
    asio::awaitable<Result<void>> prolong_private_page(std::string secret, TimeMs expires_at);
    asio::awaitable<Result<void>> revoke_private_page(std::string secret);

  private:
    asio::awaitable<void> note_use(std::string token);

    store::Store& store_;
    const Clock& clock_;
    Random& random_;
    // When this process noted a token's use.
    std::map<std::string, TimeMs> noted_;
};

}  // namespace guichet::access
