#include "services/guichet/cli/commands.hpp"

#include <iostream>
#include <memory>

#include "common/core/clock.hpp"
#include "common/store/records.hpp"
#include "guichet/v1/admin.pb.h"
#include "guichet/v1/reply.pb.h"
#include "guichet/v1/routing.pb.h"
#include "services/guichet/cli/completion.hpp"
#include "services/guichet/cli/connection.hpp"
#include "services/guichet/cli/doctor.hpp"
#include "services/guichet/cli/print.hpp"

namespace guichet::cli {
namespace {

using namespace std::chrono_literals;

// What all commands take.
struct Common {
    Where where;
    bool json = false;
    int* code = nullptr;
};

TimeMs now() {
    return SystemClock().now();
}

// Opens the connection, runs `work` with it and keeps the exit code.
template <class Work>
void with_server(const Common& common, Work work) {
    auto connection = Connection::open(common.where);
    *common.code = connection ? work(connection->client()) : fail(connection.error());
}

// One call whose answer is shown as JSON or by `show`.
template <class Response, class Show>
int call(rpc::SyncClient& client, const Common& common, const std::string& method,
         const google::protobuf::Message& request, Show show, std::chrono::milliseconds timeout = 30s) {
    auto response = client.call<Response>("guichet.v1." + method, request, timeout);
    if (!response) return fail(response.error());
    std::cout << (common.json ? to_json(*response) : show(*response));
    return kDone;
}

std::string done(const v1::Conversation& c) {
    return c.id() + " is " + store::state_word(c.state()) + (c.owner().empty() ? "" : ", owned by " + c.owner()) + "\n";
}

std::string read_text(const std::string& text) {
    if (text != "-") return text;
    return {std::istreambuf_iterator<char>(std::cin), {}};
}

// The conversation as it is now, with the owner's epoch.
Result<v1::Conversation> look_up(rpc::SyncClient& client, const std::string& id) {
    v1::GetConversationRequest request;
    request.set_conversation(id);
    request.set_message_limit(1);
    auto response = client.call<v1::GetConversationResponse>("guichet.v1.InboxService/GetConversation", request, 30s);
    if (!response) return response.error();
    return response->conversation();
}

CLI::App* add(CLI::App& app, Common& common, const char* name, const char* description) {
    auto* command = app.add_subcommand(name, description);
    command->add_option("--server", common.where.server, "host:port of the server's gRPC")->type_name("ADDR");
    command->add_option("--data", common.where.data, "data directory of a server on this machine")->type_name("DIR");
    command->add_flag("--json", common.json, "for programs: JSON");
    return command;
}

void add_queue(CLI::App& app, Common& common) {
    struct Options {
        std::string channel, team, language, cursor, owner;
        int size = 50;
    };
    auto options = std::make_shared<Options>();
    auto* command = add(app, common, "queue", "what waits, most urgent first");
    command->add_option("--channel", options->channel, "of one channel only");
    command->add_option("--team", options->team, "of one team only");
    command->add_option("--language", options->language, "of one language only, e.g. fr");
    command->add_option("--owner", options->owner, "what an agent owns instead; me: you");
    command->add_option("--page-size", options->size, "1 to 200")->check(CLI::Range(1, 200));
    command->add_option("--cursor", options->cursor, "from the page before");
    command->callback([&common, options] {
        with_server(common, [&](rpc::SyncClient& client) {
            v1::ListConversationsRequest request;
            auto* filter = request.mutable_filter();
            filter->add_states(options->owner.empty() ? v1::CONVERSATION_STATE_WAITING : v1::CONVERSATION_STATE_OWNED);
            if (!options->owner.empty()) filter->add_owners(options->owner);
            if (!options->channel.empty()) filter->add_channels(options->channel);
            if (!options->team.empty()) filter->add_teams(options->team);
            if (!options->language.empty()) filter->add_languages(options->language);
            request.set_page_size(options->size);
            request.set_cursor(options->cursor);
            return call<v1::ListConversationsResponse>(
                client, common, "InboxService/ListConversations", request,
                [](const v1::ListConversationsResponse& page) {
                    if (page.conversations().empty()) return std::string("Nothing waits.\n");
                    auto text = queue_table(page, now());
                    if (!page.next_cursor().empty()) text += "more: --cursor " + page.next_cursor() + "\n";
                    return text;
                });
        });
    });
}

void add_next(CLI::App& app, Common& common) {
    struct Options {
        std::string conversation;
        int wait = 0;
    };
    auto options = std::make_shared<Options>();
    auto* command = add(app, common, "next", "take the most urgent conversation that you may serve");
    command->add_option("conversation", options->conversation, "take this one instead");
    command->add_option("--wait", options->wait, "seconds to wait for one")->check(CLI::Range(0, 30));
    command->callback([&common, options] {
        with_server(common, [&](rpc::SyncClient& client) {
            if (!options->conversation.empty()) {
                v1::ClaimRequest request;
                request.set_request_id(Connection::request_id());
                request.set_conversation(options->conversation);
                return call<v1::ClaimResponse>(client, common, "RoutingService/Claim", request,
                                               [](const v1::ClaimResponse& r) {
                                                   return conversation_text(r.conversation(), r.messages(), now());
                                               });
            }
            v1::ClaimNextRequest request;
            request.set_request_id(Connection::request_id());
            request.mutable_wait()->set_seconds(options->wait);
            bool nothing = false;
            const int code = call<v1::ClaimNextResponse>(
                client, common, "RoutingService/ClaimNext", request,
                [&nothing](const v1::ClaimNextResponse& r) {
                    nothing = !r.has_conversation();
                    if (nothing) return std::string("Nothing waits.\n");
                    return conversation_text(r.conversation(), r.messages(), now());
                },
                60s);
            return code == kDone && nothing ? static_cast<int>(kNothing) : code;
        });
    });
}

void add_show(CLI::App& app, Common& common) {
    auto id = std::make_shared<std::string>();
    auto* command = add(app, common, "show", "a conversation with its messages");
    command->add_option("conversation", *id)->required();
    command->callback([&common, id] {
        with_server(common, [&](rpc::SyncClient& client) {
            v1::GetConversationRequest request;
            request.set_conversation(*id);
            request.set_message_limit(200);
            return call<v1::GetConversationResponse>(client, common, "InboxService/GetConversation", request,
                                                     [](const v1::GetConversationResponse& r) {
                                                         auto text = conversation_text(r.conversation(), r.messages(), now());
                                                         if (!r.draft().empty()) text += "\nyour draft:\n" + safe_lines(r.draft(), "    ");
                                                         return text;
                                                     });
        });
    });
}

void add_reply(CLI::App& app, Common& common) {
    struct Options {
        std::string conversation, text, persona;
        int undo = -1;
        std::int64_t seen = 0;
        bool resolve = false, wait = false;
    };
    auto options = std::make_shared<Options>();
    auto* command = add(app, common, "reply", "answer the customer (you must own the conversation)");
    command->add_option("conversation", options->conversation)->required();
    command->add_option("text", options->text, "the answer; - reads it from standard input")->required();
    command->add_option("--persona", options->persona, "who signs");
    command->add_option("--undo", options->undo, "seconds in which it can be taken back")->check(CLI::Range(0, 3600));
    command->add_option("--seen", options->seen,
                        "the last customer's message you read (seq); refused when there is a newer one");
    auto* resolve = command->add_flag("--resolve", options->resolve, "and close the conversation when it is sent");
    command->add_flag("--wait", options->wait, "and wait for the customer")->excludes(resolve);
    command->callback([&common, options] {
        with_server(common, [&](rpc::SyncClient& client) {
            auto conversation = look_up(client, options->conversation);
            if (!conversation) return fail(conversation.error());
            v1::SendRequest request;
            request.set_request_id(Connection::request_id());
            request.set_conversation(options->conversation);
            request.set_epoch(conversation->epoch());
            request.set_inbound_seq(options->seen > 0 ? options->seen : conversation->inbound_seq());
            request.set_text(read_text(options->text));
            request.set_persona(options->persona);
            if (options->undo >= 0) request.mutable_undo_window()->set_seconds(options->undo);
            if (options->resolve) request.set_after(v1::AFTER_SEND_RESOLVE);
            if (options->wait) request.set_after(v1::AFTER_SEND_WAIT);
            return call<v1::SendResponse>(client, common, "ReplyService/Send", request, [](const v1::SendResponse& r) {
                auto text = "delivery " + r.delivery().id();
                if (r.delivery().has_held_until()) {
                    text += " leaves at " + to_iso8601(store::to_ms(r.delivery().held_until()));
                }
                return text + "\n";
            });
        });
    });
}

void add_note(CLI::App& app, Common& common) {
    struct Options {
        std::string conversation, text;
    };
    auto options = std::make_shared<Options>();
    auto* command = add(app, common, "note", "a note among agents; the customer never sees it");
    command->add_option("conversation", options->conversation)->required();
    command->add_option("text", options->text, "- reads it from standard input")->required();
    command->callback([&common, options] {
        with_server(common, [&](rpc::SyncClient& client) {
            v1::AddNoteRequest request;
            request.set_request_id(Connection::request_id());
            request.set_conversation(options->conversation);
            request.set_text(read_text(options->text));
            return call<v1::AddNoteResponse>(client, common, "ReplyService/AddNote", request,
                                             [](const v1::AddNoteResponse&) { return std::string("noted\n"); });
        });
    });
}

void add_resolve(CLI::App& app, Common& common) {
    static const std::map<std::string, v1::Outcome> kOutcomes{{"solved", v1::OUTCOME_SOLVED},
                                                              {"no-answer", v1::OUTCOME_NO_ANSWER_NEEDED},
                                                              {"duplicate", v1::OUTCOME_DUPLICATE},
                                                              {"spam", v1::OUTCOME_SPAM},
                                                              {"handed-on", v1::OUTCOME_HANDED_ON}};
    struct Options {
        std::string conversation, cause, remedy;
        v1::Outcome outcome = v1::OUTCOME_SOLVED;
    };
    auto options = std::make_shared<Options>();
    auto* command = add(app, common, "resolve", "close a conversation");
    command->add_option("conversation", options->conversation)->required();
    command->add_option("--outcome", options->outcome, "solved, no-answer, duplicate, spam or handed-on")
        ->transform(CLI::CheckedTransformer(kOutcomes));
    command->add_option("--cause", options->cause, "what was wrong");
    command->add_option("--remedy", options->remedy, "what was done");
    command->callback([&common, options] {
        with_server(common, [&](rpc::SyncClient& client) {
            auto conversation = look_up(client, options->conversation);
            if (!conversation) return fail(conversation.error());
            v1::ResolveRequest request;
            request.set_request_id(Connection::request_id());
            request.set_conversation(options->conversation);
            request.set_epoch(conversation->epoch());
            request.set_outcome(options->outcome);
            request.set_cause(options->cause);
            request.set_remedy(options->remedy);
            return call<v1::ResolveResponse>(client, common, "RoutingService/Resolve", request,
                                             [](const v1::ResolveResponse& r) { return done(r.conversation()); });
        });
    });
}

void add_release(CLI::App& app, Common& common) {
    struct Options {
        std::string conversation, reason;
    };
    auto options = std::make_shared<Options>();
    auto* command = add(app, common, "release", "give a conversation back to the queue");
    command->add_option("conversation", options->conversation)->required();
    command->add_option("--reason", options->reason);
    command->callback([&common, options] {
        with_server(common, [&](rpc::SyncClient& client) {
            auto conversation = look_up(client, options->conversation);
            if (!conversation) return fail(conversation.error());
            v1::ReleaseRequest request;
            request.set_request_id(Connection::request_id());
            request.set_conversation(options->conversation);
            request.set_epoch(conversation->epoch());
            request.set_reason(options->reason);
            return call<v1::ReleaseResponse>(client, common, "RoutingService/Release", request,
                                             [](const v1::ReleaseResponse& r) { return done(r.conversation()); });
        });
    });
}

void add_snooze(CLI::App& app, Common& common) {
    struct Options {
        std::string conversation, reason;
        std::int64_t minutes = 60;
    };
    auto options = std::make_shared<Options>();
    auto* command = add(app, common, "snooze", "put a conversation aside for a while");
    command->add_option("conversation", options->conversation)->required();
    command->add_option("--minutes", options->minutes, "for how long")->check(CLI::Range(1, 366 * 24 * 60));
    command->add_option("--reason", options->reason);
    command->callback([&common, options] {
        with_server(common, [&](rpc::SyncClient& client) {
            auto conversation = look_up(client, options->conversation);
            if (!conversation) return fail(conversation.error());
            v1::SnoozeRequest request;
            request.set_request_id(Connection::request_id());
            request.set_conversation(options->conversation);
            request.set_epoch(conversation->epoch());
            store::set_time(request.mutable_until(), now() + options->minutes * 60'000);
            request.set_reason(options->reason);
            return call<v1::SnoozeResponse>(client, common, "RoutingService/Snooze", request,
                                            [](const v1::SnoozeResponse& r) { return done(r.conversation()); });
        });
    });
}

void add_assign(CLI::App& app, Common& common) {
    struct Options {
        std::vector<std::string> conversations;
        std::string agent, team, reason;
        bool over = false;
    };
    auto options = std::make_shared<Options>();
    auto* command = add(app, common, "assign", "give conversations to an agent, a team, or back to the queue");
    command->add_option("conversations", options->conversations)->required()->expected(1, 500);
    command->add_option("--agent", options->agent, "agent id");
    command->add_option("--team", options->team, "team id");
    command->add_option("--reason", options->reason);
    command->add_flag("--over-capacity", options->over, "even if he owns as many as he may");
    command->callback([&common, options] {
        with_server(common, [&](rpc::SyncClient& client) {
            v1::BulkAssignRequest request;
            request.set_request_id(Connection::request_id());
            for (const auto& id : options->conversations) request.add_conversations(id);
            request.mutable_target()->set_agent(options->agent);
            request.mutable_target()->set_team(options->team);
            request.set_reason(options->reason);
            request.set_over_capacity(options->over);
            bool refused = false;
            const int code = call<v1::BulkAssignResponse>(
                client, common, "RoutingService/BulkAssign", request, [&refused](const v1::BulkAssignResponse& r) {
                    std::string text;
                    for (const auto& result : r.results()) {
                        refused = refused || result.code() != 0;
                        text += result.conversation() + "  " + (result.code() == 0 ? "done" : result.message()) + "\n";
                    }
                    return text;
                });
            return code == kDone && refused ? static_cast<int>(kRefused) : code;
        });
    });
}

void add_watch(CLI::App& app, Common& common) {
    struct Options {
        std::string cursor, conversation;
        int count = 0;
    };
    auto options = std::make_shared<Options>();
    auto* command = add(app, common, "watch", "what happens, as it happens");
    command->add_option("--cursor", options->cursor, "go on after this place");
    command->add_option("--conversation", options->conversation, "of one conversation only");
    command->add_option("--count", options->count, "end after so many events")->check(CLI::NonNegativeNumber);
    command->callback([&common, options] {
        with_server(common, [&](rpc::SyncClient& client) {
            v1::WatchRequest request;
            request.set_cursor(options->cursor);
            request.set_conversation(options->conversation);
            auto stream = client.open<v1::WatchResponse>("guichet.v1.InboxService/Watch", request);
            for (int seen = 0;;) {
                auto response = stream.next(60s);
                if (!response) return fail(response.error());
                if (!*response) return static_cast<int>(kDone);
                if ((*response)->resync()) std::cerr << "guichet: events are missing here: read the lists again\n";
                for (const auto& event : (*response)->events()) {
                    if (common.json) {
                        std::cout << to_json(event, true);
                    } else {
                        std::cout << to_iso8601(store::to_ms(event.at())) << "  " << event.type() << "  "
                                  << event.conversation() << "  " << event.actor() << "  " << safe(event.detail(), 100)
                                  << "\n";
                    }
                    std::cout.flush();
                    if (options->count > 0 && ++seen >= options->count) return static_cast<int>(kDone);
                }
            }
        });
    });
}

void add_stats(CLI::App& app, Common& common) {
    auto* command = add(app, common, "stats", "queues, agents, states");
    command->callback([&common] {
        with_server(common, [&](rpc::SyncClient& client) {
            return call<v1::StatsResponse>(client, common, "InboxService/Stats", v1::StatsRequest{},
                                           [](const v1::StatsResponse& r) { return stats_text(r, now()); });
        });
    });
}

void add_dead_letters(CLI::App& app, Common& common) {
    struct Options {
        std::string show, replay;
    };
    auto options = std::make_shared<Options>();
    auto* command = add(app, common, "dead-letters", "what could not be processed, with its reason");
    auto* show = command->add_option("--show", options->show, "one of them, whole");
    command->add_option("--replay", options->replay, "put one back where it failed")->excludes(show);
    command->callback([&common, options] {
        with_server(common, [&](rpc::SyncClient& client) {
            if (!options->replay.empty()) {
                v1::ReplayDeadLetterRequest request;
                request.set_request_id(Connection::request_id());
                request.set_dead_letter(options->replay);
                return call<v1::ReplayDeadLetterResponse>(
                    client, common, "AdminService/ReplayDeadLetter", request,
                    [](const v1::ReplayDeadLetterResponse&) { return std::string("put back\n"); });
            }
            if (!options->show.empty()) {
                v1::GetDeadLetterRequest request;
                request.set_dead_letter(options->show);
                return call<v1::GetDeadLetterResponse>(client, common, "AdminService/GetDeadLetter", request,
                                                       [](const v1::GetDeadLetterResponse& r) {
                                                           return safe_lines(r.dead_letter().DebugString(), "");
                                                       });
            }
            return call<v1::ListDeadLettersResponse>(
                client, common, "AdminService/ListDeadLetters", v1::ListDeadLettersRequest{},
                [](const v1::ListDeadLettersResponse& r) {
                    if (r.dead_letters().empty()) return std::string("No dead letters.\n");
                    std::vector<std::vector<std::string>> rows;
                    for (const auto& d : r.dead_letters()) {
                        rows.push_back({d.id(), d.source(), d.conversation(), std::to_string(d.deliveries()),
                                        safe(d.reason(), 100)});
                    }
                    return table({"DEAD LETTER", "SOURCE", "CONVERSATION", "TRIES", "REASON"}, rows);
                });
        });
    });
}

}  // namespace

void add_commands(CLI::App& app, int& code) {
    // Lives as long as the program: callbacks refer to it.
    static Common common;
    common.code = &code;
    add_queue(app, common);
    add_next(app, common);
    add_show(app, common);
    add_reply(app, common);
    add_note(app, common);
    add_resolve(app, common);
    add_release(app, common);
    add_snooze(app, common);
    add_assign(app, common);
    add_watch(app, common);
    add_stats(app, common);
    add_dead_letters(app, common);
    auto* doctor = add(app, common, "doctor", "what is wrong here, and what to do");
    doctor->callback([] { *common.code = run_doctor(common.where); });
    auto* completion = app.add_subcommand("completion", "a completion script: source <(guichet completion)");
    completion->callback([&app, &code] {
        std::cout << bash_completion(app);
        code = kDone;
    });
}

}  // namespace guichet::cli
