#include "common/config/schema_sections.hpp"

namespace guichet::config {

namespace {

void declare_poll(Schema& schema) {
    schema
        .section("ingest.poll", "Asking platforms for news, where they do not tell by themselves.",
                 &Settings::ingest, &IngestSettings::poll)
        .add("channels", &PollSettings::channels, "Channels that one process asks.", between(1, 100'000))
        .add("starts", &PollSettings::starts,
             "Channels that one process begins to ask in a second, so that after an outage not all begin at "
             "once.",
             between(1, 10'000))
        .add("question", &PollSettings::question,
             "How long one question may take; most of it is waiting for news at the platform.",
             lasting(seconds(1), hours(1)))
        .add("first_question", &PollSettings::first_question,
             "The same where the last question failed or there was none: it is soon known then whether the "
             "channel works.",
             lasting(seconds(1), hours(1)))
        .add("grace", &PollSettings::grace,
             "What a question may take beyond its time before it is broken off and counts as failed.",
             lasting(milliseconds(100), minutes(10)))
        .add("pages", &PollSettings::pages, "Pages that are taken from one channel without a pause.",
             between(1, 1000))
        .add("pause", &PollSettings::pause, "The shortest wait between two questions to one channel.",
             lasting(milliseconds(10), minutes(10)))
        .add("longest_wait", &PollSettings::longest_wait, "The longest wait between two questions.",
             lasting(seconds(1), days(1)))
        .add("backoff", &PollSettings::backoff,
             "The wait after the first failed question; it doubles, with some chance in it, up to "
             "ingest.poll.backoff_max.",
             lasting(milliseconds(10), hours(1)))
        .add("backoff_max", &PollSettings::backoff_max,
             "The longest wait after a failure; also the wait after a sign-in that was refused.",
             lasting(milliseconds(10), hours(24)))
        .add("sweep", &PollSettings::sweep, "How often what removed channels have left is cleared away.",
             lasting(seconds(1), hours(24)));
    schema.rule({"ingest.poll.pause", "ingest.poll.longest_wait"},
                [](const Settings& all) -> std::optional<std::string> {
                    if (all.ingest.poll.pause <= all.ingest.poll.longest_wait) return std::nullopt;
                    return "the shortest wait cannot be longer than the longest";
                });
    schema.rule({"ingest.poll.backoff", "ingest.poll.backoff_max"},
                [](const Settings& all) -> std::optional<std::string> {
                    if (all.ingest.poll.backoff <= all.ingest.poll.backoff_max) return std::nullopt;
                    return "the first wait cannot be longer than the longest";
                });
    schema.rule({"ingest.poll.first_question", "ingest.poll.question"},
                [](const Settings& all) -> std::optional<std::string> {
                    if (all.ingest.poll.first_question <= all.ingest.poll.question) return std::nullopt;
                    return "a first question cannot take longer than the others";
                });
}

}  // namespace

void declare_ingest(Schema& schema) {
    schema.section("ingest", "Taking messages in.", &Settings::ingest)
        .add("raw_limit", &IngestSettings::raw_limit,
             "The most bytes of a payload kept in Redis as it came; larger ones go to files first.",
             between(kib(1), mib(1)))
        .add("text_limit", &IngestSettings::text_limit,
             "The most bytes of one message's text; longer ones are refused. Of a form's, a quarter in "
             "characters.",
             between(kib(1), kib(256)))
        .add("webhook_batch", &IngestSettings::webhook_batch, "Messages in the body of one webhook.",
             between(1, 10'000))
        .add("in_flight", &IngestSettings::in_flight,
             "Messages being stored at once. Beyond it callers wait for a few seconds, then they are told to "
             "come "
             "back (503).",
             between(1, 65536))
        .add("unknown_letters", &IngestSettings::unknown_letters,
             "Dead letters that a workspace keeps of accounts that no channel is connected to. Beyond it the "
             "oldest is dropped.",
             between(1, 100'000))
        .add("unknown_bytes", &IngestSettings::unknown_bytes,
             "The most bytes that the bodies of those letters take together in Redis; likewise.",
             between(kib(64), gib(1)));
    declare_poll(schema);
    schema.rule({"ingest.text_limit", "ingest.raw_limit"},
                [](const Settings& all) -> std::optional<std::string> {
                    if (all.ingest.text_limit <= all.ingest.raw_limit) return std::nullopt;
                    return "a message's text cannot be larger than its payload";
                });
}

void declare_routing(Schema& schema) {
    schema.section("routing", "Who gets which conversation, and when.", &Settings::routing)
        .add("lease", &RoutingSettings::lease,
             "How long a conversation stays with an owner who does not renew; then it returns to the queue.",
             lasting(seconds(5), hours(24)))
        .add("presence_timeout", &RoutingSettings::presence_timeout,
             "Silence after which an agent counts as gone, and his conversations return to the queue.",
             lasting(seconds(1), hours(1)))
        .add("capacity", &RoutingSettings::capacity,
             "Conversations an agent owns at once, unless he has his own limit.", between(1, 1000))
        .add("return_pacing", &RoutingSettings::return_pacing,
             "Conversations per second and partition that return to the queue at most, so that an outage "
             "ends without a "
             "rush.",
             between(1, 10'000))
        .add("reserve", &RoutingSettings::reserve,
             "How long work waits for its preferred owner before anyone may take it.",
             lasting(seconds(0), hours(24)))
        .add("queue_scan", &RoutingSettings::queue_scan, "Entries one call looks through at most.",
             between(10, 500));

    const std::string hours_of = "Opening hours of the day.";
    schema
        .section("routing.calendar", "Business hours: deadlines count only them.", &Settings::routing,
                 &RoutingSettings::calendar)
        .add("timezone", &CalendarSettings::timezone, "The zone of the hours below.", time_zone(), "\"UTC\"")
        .add("monday", &CalendarSettings::monday, hours_of, opening_hours(),
             "[\"09:00-12:30\", \"13:30-17:00\"]")
        .add("tuesday", &CalendarSettings::tuesday, hours_of, opening_hours())
        .add("wednesday", &CalendarSettings::wednesday, hours_of, opening_hours())
        .add("thursday", &CalendarSettings::thursday, hours_of, opening_hours())
        .add("friday", &CalendarSettings::friday, hours_of, opening_hours())
        .add("saturday", &CalendarSettings::saturday, hours_of, opening_hours())
        .add("sunday", &CalendarSettings::sunday, hours_of, opening_hours())
        .add("holidays", &CalendarSettings::holidays, "Days that are closed whatever the weekday.", dates(),
             "[\"2026-12-25\", \"2027-01-01\"]");
    schema.rule({"routing.calendar"}, [](const Settings& all) -> std::optional<std::string> {
        const auto& week = all.routing.calendar;
        for (const auto* day : {&week.monday, &week.tuesday, &week.wednesday, &week.thursday, &week.friday,
                                &week.saturday, &week.sunday}) {
            if (!day->empty()) return std::nullopt;
        }
        return "some day must be open, or no deadline could ever be reached";
    });

    auto targets = [](Section<TargetSettings> section) {
        const auto range = lasting(minutes(1), days(90));
        const std::string what = "Business time until the answer is due.";
        section.add("urgent", &TargetSettings::urgent, what, range)
            .add("high", &TargetSettings::high, what, range)
            .add("normal", &TargetSettings::normal, what, range)
            .add("low", &TargetSettings::low, what, range);
    };
    targets(schema.section(
        "routing.first_answer",
        "When a customer's first message must be answered, by priority; this orders the queue.",
        &Settings::routing, &RoutingSettings::first_answer));
    targets(schema.section("routing.next_answer", "When his later messages must be answered, by priority.",
                           &Settings::routing, &RoutingSettings::next_answer));
}

void declare_reply(Schema& schema) {
    schema.section("reply", "Sending answers.", &Settings::reply)
        .add("undo", &ReplySettings::undo, "How long an answer is held before it is sent, and can be undone.",
             lasting(seconds(0), minutes(10)))
        .add("send_deadline", &ReplySettings::send_deadline, "The deadline of one attempt at the platform.",
             lasting(seconds(1), minutes(5)))
        .add("retry_base", &ReplySettings::retry_base,
             "The wait after the first failed attempt; it doubles, with some chance in it, up to "
             "reply.retry_max.",
             lasting(milliseconds(10), hours(1)))
        .add("retry_max", &ReplySettings::retry_max, "The longest wait between attempts.",
             lasting(milliseconds(10), hours(24)))
        .add("retry_attempts", &ReplySettings::retry_attempts, "Attempts after which an answer has failed.",
             between(1, 100))
        .add("unconfirmed_wait", &ReplySettings::unconfirmed_wait,
             "How long after an attempt with an unknown outcome the platform is first asked whether it "
             "arrived.",
             lasting(seconds(1), hours(24)))
        .add("in_flight", &ReplySettings::in_flight, "Answers being sent at once.", between(1, 1024));
    schema.rule({"reply.retry_base", "reply.retry_max"},
                [](const Settings& all) -> std::optional<std::string> {
                    if (all.reply.retry_base <= all.reply.retry_max) return std::nullopt;
                    return "the first wait cannot be longer than the longest";
                });
}

void declare_inbox(Schema& schema) {
    schema.section("inbox", "Reading: lists, history, live events, the archive.", &Settings::inbox)
        .add("archive", &InboxSettings::archive,
             "The archive's SQLite file. Empty: archive.sqlite in server.data.")
        .add("raw_retention", &InboxSettings::raw_retention, "How long payloads are kept as they came.",
             lasting(hours(1), days(3650)))
        .add("event_retention", &InboxSettings::event_retention, "How long the archive keeps events.",
             lasting(days(1), days(36500)))
        .add("watch_buffer", &InboxSettings::watch_buffer,
             "Events that may wait for one slow watcher before it is cut off and has to resume.",
             between(10, 100'000))
        .add("max_watches", &InboxSettings::max_watches, "Watchers at once.", between(1, 1'000'000))
        .add("page_default", &InboxSettings::page_default,
             "Entries of a page when the caller names no number.", between(1, 1000))
        .add("page_max", &InboxSettings::page_max, "Entries of a page at most.", between(1, 1000))
        .add("suggest_from", &InboxSettings::suggest_from,
             "How likely another contact must be the same person to be suggested: 0 to 1. The same address "
             "alone "
             "weighs 0.75, a telephone number 0.65, an order number 0.45, a full name 0.25.",
             between(0.1, 1.0))
        .add("suggest_most", &InboxSettings::suggest_most, "Contacts that are suggested at most.",
             between(0, 20));
    schema.rule({"inbox.page_default", "inbox.page_max"},
                [](const Settings& all) -> std::optional<std::string> {
                    if (all.inbox.page_default <= all.inbox.page_max) return std::nullopt;
                    return "the usual page cannot be larger than the largest";
                });
}

void declare_audit(Schema& schema) {
    Rule<milliseconds> days_or_ever{"0s, or 1d to 36500d", [](const milliseconds& keep) {
                                        return keep == milliseconds(0) ||
                                               (keep >= days(1) && keep <= days(36500));
                                    }};
    schema.section("audit", "Who did what.", &Settings::audit)
        .add("keep", &AuditSettings::keep,
             "How long the archive keeps a line of the audit; 0s: for ever. What is older is removed once a "
             "day, from the beginning of the chain, which tells it itself; the rest can be verified still.",
             std::move(days_or_ever), "\"730d\"");
}

}  // namespace guichet::config
