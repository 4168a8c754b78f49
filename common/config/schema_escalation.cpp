#include "common/config/schema_sections.hpp"

namespace guichet::config {

void declare_escalation(Schema& schema) {
    const auto patience = lasting(minutes(1), days(90));
    schema.section("escalation", "Moving from public to private.", &Settings::escalation)
        .add("score", &EscalationSettings::score,
             "The weight of a contact's negative public posts from which the move is proposed; a fresh, very "
             "negative, unanswered complaint weighs 1.95.",
             between(0.1, 100.0))
        .add("least_posts", &EscalationSettings::least_posts,
             "Negative posts that it takes at least, whatever they weigh.", between(1, 50))
        .add("least_negative", &EscalationSettings::least_negative,
             "How negative a post must be to count: 0 is neutral, 1 the worst. Complaints count anyway.",
             between(0.0, 1.0))
        .add("half_life", &EscalationSettings::half_life, "After this a post weighs half.",
             lasting(minutes(1), days(365)))
        .add("window", &EscalationSettings::window, "Older posts do not count.",
             lasting(minutes(1), days(365)))
        .add("cool_off", &EscalationSettings::cool_off,
             "How long nothing is proposed again after a proposal was declined.",
             lasting(seconds(0), days(365)))
        .add("wait_private_reply", &EscalationSettings::wait_private_reply,
             "How long the customer may take to answer a private reply before the next way is offered.",
             patience)
        .add("wait_direct", &EscalationSettings::wait_direct, "The same of a direct message.", patience)
        .add("wait_mail", &EscalationSettings::wait_mail, "The same of a mail.", patience)
        .add("wait_link", &EscalationSettings::wait_link, "The same of a private link.", patience)
        .add("code_lifetime", &EscalationSettings::code_lifetime,
             "How long the code counts that the page of a link in public shows to a visitor.",
             lasting(minutes(5), days(30)))
        .add("code_tries", &EscalationSettings::code_tries,
             "Comments of the author with wrong codes after which a visitor's code counts no more.",
             between(1, 100))
        .add("claimants", &EscalationSettings::claimants,
             "Visitors of one such page who may write to the brand before they have proven who they are.",
             between(1, 100))
        .add("visitors", &EscalationSettings::visitors,
             "Visitors of one such page who have a code at the same time; beyond it those make room who have "
             "not written for an hour.",
             between(1, 1000))
        .add("in_flight", &EscalationSettings::in_flight, "Judgements and offers being worked on at once.",
             between(1, 1024));
}

}  // namespace guichet::config
