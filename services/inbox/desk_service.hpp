#pragma once
// DeskService, wired together. It only reads, but for what nobody else decides on: what is read, who looks,
// shared views.
#include "common/rpc/dispatcher.hpp"
#include "services/inbox/board.hpp"
#include "services/inbox/desk_lists.hpp"
#include "services/inbox/views.hpp"

namespace guichet::inbox {

class DeskService {
  public:
    DeskService(service::Context& context, const channels::Registry& connectors)
        : lists_(context), board_(context, connectors), views_(context) {}

    void register_rpcs(rpc::Dispatcher& dispatcher);

  private:
    DeskLists lists_;
    Board board_;
    Views views_;
};

}  // namespace guichet::inbox
