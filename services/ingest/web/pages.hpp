#pragma once
// What forms and private pages share: their tools, limits of rate, the private page's secret and session.
#include <memory>
#include <optional>
#include <string>

#include "common/access/catalog.hpp"
#include "common/access/credentials.hpp"
#include "common/blob/blob_store.hpp"
#include "common/http/message.hpp"
#include "common/http/rate_limit.hpp"
#include "common/http/router.hpp"
#include "common/obs/metrics.hpp"
#include "common/store/reads.hpp"
#include "services/ingest/submitter.hpp"
#include "services/ingest/web/page.hpp"
#include "services/ingest/web/web_key.hpp"

namespace guichet::ingest::web {

struct PagesContext {
    store::Store& store;
    store::Reads& reads;
    access::Catalog& catalog;
    access::Credentials& credentials;
    blob::BlobStore& blobs;
    Submitter& submitter;
    const Clock& clock;
    Random& random;
    obs::Metrics& metrics;
    FormOptions options;
    std::string default_workspace;
};

class Pages {
  public:
    explicit Pages(PagesContext context);

    asio::awaitable<Result<std::shared_ptr<const Signer>>> signer() { return key_.signer(); }

    // False: this address asks too often.
    bool may_look(const http::Request& request);
    bool may_post(const http::Request& request);
    bool may_write(const http::Request& request);
    // For routes that take large bodies: refuses before the body is read.
    http::HeadHook post_guard();

    // A request that a browser made for a page of ours, or no browser at all. Stops posts from other sites
    // whatever cookies they carry.
    static bool same_site(const http::Request& request);
    // "https://care.example.org", as configured or as the customer used it.
    std::string origin(const http::Request& request) const;

    // The private page's secret: derived, so that a form sent twice leads to the same page.
    static std::string private_secret(const Signer& signer, const WorkspaceId& workspace,
                                      const ConversationId& conversation);
    // The session that the button buys: a cookie for this one page.
    // `visitor`: whose, where the link stood in public.
    http::SetCookie session_cookie(const Signer& signer, const std::string& secret, bool secure,
                                   const std::string& visitor = {}) const;
    // The visitor; nothing without a session.
    std::optional<std::string> session(const Signer& signer, const std::string& secret,
                                       const http::Request& request) const;

    http::Response notice(int status, Language language, const char* title, const char* text,
                          const char* retry_after = nullptr) const;
    // 503, or 404 for what is not there.
    http::Response failure(const Status& status, Language language) const;

    PagesContext c;

  private:
    WebKey key_;
    http::RateLimiter looks_;
    http::RateLimiter posts_;
    http::RateLimiter writes_;
    http::RateLimiter uploads_;
    bool allow(http::RateLimiter& limiter, const http::Request& request);
    obs::Counter limited_;
};

// ?lang=, else the browser's wish, else `otherwise`.
Language language_of(const http::Request& request, Language otherwise = Language::en);

}  // namespace guichet::ingest::web
