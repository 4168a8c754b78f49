#include "common/rpc/authenticator.hpp"

namespace guichet::rpc {

CachingAuthenticator::CachingAuthenticator(Authenticator& inner, const Clock& clock,
                                           AuthenticationCacheOptions options)
    : inner_(inner), clock_(clock), options_(options) {}

boost::asio::awaitable<Result<Caller>> CachingAuthenticator::authenticate(std::string bearer) {
    if (const auto found = entries_.find(bearer); found != entries_.end()) {
        if (clock_.steady() < found->second.until) {
            order_.splice(order_.begin(), order_, found->second.place);
            co_return found->second.answer;
        }
        order_.erase(found->second.place);
        entries_.erase(found);
    }
    const auto generation = generation_;
    auto answer = co_await inner_.authenticate(bearer);
    if (generation == generation_) keep(bearer, answer);
    co_return answer;
}

void CachingAuthenticator::invalidate_all() {
    ++generation_;
    entries_.clear();
    order_.clear();
}

void CachingAuthenticator::keep(const std::string& bearer, const Result<Caller>& answer) {
    if (!answer && answer.error().code != Code::unauthenticated) return;
    const auto ttl = answer ? options_.ttl : options_.negative_ttl;
    // A concurrent call may have kept an answer meanwhile; the newer one replaces it.
    if (const auto found = entries_.find(bearer); found != entries_.end()) {
        order_.erase(found->second.place);
        entries_.erase(found);
    }
    while (!order_.empty() && entries_.size() >= options_.capacity) {
        entries_.erase(order_.back());
        order_.pop_back();
    }
    order_.push_front(bearer);
    entries_.emplace(bearer, Entry{answer, clock_.steady() + ttl, order_.begin()});
}

}  // namespace guichet::rpc
