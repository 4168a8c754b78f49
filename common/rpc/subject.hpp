#pragma once
// What a request is about, for the record of calls: the ids that it names and nothing that somebody wrote.
// Pure.
#include <string>

#include <google/protobuf/message.h>

#include "common/rpc/identity.hpp"

namespace guichet::rpc {

// The request's `conversation`; empty when it names none.
std::string conversation_of(const google::protobuf::Message& request);

// "delivery 01J…", "agent claire": fields that name one thing by its id, and the `id` of a record that is
// written. Several are joined by ", "; at most 300 bytes.
std::string subject_of(const google::protobuf::Message& request);

// "supervisor care/*/*": the roles that a caller has, and what they cover; at most 300 bytes.
std::string grant_of(const Caller& caller, const Scope& scope);

}  // namespace guichet::rpc
