#include "tests/integration/channels/facebook_world.hpp"

namespace guichet::channels::facebook {
namespace {

using OutcomeKind = channels::Outcome::Kind;
using LookKind = Reconciled::Kind;

class FacebookOut : public FacebookWorld {};

TEST_F(FacebookOut, AnswersAComment) {
    const auto comment = platform_->comment("Anna", "It broke");
    const auto outcome = send(intent_for(comment.id, "Sorry & <more> 😢"));
    ASSERT_EQ(outcome.kind, OutcomeKind::sent) << outcome.error;
    ASSERT_EQ(platform_->published().size(), 1u);
    const auto& published = platform_->published()[0];
    EXPECT_EQ(published.id, outcome.external_id);
    EXPECT_EQ(published.target, comment.id);
    EXPECT_EQ(published.text, "Sorry & <more> 😢");
    const auto& seen = platform_->graph().requests().back();
    EXPECT_TRUE(seen.parameters.contains("appsecret_proof")) << "and the stand-in refuses a wrong one";
    EXPECT_FALSE(seen.parameters.contains("access_token")) << "the token is in a header";
    EXPECT_EQ(seen.version, "v25.0");
}

TEST_F(FacebookOut, AnswersWithAPictureOnce) {
    const auto comment = platform_->comment("Anna", "How is it opened?");
    auto intent = intent_for(comment.id, "Like this");
    auto& picture = intent.attachments.emplace_back();
    picture.set_media_type("image/jpeg");
    picture.set_url("https://shop.example/open.jpg?a=1&b=2");
    platform_->faults().script(Fault::cut_after());
    EXPECT_EQ(send(intent).kind, OutcomeKind::ambiguous);
    ASSERT_EQ(platform_->published().size(), 1u);
    EXPECT_EQ(platform_->published()[0].picture, picture.url());
    EXPECT_EQ(look(intent).external_id, platform_->published()[0].id);
    picture.set_media_type("application/pdf");
    const auto asked = platform_->graph().requests().size();
    EXPECT_EQ(send(intent).kind, OutcomeKind::permanent);
    EXPECT_EQ(platform_->graph().requests().size(), asked) << "refused before anything is sent";
}

TEST_F(FacebookOut, PublishesAPost) {
    const auto outcome = send(intent_for("", "We are open"));
    ASSERT_EQ(outcome.kind, OutcomeKind::sent) << outcome.error;
    EXPECT_EQ(platform_->published().at(0).kind, "post");
    const auto found = look(intent_for("", "We are open"));
    EXPECT_EQ(found.external_id, outcome.external_id);
}

TEST_F(FacebookOut, ACutConnectionIsLookedUp) {
    const auto comment = platform_->comment("Anna", "It broke");
    auto intent = intent_for(comment.id, "Sorry \n for that ");
    platform_->faults().script(Fault::cut_before());
    EXPECT_EQ(send(intent).kind, OutcomeKind::ambiguous);
    EXPECT_EQ(look(intent).kind, LookKind::absent);
    platform_->faults().script(Fault::cut_after());
    EXPECT_EQ(send(intent).kind, OutcomeKind::ambiguous);
    ASSERT_EQ(platform_->published().size(), 1u);
    const auto found = look(intent);
    EXPECT_EQ(found.kind, LookKind::found);
    EXPECT_EQ(found.external_id, platform_->published()[0].id);
    intent.text = "Something else";
    EXPECT_EQ(look(intent).kind, LookKind::absent);
}

TEST_F(FacebookOut, LooksUpWithWhatIsKnownLater) {
    const auto comment = platform_->comment("Anna", "It broke");
    auto intent = intent_for(comment.id, "Sorry");
    const auto sent = send(intent);
    intent.reply_to.clear();
    intent.is_public = false;
    intent.thread = comment.id + "|" + platform_->page().person("Anna").id;
    EXPECT_EQ(look(intent).external_id, sent.external_id) << "by the thread alone";
}

TEST_F(FacebookOut, AnswersToRepliesAreFoundWhereverTheyAreFiled) {
    const auto root = platform_->comment("Anna", "It broke");
    const auto reply = platform_->comment("Ben", "Mine too", root.id);
    auto intent = intent_for(reply.id, "Sorry");
    intent.thread = root.id + "|x";
    const auto id = platform_->page().answer_comment(root.id, "Sorry", 0);
    EXPECT_EQ(look(intent).external_id, id);
}

TEST_F(FacebookOut, TellsAllThatFitTheEarliestFirst) {
    const auto comment = platform_->comment("Anna", "It broke");
    auto intent = intent_for(comment.id, "Sorry");
    send(intent);
    clock_.advance(90s);
    const auto second = send(intent);
    clock_.advance(1s);
    const auto third = send(intent);
    EXPECT_EQ(look(intent).candidates.size(), 3u);
    intent.created_at = clock_.now();
    const auto found = look(intent);
    ASSERT_EQ(found.candidates.size(), 2u) << "the first is older than the delivery";
    EXPECT_EQ(found.candidates[0], second.external_id);
    EXPECT_EQ(found.candidates[1], third.external_id);
    EXPECT_EQ(found.external_id, second.external_id);
}

TEST_F(FacebookOut, ReadsSoManyPagesAndThenSaysThatItDoesNotKnow) {
    const auto comment = platform_->comment("Anna", "It broke");
    const auto intent = intent_for(comment.id, "Sorry");
    send(intent);
    for (int i = 0; i < 450; ++i) platform_->comment("Ben", "me too", comment.id);
    EXPECT_EQ(look(intent).kind, LookKind::found);
    for (int i = 0; i < 100; ++i) platform_->comment("Ben", "me too", comment.id);
    EXPECT_EQ(look(intent).kind, LookKind::unknown);
}

TEST_F(FacebookOut, AFailedLookIsNoAnswer) {
    const auto comment = platform_->comment("Anna", "It broke");
    platform_->faults().script(Fault::gateway_error().for_reads());
    EXPECT_EQ(look(intent_for(comment.id, "Sorry")).kind, LookKind::unknown);
}

TEST_F(FacebookOut, RefusalsFollowTheCode) {
    const auto comment = platform_->comment("Anna", "It broke");
    const auto intent = intent_for(comment.id, "Sorry");
    platform_->faults().script(Fault::gateway_error());
    EXPECT_EQ(send(intent).kind, OutcomeKind::ambiguous);
    platform_->faults().script(Fault::server_error());
    EXPECT_EQ(send(intent).kind, OutcomeKind::retry);
    platform_->faults().script(Fault::expired_token());
    EXPECT_EQ(send(intent).kind, OutcomeKind::reauth);
    EXPECT_EQ(send(intent_for("1_2", "Sorry")).kind, OutcomeKind::permanent) << "a comment that is gone";
    EXPECT_TRUE(platform_->published().empty());
}

TEST_F(FacebookOut, HoldsBackWhereGraphSaysHowLong) {
    const auto comment = platform_->comment("Anna", "It broke");
    const auto intent = intent_for(comment.id, "Sorry");
    platform_->faults().script(Fault::throttled(120s));
    const auto throttled = send(intent);
    EXPECT_EQ(throttled.kind, OutcomeKind::retry);
    EXPECT_EQ(throttled.after, 120s);
    const auto asked = platform_->graph().requests().size();
    const auto held = send(intent);
    EXPECT_EQ(held.kind, OutcomeKind::retry);
    EXPECT_EQ(held.after, 120s);
    EXPECT_EQ(look(intent).kind, LookKind::unknown);
    EXPECT_EQ(platform_->graph().requests().size(), asked) << "nothing was asked";
    clock_.advance(120s);
    EXPECT_EQ(send(intent).kind, OutcomeKind::sent);
}

TEST_F(FacebookOut, SendsNothingTooLate) {
    const auto comment = platform_->comment("Anna", "It broke");
    auto intent = intent_for(comment.id, "Sorry");
    intent.not_after = clock_.now() - 1;
    EXPECT_EQ(send(intent).kind, OutcomeKind::retry);
    EXPECT_TRUE(platform_->graph().requests().empty());
}

TEST_F(FacebookOut, APrivateReplyLinksTheTwoAccountsAndGoesOutOnce) {
    const auto comment = platform_->comment("Anna", "It broke");
    const auto intent = intent_for(comment.id, "Tell us more", Way::private_reply);
    const auto sent = send(intent);
    ASSERT_EQ(sent.kind, OutcomeKind::sent) << sent.error;
    EXPECT_EQ(sent.recipient, psid("Anna"));
    EXPECT_EQ(sent.external_id, platform_->published().at(0).id);
    EXPECT_EQ(send(intent).kind, OutcomeKind::duplicate);
    const auto other = platform_->comment("Ben", "Mine too");
    clock_.advance(7 * 24h + 1s);
    const auto late = send(intent_for(other.id, "Tell us more", Way::private_reply));
    EXPECT_EQ(late.kind, OutcomeKind::permanent);
    EXPECT_TRUE(late.route_closed);
    EXPECT_EQ(platform_->published().size(), 1u);
}

TEST_F(FacebookOut, APrivateReplyWhoseAnswerWasLostIsFoundByItsComment) {
    const auto comment = platform_->comment("Anna", "It broke");
    const auto other = platform_->comment("Ben", "Mine too");
    send(intent_for(other.id, "Tell us more", Way::private_reply));
    const auto intent = intent_for(comment.id, "Tell us more", Way::private_reply);
    platform_->faults().script(Fault::cut_before());
    EXPECT_EQ(send(intent).kind, OutcomeKind::ambiguous);
    EXPECT_EQ(look(intent).kind, LookKind::absent) << "the same words to somebody else";
    platform_->faults().script(Fault::cut_after());
    EXPECT_EQ(send(intent).kind, OutcomeKind::ambiguous);
    const auto found = look(intent);
    EXPECT_EQ(found.kind, LookKind::found);
    EXPECT_EQ(found.external_id, platform_->published().at(1).id);
    EXPECT_EQ(found.recipient, psid("Anna"));
}

TEST_F(FacebookOut, APrivateReplyIsAbsentOnlyWhereTheCommentStillTakesOne) {
    const auto comment = platform_->comment("Anna", "It broke");
    const auto intent = intent_for(comment.id, "Tell us more", Way::private_reply);
    // Somebody else's, by another tool: this one cannot go out any more, and never did.
    platform_->page().answer_privately(comment.id, "Hello, how can we help?", 0);
    EXPECT_EQ(look(intent).kind, LookKind::unknown);
    const auto old = platform_->comment("Ben", "Mine too");
    clock_.advance(8 * 24h);
    EXPECT_EQ(look(intent_for(old.id, "Tell us more", Way::private_reply)).kind, LookKind::unknown);
    platform_->remove(old.id);
    EXPECT_EQ(look(intent_for(old.id, "Tell us more", Way::private_reply)).kind, LookKind::unknown);
}

TEST_F(FacebookOut, MessengerIsOpenForADayAndForAHumanAWeek) {
    platform_->message("Anna", "Hello");
    auto intent = intent_to(psid("Anna"), "Hello Anna");
    EXPECT_EQ(send(intent).kind, OutcomeKind::sent);
    clock_.advance(25h);
    const auto asked = platform_->graph().requests().size();
    const auto closed = send(intent);
    EXPECT_EQ(closed.kind, OutcomeKind::permanent);
    EXPECT_TRUE(closed.route_closed);
    EXPECT_EQ(platform_->graph().requests().size(), asked);
    (*channel_.mutable_settings())["human_agent"] = "true";
    EXPECT_EQ(send(intent).kind, OutcomeKind::sent);
    intent.customer_wrote_at = clock_.now();
    const auto refused = send(intent);
    EXPECT_EQ(refused.kind, OutcomeKind::permanent) << "Graph knows better";
    EXPECT_TRUE(refused.route_closed);
    EXPECT_EQ(platform_->published().size(), 2u);
}

TEST_F(FacebookOut, WhoBlocksThePageClosesTheRoute) {
    platform_->message("Anna", "Hello");
    platform_->page().person("Anna").blocks_page = true;
    const auto outcome = send(intent_to(psid("Anna"), "Hello Anna"));
    EXPECT_EQ(outcome.kind, OutcomeKind::permanent);
    EXPECT_TRUE(outcome.route_closed);
    EXPECT_EQ(send(intent_to("12", "Hello nobody")).kind, OutcomeKind::permanent);
}

TEST_F(FacebookOut, AMessageIsLookedUpInThePersonsConversation) {
    platform_->message("Anna", "Hello");
    platform_->message("Ben", "Hello");
    send(intent_to(psid("Ben"), "How can we help?"));
    const auto intent = intent_to(psid("Anna"), "How can we help?");
    EXPECT_EQ(look(intent).kind, LookKind::absent) << "the same words to somebody else";
    platform_->faults().script(Fault::cut_after());
    EXPECT_EQ(send(intent).kind, OutcomeKind::ambiguous);
    const auto found = look(intent);
    EXPECT_EQ(found.kind, LookKind::found);
    EXPECT_EQ(found.external_id, platform_->published().at(1).id);
}

TEST_F(FacebookOut, HidesShowsAndLikes) {
    const auto comment = platform_->comment("Anna", "%#!");
    const auto does = [&](Act what) {
        return test::run(io_, connector_->act(channel_, what, comment.id, 5s)).kind;
    };
    EXPECT_EQ(does(Act::hide), OutcomeKind::sent);
    EXPECT_TRUE(platform_->page().find_comment(comment.id)->hidden);
    EXPECT_EQ(does(Act::show), OutcomeKind::sent);
    EXPECT_FALSE(platform_->page().find_comment(comment.id)->hidden);
    EXPECT_EQ(does(Act::like), OutcomeKind::sent);
    EXPECT_TRUE(platform_->page().find_comment(comment.id)->liked);
    EXPECT_EQ(does(Act::unlike), OutcomeKind::sent);
    EXPECT_FALSE(platform_->page().find_comment(comment.id)->liked);
    platform_->faults().script(Fault::cut_after());
    EXPECT_EQ(does(Act::hide), OutcomeKind::retry) << "hiding twice hides once";
    EXPECT_EQ(does(Act::hide), OutcomeKind::sent);
}

TEST_F(FacebookOut, TestsTokenAndPage) {
    const auto tried = [&] { return test::run(io_, connector_->test(channel_)); };
    EXPECT_TRUE(tried().ok()) << tried().message;
    platform_->graph().set_access_token("EAAnew");
    const auto expired = tried();
    EXPECT_EQ(expired.code, Code::unauthenticated);
    EXPECT_NE(expired.message.find("secrets.page_token"), std::string::npos) << expired.message;
    (*channel_.mutable_secrets())["page_token"] = "EAAnew";
    (*channel_.mutable_settings())["page_id"] = "42";
    EXPECT_EQ(tried().code, Code::failed_precondition);
    channel_.mutable_settings()->erase("page_id");
    EXPECT_EQ(tried().field, "settings.page_id");
}

TEST_F(FacebookOut, ReachesPrivateAddressesOnlyWhereBothAllowIt) {
    FacebookConnector strict(*client_, nullptr, clock_);
    const auto comment = platform_->comment("Anna", "It broke");
    EXPECT_EQ(test::run(io_, strict.send(channel_, intent_for(comment.id, "Sorry"))).kind,
              OutcomeKind::permanent);
    EXPECT_TRUE(platform_->graph().requests().empty());
}

}  // namespace
}  // namespace guichet::channels::facebook
