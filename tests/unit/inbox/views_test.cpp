#include "services/inbox/views.hpp"

#include <gtest/gtest.h>

namespace guichet::inbox {
namespace {

rpc::GrantSpec steering(std::vector<std::string> teams) {
    return {rpc::Role::supervisor, {}, std::move(teams), false};
}

v1::SavedView view_of(const std::string& team) {
    v1::SavedView view;
    view.set_id("v1");
    view.set_name("Angry");
    view.set_list("queue");
    view.set_team(team);
    return view;
}

TEST(Views, WhatIsTheWorkspacesIsForEverybodyAndSharedByWhoSteersAllOfIt) {
    EXPECT_TRUE(is_for(view_of(""), {}));
    EXPECT_TRUE(may_share(view_of(""), {steering({})}));
    EXPECT_FALSE(may_share(view_of(""), {steering({"care"})}));
    EXPECT_FALSE(may_share(view_of(""), {rpc::GrantSpec{rpc::Role::agent, {}, {}, false}}));
    EXPECT_FALSE(may_share(view_of(""), {rpc::GrantSpec{rpc::Role::bot, {}, {}, false}})) << "no bot steers";
}

TEST(Views, WhatIsATeamsIsTheTeams) {
    EXPECT_TRUE(is_for(view_of("care"), {rpc::GrantSpec{rpc::Role::agent, {}, {"care"}, false}}));
    EXPECT_FALSE(is_for(view_of("care"), {rpc::GrantSpec{rpc::Role::agent, {}, {"legal"}, false}}));
    EXPECT_TRUE(may_share(view_of("care"), {steering({"care"})}));
    EXPECT_FALSE(may_share(view_of("care"), {steering({"legal"})}));
}

TEST(Views, AnImpossibleOneIsRefusedByItsField) {
    EXPECT_TRUE(check_view(view_of("")).ok());
    auto view = view_of("");
    view.set_name("two\nlines");
    EXPECT_EQ(check_view(view).field, "view.name");
    view = view_of("");
    view.set_list("board");
    EXPECT_EQ(check_view(view).field, "view.list");
    view = view_of("");
    (*view.mutable_query())["q"] = std::string(2'001, 'x');
    EXPECT_EQ(check_view(view).field, "view.query");
    view = view_of("");
    for (int i = 0; i < 13; ++i) (*view.mutable_query())["f" + std::to_string(i)] = "x";
    EXPECT_EQ(check_view(view).field, "view.query");
    view.set_id("no spaces");
    EXPECT_EQ(check_view(view).field, "view.id");
}

}  // namespace
}  // namespace guichet::inbox
