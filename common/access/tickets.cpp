#include "common/access/tickets.hpp"

#include "common/access/stored_names.hpp"

namespace guichet::access {
namespace {

std::string ticket_name(const std::string& secret) {
    return "ticket:" + fingerprint(secret);
}

}  // namespace

asio::awaitable<Result<std::string>> Tickets::create(records::TicketRecord record) {
    auto secret = make_secret("gc_", random_);
    const store::Milliseconds life = record.enrol() ? kEnrolLife : kLife;
    record.set_created_at(clock_.now());
    record.set_expires_at(clock_.now() + life.count());
    auto put = co_await store_.put_key(ticket_name(secret), record.SerializeAsString(), life);
    if (!put) co_return put.error();
    co_return secret;
}

asio::awaitable<Result<records::TicketRecord>> Tickets::find(std::string secret) {
    auto found = co_await store_.key(ticket_name(secret));
    if (!found) co_return found.error();
    records::TicketRecord record;
    if (!*found || !record.ParseFromString(**found) || record.expires_at() <= clock_.now()) {
        co_return make_status(Code::unauthenticated, "this took too long: sign in again", "no_ticket");
    }
    co_return record;
}

asio::awaitable<Result<bool>> Tickets::take(std::string secret) {
    auto taken = co_await store_.take_key(ticket_name(secret));
    if (!taken) co_return taken.error();
    co_return taken->has_value();
}

asio::awaitable<Result<void>> renew_session(store::Store& store, const Clock& clock, std::string secret) {
    auto found = co_await store.key(session_name(secret));
    if (!found) co_return found.error();
    records::SessionRecord record;
    const auto now = clock.now();
    if (!*found || !record.ParseFromString(**found) || record.expires_at() <= now)
        co_return make_status(Code::unauthenticated, "this session is over: sign in again", "no_session");
    record.set_created_at(now);
    const store::Milliseconds rest(record.expires_at() - now);
    co_return co_await store.put_key(session_name(secret), record.SerializeAsString(), rest);
}

}  // namespace guichet::access
