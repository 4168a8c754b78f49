// Nobody may give more than he may do himself.
#include "services/gateway/admin/grants.hpp"

#include <gtest/gtest.h>

#include "services/gateway/admin/checks.hpp"

namespace guichet::gateway {
namespace {

using rpc::GrantSpec;
using rpc::Role;

GrantSpec spec(Role role, std::vector<std::string> channels = {}, std::vector<std::string> teams = {},
               bool public_only = false) {
    return {role, std::move(channels), std::move(teams), public_only};
}

TEST(Covers, FollowsTheLadder) {
    EXPECT_TRUE(covers({spec(Role::admin)}, spec(Role::admin)));
    EXPECT_TRUE(covers({spec(Role::admin)}, spec(Role::bot)));
    EXPECT_TRUE(covers({spec(Role::supervisor)}, spec(Role::agent)));
    EXPECT_FALSE(covers({spec(Role::supervisor)}, spec(Role::admin)));
    EXPECT_FALSE(covers({spec(Role::supervisor)}, spec(Role::bot)));
    EXPECT_FALSE(covers({spec(Role::bot)}, spec(Role::viewer)));
    EXPECT_FALSE(covers({spec(Role::channel)}, spec(Role::agent)));
    EXPECT_FALSE(covers({spec(Role::unspecified)}, spec(Role::viewer)));
    EXPECT_FALSE(covers({}, spec(Role::viewer)));
}

TEST(Covers, NeverWidensAScope) {
    const auto narrow = spec(Role::admin, {"form"}, {"care"}, true);
    EXPECT_TRUE(covers({narrow}, spec(Role::agent, {"form"}, {"care"}, true)));
    EXPECT_FALSE(covers({narrow}, spec(Role::agent, {}, {"care"}, true)));
    EXPECT_FALSE(covers({narrow}, spec(Role::agent, {"form", "mail"}, {"care"}, true)));
    EXPECT_FALSE(covers({narrow}, spec(Role::agent, {"form"}, {}, true)));
    EXPECT_FALSE(covers({narrow}, spec(Role::agent, {"form"}, {"care"}, false)));
    // Two halves do not make a whole.
    EXPECT_FALSE(covers({spec(Role::admin, {"a"}), spec(Role::admin, {"b"})}, spec(Role::agent, {"a", "b"})));
}

TEST(Checks, NameWhatIsWrong) {
    EXPECT_TRUE(check_id("id", "claire.b@x").ok());
    EXPECT_FALSE(check_id("id", "").ok());
    EXPECT_FALSE(check_id("id", "a b").ok());
    EXPECT_FALSE(check_name("name", "two\nlines").ok());
    EXPECT_FALSE(check_name("name", std::string(201, 'x')).ok());
    EXPECT_TRUE(check_email("email", "claire@brand.example").ok());
    for (const char* bad : {"claire", "@x", "a@", "a@b@c", "a b@c"})
        EXPECT_FALSE(check_email("email", bad).ok()) << bad;
    EXPECT_FALSE(check_language("language", "FR").ok());
    EXPECT_EQ(check_language("language", "fra").field, "language");
}

TEST(Checks, PagesFollowTheCursor) {
    const std::vector<std::string> all{"d", "b", "a", "c"};
    const auto id = [](const std::string& text) { return text; };
    const auto first = page_of(all, 3, "", id);
    EXPECT_EQ(first->items, (std::vector<std::string>{"a", "b", "c"}));
    EXPECT_EQ(first->next, "c");
    const auto second = page_of(all, 3, first->next, id);
    EXPECT_EQ(second->items, (std::vector<std::string>{"d"}));
    EXPECT_EQ(second->next, "");
    EXPECT_EQ(page_of(all, 4, "", id)->next, "");
    EXPECT_FALSE(page_of(all, -1, "", id));
    EXPECT_EQ(*page_size(100'000), 200u);
}

}  // namespace
}  // namespace guichet::gateway
