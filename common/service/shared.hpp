#pragma once
// Documents that a team or the whole workspace shares: saved views, agreed positions. Who reads one, who
// writes one, and what stands under its id.
#include <string>
#include <vector>

#include "common/rpc/context.hpp"
#include "common/service/context.hpp"

namespace guichet::service {

namespace asio = boost::asio;

// Pure, of a document of `team` ("": of the whole workspace). Everybody reads what is everybody's, and what
// is of a team who has it.
bool reads_shared(const std::string& team, const std::vector<rpc::GrantSpec>& grants);
// Who steers a team writes what is the team's; what is everybody's takes a grant on every team.
bool writes_shared(const std::string& team, const std::vector<rpc::GrantSpec>& grants);

// The same for the same request: one that comes again makes no second document. `letter` begins it.
std::string id_of_request(const rpc::CallContext& call, const std::string& letter);
// PERMISSION_DENIED of a document of `team`, called `what` in the words: "view".
Status may_write_shared(const rpc::CallContext& call, const std::string& team, const std::string& what);
// INVALID_ARGUMENT names `field`; "" is no team and always there.
asio::awaitable<Status> team_exists(access::Catalog& catalog, WorkspaceId workspace, std::string team,
                                    std::string field);

// Whether what stands under this id now may be replaced; nothing, or what cannot be read, may.
template <class T>
asio::awaitable<Status> may_replace_shared(store::Store& store, const rpc::CallContext& call,
                                           std::string kind, std::string id, std::string what) {
    auto document = co_await store.document(call.caller.workspace, std::move(kind), std::move(id));
    if (!document) co_return document.error();
    T present;
    const bool readable = *document && present.ParseFromString((*document)->bytes);
    if (!readable) co_return Status{};
    co_return may_write_shared(call, present.team(), what);
}

}  // namespace guichet::service
