#pragma once
// WritingService's texts that help to write: what the brand has agreed to say, and how it speaks.
#include "common/rpc/context.hpp"
#include "common/service/context.hpp"
#include "guichet/v1/writing.pb.h"

namespace guichet::reply {

namespace asio = boost::asio;

// Pure: INVALID_ARGUMENT names the first field that is wrong.
Status check_position(const v1::Position& position);

class Positions {
  public:
    explicit Positions(service::Context& context) : context_(context) {}

    asio::awaitable<Result<v1::ListPositionsResponse>> list(rpc::CallContext call,
                                                            v1::ListPositionsRequest request);
    asio::awaitable<Result<v1::PutPositionResponse>> put(rpc::CallContext call,
                                                         v1::PutPositionRequest request);

  private:
    service::Context& context_;
};

}  // namespace guichet::reply
