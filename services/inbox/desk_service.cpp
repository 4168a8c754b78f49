#include "services/inbox/desk_service.hpp"

#include "common/service/bind.hpp"

namespace guichet::inbox {

void DeskService::register_rpcs(rpc::Dispatcher& dispatcher) {
    const std::string service = "guichet.v1.DeskService/";
    service::bind(dispatcher, service + "ListDeliveries", lists_, &DeskLists::deliveries);
    service::bind(dispatcher, service + "ListMentions", lists_, &DeskLists::mentions);
    service::bind(dispatcher, service + "ReadMentions", lists_, &DeskLists::read_mentions);
    service::bind(dispatcher, service + "Attend", lists_, &DeskLists::attend);
    service::bind(dispatcher, service + "GetBoard", board_, &Board::get);
    service::bind(dispatcher, service + "ListAtRisk", board_, &Board::list);
    service::bind(dispatcher, service + "ListViews", views_, &Views::list);
    service::bind(dispatcher, service + "PutView", views_, &Views::put);
}

}  // namespace guichet::inbox
