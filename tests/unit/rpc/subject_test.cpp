#include "common/rpc/subject.hpp"

#include <gtest/gtest.h>

#include "guichet/v1/admin.pb.h"
#include "guichet/v1/inbox.pb.h"
#include "guichet/v1/reply.pb.h"
#include "guichet/v1/routing.pb.h"

namespace guichet::rpc {
namespace {

TEST(Subject, NamesTheConversation) {
    v1::ClaimRequest request;
    request.set_conversation("01J0");
    EXPECT_EQ(conversation_of(request), "01J0");
    EXPECT_EQ(subject_of(request), "");
    EXPECT_EQ(conversation_of(v1::PutTeamRequest()), "");
}

TEST(Subject, NamesRecordsByTheirIds) {
    v1::PutAgentRequest request;
    request.set_request_id("r1");
    request.mutable_agent()->set_id("claire");
    request.mutable_agent()->set_email("claire@brand.example");
    EXPECT_EQ(subject_of(request), "agent claire");
    v1::MergeContactsRequest merge;
    merge.set_into("K1");
    merge.set_from("K2");
    merge.set_reason("they said so");
    EXPECT_EQ(subject_of(merge), "into K1, from K2");
}

TEST(Subject, TellsNothingThatSomebodyWrote) {
    v1::SendRequest request;
    request.set_conversation("C1");
    request.set_text("dear Anna");
    EXPECT_EQ(subject_of(request), "");
    v1::CreateTokenRequest token;
    token.set_name("the words of a person");
    token.set_agent("bob");
    EXPECT_EQ(subject_of(token), "agent bob");
    v1::ClaimRequest odd;
    odd.set_conversation("no id, but words");
    EXPECT_EQ(conversation_of(odd), "");
}

TEST(Subject, TellsTheGrant) {
    Caller caller;
    caller.grants = {{Role::supervisor, {}, {"care"}, false}, {Role::agent, {}, {}, false}};
    Scope scope;
    scope.add(caller.grants[0]);
    EXPECT_EQ(grant_of(caller, scope), "supervisor+agent care/*/*");
}

}  // namespace
}  // namespace guichet::rpc
