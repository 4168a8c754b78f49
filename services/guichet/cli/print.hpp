#pragma once
// What commands show: tables for people, JSON for programs.
#include <string>
#include <vector>

#include <google/protobuf/message.h>

#include "guichet/v1/admin.pb.h"
#include "guichet/v1/escalation.pb.h"
#include "guichet/v1/inbox.pb.h"

namespace guichet::cli {

// Columns as wide as their widest cell; text that could move the cursor is taken out of every cell.
std::string table(const std::vector<std::string>& header, const std::vector<std::vector<std::string>>& rows);
// Control characters become spaces (a customer's text goes to a terminal); at most `most` characters.
std::string safe(const std::string& text, std::size_t most = 1000);
// Multi-line text, each line made safe.
std::string safe_lines(const std::string& text, const std::string& indent);

std::string to_json(const google::protobuf::Message& message, bool one_line = false);

// "in 14 min", "3 h late".
std::string due_words(std::int64_t due_ms, std::int64_t now_ms);
std::string queue_table(const v1::ListConversationsResponse& page, std::int64_t now_ms);
std::string conversation_text(const v1::Conversation& conversation,
                              const google::protobuf::RepeatedPtrField<v1::Message>& messages,
                              std::int64_t now_ms);
// A case in a few lines, with why it was opened.
std::string case_text(const v1::Escalation& escalation, std::int64_t now_ms);
// Who the person is now, and the case.
std::string verified_text(const v1::VerifyIdentityResponse& verified, std::int64_t now_ms);
// The ways as a table, the closed ones with why, then the case.
std::string routes_text(const v1::ListRoutesResponse& routes, std::int64_t now_ms);
// What belongs to a conversation: the other side of its case with its messages, other open ones.
std::string around_text(const v1::GetConversationResponse& view, std::int64_t now_ms);
// A contact with what was joined, its accounts and conversations; nothing for one without id.
std::string contact_text(const v1::Contact& contact);
// Who is likely the same, with the reasons.
std::string suggestions_text(const v1::GetContactResponse& response);
// Other open conversations of the same contact, a line each: nobody is to be answered twice.
std::string others_text(const v1::GetConversationResponse& view);
// A wish to be called.
std::string call_text(const v1::CallBack& call);
// With what is wrong, since when, and what to do.
std::string channels_text(const v1::ListChannelsResponse& channels);
std::string stats_text(const v1::StatsResponse& stats, std::int64_t now_ms);

}  // namespace guichet::cli
