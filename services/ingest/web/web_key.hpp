#pragma once
// The key of everything that customers' pages sign: made once, kept in the store, so that every ingest
// process accepts what another signed, before and after a restart.
#include <memory>

#include <boost/asio/awaitable.hpp>

#include "common/core/random.hpp"
#include "common/store/store.hpp"
#include "services/ingest/web/signer.hpp"

namespace guichet::ingest::web {

namespace asio = boost::asio;

class WebKey {
  public:
    WebKey(store::Store& store, Random& random) : store_(store), random_(random) {}
    asio::awaitable<Result<std::shared_ptr<const Signer>>> signer();

  private:
    store::Store& store_;
    Random& random_;
    std::shared_ptr<const Signer> signer_;
};

}  // namespace guichet::ingest::web
