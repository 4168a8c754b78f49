#pragma once
// The store where messages are kept. On an existing Redis it has a connection of its own, on which is
// answered only what as many replicas have as that Redis asks for (min-replicas-to-write, looked up again and
// again: there is no second place to configure it). The embedded Redis has no replicas, and is asked over the
// common connection.
#include <memory>

#include "common/redis/replicas.hpp"
#include "common/runtime/timer.hpp"
#include "common/service/context.hpp"

namespace guichet::ingest {

namespace asio = boost::asio;

class KeptStore {
  public:
    explicit KeptStore(service::Context& context);

    store::Store& store() { return own_ ? own_->store : common_; }
    // Before the first message. A Redis that does not tell (its user may not ask) is taken to ask for none.
    asio::awaitable<Result<void>> start();
    // Nothing may be on its way to the store any more.
    asio::awaitable<void> stop();

  private:
    struct Own {
        Own(service::Context& context, redis::ClientOptions options);

        store::Store& common;
        redis::Client client;
        store::Store store;
        std::int64_t asked_for = 0;
    };
    static asio::awaitable<Result<void>> look(std::shared_ptr<Own> own);
    static asio::awaitable<void> look_again(std::shared_ptr<Own> own);

    store::Store& common_;
    std::shared_ptr<Own> own_;
    std::unique_ptr<runtime::Periodic> periodic_;
};

}  // namespace guichet::ingest
