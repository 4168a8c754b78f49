#include "services/inbox/service.hpp"

#include "common/service/bind.hpp"

namespace guichet::inbox {
namespace {

std::string archive_path(const config::Settings& settings) {
    return settings.inbox.archive.empty() ? (settings.server.data / "archive.sqlite").string()
                                          : settings.inbox.archive.string();
}

}  // namespace

Service::Service(service::Context& context)
    : context_(context),
      archive_(archive_path(context.settings)),
      hub_(context),
      lists_(context, archive_),
      contacts_(context),
      history_(context, archive_),
      watch_(context, hub_),
      audits_(context, archive_),
      audit_damage_(context, archive_),
      persons_(context),
      archiver_(context, archive_) {}

void Service::register_rpcs(rpc::Dispatcher& dispatcher) {
    const std::string service = "guichet.v1.InboxService/";
    service::bind(dispatcher, service + "ListConversations", lists_, &Lists::list);
    service::bind(dispatcher, service + "GetConversation", lists_, &Lists::get);
    service::bind(dispatcher, service + "GetContact", contacts_, &Contacts::get);
    service::bind(dispatcher, service + "MergeContacts", contacts_, &Contacts::merge);
    service::bind(dispatcher, service + "UndoMerge", contacts_, &Contacts::undo);
    service::bind(dispatcher, service + "SplitContact", contacts_, &Contacts::split);
    service::bind(dispatcher, service + "Stats", lists_, &Lists::stats);
    service::bind(dispatcher, "guichet.v1.ContactService/GetHistory", history_, &History::get);
    service::bind(dispatcher, "guichet.v1.AuditService/ListAudit", audits_, &Audits::list);
    service::bind(dispatcher, "guichet.v1.AuditService/VerifyAudit", audits_, &Audits::verify);
    service::bind(dispatcher, "guichet.v1.AuditService/AcceptAuditDamage", audit_damage_,
                  &AuditDamage::accept);
    const std::string privacy = "guichet.v1.PrivacyService/";
    service::bind(dispatcher, privacy + "ErasePerson", persons_, &Persons::erase);
    service::bind(dispatcher, privacy + "GetErasure", persons_, &Persons::get_erasure);
    dispatcher.server_stream<v1::ExportPersonRequest, v1::ExportPersonResponse>(
        privacy + "ExportPerson", [this](rpc::CallContext call, v1::ExportPersonRequest request,
                                         rpc::Writer<v1::ExportPersonResponse> writer) {
            return persons_.export_person(std::move(call), std::move(request), std::move(writer));
        });
    dispatcher.server_stream<v1::WatchRequest, v1::WatchResponse>(
        service + "Watch",
        [this](rpc::CallContext call, v1::WatchRequest request, rpc::Writer<v1::WatchResponse> writer) {
            return watch_.watch(std::move(call), std::move(request), std::move(writer));
        });
}

asio::awaitable<Result<void>> Service::start() {
    auto* archive = &archive_;
    auto opened = co_await context_.pool.run([archive] { return archive->open(); });
    if (!opened) co_return opened.error();
    hub_.start();
    archiver_.start();
    co_return Result<void>{};
}

asio::awaitable<void> Service::stop() {
    co_await archiver_.stop();
    co_await hub_.stop();
}

}  // namespace guichet::inbox
