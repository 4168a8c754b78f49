#pragma once
// From a bearer credential to a Caller.
#include <chrono>
#include <cstdint>
#include <list>
#include <string>
#include <unordered_map>

#include <boost/asio/awaitable.hpp>

#include "common/core/clock.hpp"
#include "common/core/status.hpp"
#include "common/rpc/identity.hpp"

namespace guichet::rpc {

class Authenticator {
  public:
    virtual ~Authenticator() = default;
    // UNAUTHENTICATED when the credential is unknown, expired or revoked; never called with an empty one.
    virtual boost::asio::awaitable<Result<Caller>> authenticate(std::string bearer) = 0;
};

struct AuthenticationCacheOptions {
    std::size_t capacity = 10'000;
    // How long a revoked credential may still be accepted where invalidate_all() is not called.
    std::chrono::milliseconds ttl{3'000};
    // For UNAUTHENTICATED answers; other errors are not kept.
    std::chrono::milliseconds negative_ttl{500};
};

// Remembers answers of another authenticator, the least recently used ones leave first. One io thread.
class CachingAuthenticator final : public Authenticator {
  public:
    CachingAuthenticator(Authenticator& inner, const Clock& clock, AuthenticationCacheOptions options = {});
    boost::asio::awaitable<Result<Caller>> authenticate(std::string bearer) override;
    // Forgets everything, also answers that are under way.
    void invalidate_all();
    std::size_t size() const { return entries_.size(); }

  private:
    struct Entry {
        Result<Caller> answer;
        std::chrono::nanoseconds until;
        std::list<std::string>::iterator place;
    };

    void keep(const std::string& bearer, const Result<Caller>& answer);

    Authenticator& inner_;
    const Clock& clock_;
    const AuthenticationCacheOptions options_;
    std::unordered_map<std::string, Entry> entries_;
    // Most recently used first.
    std::list<std::string> order_;
    std::uint64_t generation_ = 0;
};

}  // namespace guichet::rpc
