#include "services/reply/service.hpp"

#include "common/service/bind.hpp"

namespace guichet::reply {

Service::Service(service::Context& context, const channels::Registry& connectors)
    : drafts_(context),
      sends_(context, connectors),
      moderating_(context, connectors),
      deliveries_(context, connectors),
      worker_(context, "reply", static_cast<std::size_t>(context.settings.reply.in_flight),
              [this](streams::Entry entry) { return handle(std::move(entry)); }) {}

void Service::register_rpcs(rpc::Dispatcher& dispatcher) {
    const std::string service = "guichet.v1.ReplyService/";
    service::bind(dispatcher, service + "SaveDraft", drafts_, &Drafts::save_draft);
    service::bind(dispatcher, service + "Suggest", drafts_, &Drafts::suggest);
    service::bind(dispatcher, service + "AddNote", drafts_, &Drafts::add_note);
    service::bind(dispatcher, service + "Send", sends_, &Sends::send);
    service::bind(dispatcher, service + "Undo", sends_, &Sends::undo);
    service::bind(dispatcher, service + "Publish", sends_, &Sends::publish);
    service::bind(dispatcher, service + "Settle", sends_, &Sends::settle);
    moderating_.register_rpcs(dispatcher);
}

asio::awaitable<Result<void>> Service::handle(streams::Entry entry) {
    auto item = store::decode_work(entry.id, entry.fields);
    if (item.what == "act") co_return co_await moderating_.attempt(std::move(item));
    co_return co_await deliveries_.handle(std::move(entry));
}

asio::awaitable<Result<void>> Service::start() {
    worker_.start();
    co_return Result<void>{};
}

asio::awaitable<void> Service::stop() {
    co_await worker_.stop();
}

}  // namespace guichet::reply
