#include "common/rpc/contract.hpp"

#include <algorithm>

#include <google/protobuf/descriptor.h>

#include "guichet/v1/admin.pb.h"
#include "guichet/v1/attachments.pb.h"
#include "guichet/v1/audit.pb.h"
#include "guichet/v1/contacts.pb.h"
#include "guichet/v1/desk.pb.h"
#include "guichet/v1/escalation.pb.h"
#include "guichet/v1/events.pb.h"
#include "guichet/v1/inbox.pb.h"
#include "guichet/v1/ingest.pb.h"
#include "guichet/v1/moderation.pb.h"
#include "guichet/v1/privacy.pb.h"
#include "guichet/v1/reply.pb.h"
#include "guichet/v1/routing.pb.h"
#include "guichet/v1/second_factor.pb.h"
#include "guichet/v1/writing.pb.h"

namespace guichet::rpc {

std::vector<const google::protobuf::ServiceDescriptor*> contract_services() {
    // One message of each file keeps that file's object in a static link.
    const google::protobuf::FileDescriptor* const files[] = {
        v1::ListAuditRequest::descriptor()->file(),    v1::ErasePersonRequest::descriptor()->file(),
        v1::WhoAmIRequest::descriptor()->file(),       v1::ListDeliveriesRequest::descriptor()->file(),
        v1::EscalateRequest::descriptor()->file(),     v1::GetContactRequest::descriptor()->file(),
        v1::SubmitRequest::descriptor()->file(),       v1::SendRequest::descriptor()->file(),
        v1::ClaimRequest::descriptor()->file(),        v1::ModerateRequest::descriptor()->file(),
        v1::MeasureTextRequest::descriptor()->file(),  v1::Event::descriptor()->file(),
        v1::ListRefusalsRequest::descriptor()->file(), v1::ReadAttachmentRequest::descriptor()->file(),
        v1::SecondFactor::descriptor()->file(),
    };
    std::vector<const google::protobuf::ServiceDescriptor*> services;
    for (const auto* file : files) {
        for (int i = 0; i < file->service_count(); ++i) services.push_back(file->service(i));
    }
    std::sort(services.begin(), services.end(),
              [](const auto* a, const auto* b) { return a->full_name() < b->full_name(); });
    return services;
}

const google::protobuf::MethodDescriptor* find_method(std::string_view name) {
    static const auto services = contract_services();
    if (!name.empty() && name.front() == '/') name.remove_prefix(1);
    const auto slash = name.find('/');
    if (slash == std::string_view::npos) return nullptr;
    for (const auto* service : services) {
        if (service->full_name() != name.substr(0, slash)) continue;
        return service->FindMethodByName(std::string(name.substr(slash + 1)));
    }
    return nullptr;
}

std::string method_name(const google::protobuf::MethodDescriptor& method) {
    return method.service()->full_name() + "/" + method.name();
}

}  // namespace guichet::rpc
