#pragma once
// GetContact, MergeContacts, UndoMerge, SplitContact: who is who, and who is likely the same.
#include <set>

#include "common/rpc/context.hpp"
#include "common/service/context.hpp"
#include "guichet/v1/inbox.pb.h"
#include "services/inbox/likeness.hpp"

namespace guichet::inbox {

namespace asio = boost::asio;

// A contact is seen through his conversations: who may see none of them may not see him, and whose grants are
// limited sees those of his identities only that wrote what he may see.
class Contacts {
  public:
    explicit Contacts(service::Context& context) : context_(context) {}

    asio::awaitable<Result<v1::GetContactResponse>> get(rpc::CallContext call, v1::GetContactRequest request);
    asio::awaitable<Result<v1::MergeContactsResponse>> merge(rpc::CallContext call,
                                                             v1::MergeContactsRequest request);
    asio::awaitable<Result<v1::UndoMergeResponse>> undo(rpc::CallContext call, v1::UndoMergeRequest request);
    asio::awaitable<Result<v1::SplitContactResponse>> split(rpc::CallContext call,
                                                            v1::SplitContactRequest request);

  private:
    // The contact as the caller sees it, and the language of the newest of his conversations.
    struct Seen {
        v1::Contact contact;
        std::string language;
    };
    asio::awaitable<Result<Seen>> see(const rpc::CallContext& call, ContactId id);
    // Who sees some of the identities only cannot give others away.
    asio::awaitable<Status> may_split(const rpc::CallContext& call, const v1::SplitContactRequest& request);
    asio::awaitable<Result<v1::Contact>> shown(const rpc::CallContext& call, ContactId id);
    asio::awaitable<Result<std::vector<v1::ContactSuggestion>>> suggestions(const rpc::CallContext& call,
                                                                            const Seen& whose);
    // Persons of whom something is known that is known of him too, by their ids; he is not among them.
    asio::awaitable<Result<std::set<std::string>>> candidates(WorkspaceId workspace, const PersonFacts& facts,
                                                              std::string himself);
    asio::awaitable<Result<PersonFacts>> facts(WorkspaceId workspace, ContactId id);

    service::Context& context_;
};

}  // namespace guichet::inbox
