#pragma once
// Commands about what a desk looks at beside its conversations, and what they show.
#include "guichet/v1/contacts.pb.h"
#include "guichet/v1/desk.pb.h"
#include "services/guichet/cli/command.hpp"

namespace guichet::cli {

// deliveries, settle, mentions, at-risk, views
void add_desk(CLI::App& app, Common& common);
// positions, put-position
void add_writing(CLI::App& app, Common& common);
// hide, unhide, like, unlike, moderations
void add_moderating(CLI::App& app, Common& common);
// not-same
void add_apart(CLI::App& app, Common& common);
// segment
void add_segment(CLI::App& app, Common& common);
// history
void add_history(CLI::App& app, Common& common);
// second-factor list, reset, rule
void add_second_factor(CLI::App& app, Common& common);

// Answers that wait for something or somebody.
std::string deliveries_table(const v1::ListDeliveriesResponse& page);
// What somebody wrote before.
std::string history_text(const v1::GetHistoryResponse& page);
// Notes that name the caller; "*" before what is not read.
std::string mentions_text(const v1::ListMentionsResponse& page);
// What runs out of time.
std::string at_risk_table(const v1::ListAtRiskResponse& page, std::int64_t now_ms);

}  // namespace guichet::cli
