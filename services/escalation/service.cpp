#include "services/escalation/service.hpp"

#include "common/service/bind.hpp"

namespace guichet::escalation {

Service::Service(service::Context& context, const channels::Registry& connectors)
    : scenes_(context, connectors),
      offering_(context, scenes_),
      calling_(context, offering_),
      routes_(context, scenes_),
      offers_(context, scenes_, offering_, calling_),
      identities_(context),
      persistence_(context),
      proof_(context),
      chain_(context, scenes_, offering_, calling_),
      worker_(context, "escalation", static_cast<std::size_t>(context.settings.escalation.in_flight),
              [this](streams::Entry entry) { return handle(std::move(entry)); }) {}

void Service::register_rpcs(rpc::Dispatcher& dispatcher) {
    const std::string service = "guichet.v1.EscalationService/";
    service::bind(dispatcher, service + "ListRoutes", routes_, &Routes::list);
    service::bind(dispatcher, service + "Escalate", offers_, &Offers::escalate);
    service::bind(dispatcher, service + "Decline", offers_, &Offers::decline);
    service::bind(dispatcher, service + "VerifyIdentity", identities_, &Identities::verify);
    service::bind(dispatcher, service + "RecordCall", calling_, &Calling::record);
    service::bind(dispatcher, service + "CloseInPublic", offers_, &Offers::close_in_public);
}

asio::awaitable<Result<void>> Service::handle(streams::Entry entry) {
    auto item = store::decode_work(entry.id, entry.fields);
    if (item.what == "judge") co_return co_await persistence_.judge(std::move(item));
    if (item.what == "prove") co_return co_await proof_.prove(std::move(item));
    if (item.what == "next") co_return co_await chain_.next(std::move(item));
    co_return make_status(Code::invalid_argument, "escalation does not know this work: " + item.what);
}

asio::awaitable<Result<void>> Service::start() {
    worker_.start();
    co_return Result<void>{};
}

asio::awaitable<void> Service::stop() {
    co_await worker_.stop();
}

}  // namespace guichet::escalation
