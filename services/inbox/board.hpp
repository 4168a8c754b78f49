#pragma once
// DeskService's GetBoard and ListAtRisk: what runs out of time, answers by state, last actions, the last
// hour.
#include "common/channels/connector.hpp"
#include "common/rpc/context.hpp"
#include "common/service/context.hpp"
#include "common/store/desk.hpp"
#include "guichet/v1/desk.pb.h"

namespace guichet::inbox {

namespace asio = boost::asio;

class Board {
  public:
    Board(service::Context& context, const channels::Registry& connectors)
        : context_(context), connectors_(connectors), desk_(context.store) {}

    asio::awaitable<Result<v1::GetBoardResponse>> get(rpc::CallContext call, v1::GetBoardRequest request);
    asio::awaitable<Result<v1::ListAtRiskResponse>> list(rpc::CallContext call,
                                                         v1::ListAtRiskRequest request);

  private:
    using Places = std::vector<store::WaitingPlace>;
    using Answer = v1::GetBoardResponse;
    asio::awaitable<Result<void>> add_deadlines(const rpc::CallContext& call, TimeMs until, Answer& answer);
    asio::awaitable<Result<void>> add_windows(const rpc::CallContext& call, TimeMs until, Answer& answer);
    asio::awaitable<Result<void>> add_rates(const rpc::CallContext& call, Answer& answer);
    asio::awaitable<Result<void>> add_work(const rpc::CallContext& call, Answer& answer);
    // Due before `until`, wherever they are.
    asio::awaitable<Result<Places>> deadlines(const rpc::CallContext& call, store::WaitingPlace after,
                                              TimeMs until, int limit);
    // Windows that close before `until` and are open still; `due` is when they close.
    asio::awaitable<Result<Places>> windows(const rpc::CallContext& call, store::WaitingPlace after,
                                            TimeMs until, int limit);
    asio::awaitable<Result<std::vector<v1::Conversation>>> seen(const rpc::CallContext& call,
                                                                const Places& places);

    service::Context& context_;
    const channels::Registry& connectors_;
    store::Desk desk_;
};

}  // namespace guichet::inbox
