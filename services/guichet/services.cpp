#include "services/guichet/services.hpp"

#include "common/blob/blob_store.hpp"
#include "common/channels/custom/custom_connector.hpp"
#include "common/channels/facebook/facebook_connector.hpp"
#include "common/channels/form/form_connector.hpp"
#include "common/channels/mail/mail_connector.hpp"
#include "common/http/client.hpp"
#include "services/escalation/service.hpp"
#include "services/gateway/service.hpp"
#include "services/inbox/attachments.hpp"
#include "services/inbox/contact_service.hpp"
#include "services/inbox/desk_service.hpp"
#include "services/inbox/service.hpp"
#include "services/ingest/service.hpp"
#include "services/reply/service.hpp"
#include "services/reply/writing.hpp"
#include "services/routing/desk.hpp"
#include "services/routing/service.hpp"

namespace guichet {

namespace {

// A client that may reach private networks too, for systems of the brand's own.
Result<std::unique_ptr<http::Client>> make_client(asio::io_context& io, const Clock& clock, bool anywhere) {
    http::ClientOptions options;
    if (anywhere) {
        auto all = http::CidrSet::parse({"0.0.0.0/0", "::/0"});
        if (!all) return all.error();
        options.allowed_networks = std::move(*all);
    }
    return http::Client::create(io, clock, std::move(options));
}

}  // namespace

std::vector<v1::Channel> default_channels() {
    return channels::default_channels("Guichet");
}

struct App::Services::Impl {
    std::unique_ptr<http::Client> outside;
    std::unique_ptr<http::Client> anywhere;
    channels::FormConnector form;
    std::unique_ptr<channels::CustomConnector> custom;
    std::unique_ptr<channels::FacebookConnector> facebook;
    std::unique_ptr<blob::BlobStore> blobs;
    std::unique_ptr<channels::MailConnector> mail;
    channels::Registry connectors;
    std::unique_ptr<ingest::Service> ingest;
    std::unique_ptr<routing::Service> routing;
    std::unique_ptr<reply::Service> reply;
    std::unique_ptr<escalation::Service> escalation;
    std::unique_ptr<inbox::Service> inbox;
    std::unique_ptr<inbox::DeskService> desk;
    std::unique_ptr<inbox::ContactService> contacts;
    std::unique_ptr<inbox::Attachments> attachments;
    std::unique_ptr<reply::Writing> writing;
    std::unique_ptr<gateway::Service> gateway;

    Result<void> connect(asio::io_context& io, const service::Context& context);
};

Result<void> App::Services::Impl::connect(asio::io_context& io, const service::Context& context) {
    auto made = make_client(io, context.clock, false);
    if (!made) return made.error();
    outside = std::move(*made);
    if (context.settings.channels.allow_private) {
        auto wide = make_client(io, context.clock, true);
        if (!wide) return wide.error();
        anywhere = std::move(*wide);
    }
    custom = std::make_unique<channels::CustomConnector>(*outside, anywhere.get(), context.clock);
    connectors.add(form);
    connectors.add(*custom);
    facebook = std::make_unique<channels::FacebookConnector>(*outside, anywhere.get(), context.clock);
    connectors.add(*facebook);
    blobs = std::make_unique<blob::BlobStore>(context.settings.server.data / "blobs", context.pool);
    channels::MailOptions mail_options;
    mail_options.allow_private = context.settings.channels.allow_private;
    mail_options.outside = outside.get();
    mail_options.anywhere = anywhere.get();
    mail_options.read_blob = [this](std::string name, std::size_t limit) {
        return blobs->get(std::move(name), limit);
    };
    mail = std::make_unique<channels::MailConnector>(io, context.clock, std::move(mail_options));
    connectors.add(*mail);
    return {};
}

App::Services::Services(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

App::Services::~Services() = default;

Result<std::unique_ptr<App::Services>> App::Services::make(const Parts& parts,
                                                           const std::set<std::string>& targets) {
    auto& context = parts.context;
    auto impl = std::make_unique<Impl>();
    auto connected = impl->connect(parts.io, context);
    if (!connected) return connected.error();
    if (targets.contains("ingest"))
        impl->ingest = std::make_unique<ingest::Service>(context, impl->connectors);
    if (targets.contains("routing")) {
        auto desk = routing::make_desk(context.settings.routing);
        if (!desk) return desk.error();
        impl->routing = std::make_unique<routing::Service>(context, std::move(*desk));
    }
    if (targets.contains("reply")) {
        impl->reply = std::make_unique<reply::Service>(context, impl->connectors);
        impl->writing = std::make_unique<reply::Writing>(context, impl->connectors);
    }
    if (targets.contains("escalation")) {
        impl->escalation = std::make_unique<escalation::Service>(context, impl->connectors);
    }
    if (targets.contains("inbox")) {
        impl->inbox = std::make_unique<inbox::Service>(context);
        impl->desk = std::make_unique<inbox::DeskService>(context, impl->connectors);
        impl->contacts = std::make_unique<inbox::ContactService>(context);
        impl->attachments =
            std::make_unique<inbox::Attachments>(context, *impl->outside, impl->anywhere.get());
    }
    if (targets.contains("gateway")) {
        impl->gateway = std::make_unique<gateway::Service>(context, parts.transport, impl->connectors,
                                                           parts.sealer, &parts.authenticator);
    }
    return std::unique_ptr<Services>(new Services(std::move(impl)));
}

void App::Services::register_rpcs(rpc::Dispatcher& dispatcher) {
    if (impl_->ingest) impl_->ingest->register_rpcs(dispatcher);
    if (impl_->routing) impl_->routing->register_rpcs(dispatcher);
    if (impl_->reply) impl_->reply->register_rpcs(dispatcher);
    if (impl_->escalation) impl_->escalation->register_rpcs(dispatcher);
    if (impl_->inbox) impl_->inbox->register_rpcs(dispatcher);
    if (impl_->desk) impl_->desk->register_rpcs(dispatcher);
    if (impl_->contacts) impl_->contacts->register_rpcs(dispatcher);
    if (impl_->attachments) impl_->attachments->register_rpcs(dispatcher);
    if (impl_->writing) impl_->writing->register_rpcs(dispatcher);
    if (impl_->gateway) impl_->gateway->register_rpcs(dispatcher);
}

void App::Services::register_routes(http::Router& router) {
    if (impl_->ingest) impl_->ingest->register_routes(router);
    if (impl_->gateway) impl_->gateway->register_routes(router);
}

namespace {

template <class Service>
asio::awaitable<Result<void>> start_one(const std::unique_ptr<Service>& service) {
    if (!service) co_return Result<void>{};
    co_return co_await service->start();
}

template <class Service>
asio::awaitable<void> stop_one(const std::unique_ptr<Service>& service) {
    if (service) co_await service->stop();
}

}  // namespace

asio::awaitable<Result<void>> App::Services::start() {
    auto started = co_await start_one(impl_->inbox);
    if (started) started = co_await start_one(impl_->routing);
    if (started) started = co_await start_one(impl_->reply);
    if (started) started = co_await start_one(impl_->escalation);
    if (started) started = co_await start_one(impl_->ingest);
    if (started) started = co_await start_one(impl_->gateway);
    co_return started;
}

asio::awaitable<void> App::Services::stop() {
    co_await stop_one(impl_->gateway);
    co_await stop_one(impl_->ingest);
    co_await stop_one(impl_->escalation);
    co_await stop_one(impl_->reply);
    co_await stop_one(impl_->routing);
    co_await stop_one(impl_->inbox);
}

}  // namespace guichet
