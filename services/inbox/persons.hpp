#pragma once
// ExportPerson, ErasePerson, GetErasure.
#include <set>
#include <string>

#include "common/rpc/context.hpp"
#include "common/rpc/stream.hpp"
#include "guichet/v1/privacy.pb.h"
#include "services/inbox/erasures.hpp"

namespace guichet::inbox {

class Persons {
  public:
    explicit Persons(service::Context& context) : context_(context) {}

    // What leaves stands in the audit before it leaves.
    asio::awaitable<Result<void>> export_person(rpc::CallContext call, v1::ExportPersonRequest request,
                                                rpc::Writer<v1::ExportPersonResponse> writer);
    asio::awaitable<Result<v1::ErasePersonResponse>> erase(rpc::CallContext call,
                                                           v1::ErasePersonRequest request);
    asio::awaitable<Result<v1::GetErasureResponse>> get_erasure(rpc::CallContext call,
                                                                v1::GetErasureRequest request);

  private:
    using Writer = rpc::Writer<v1::ExportPersonResponse>;
    asio::awaitable<Result<v1::ErasePersonResponse>> preview(WorkspaceId workspace,
                                                             records::v1::ErasureRecord record);
    asio::awaitable<Result<records::v1::ErasureRecord>> find(WorkspaceId workspace, std::string id);
    asio::awaitable<Result<void>> export_conversations(WorkspaceId workspace,
                                                       records::v1::ErasureRecord record, Writer writer,
                                                       std::set<std::string>* blobs);
    asio::awaitable<Result<void>> export_file(std::string blob, Writer writer);

    service::Context& context_;
};

}  // namespace guichet::inbox
