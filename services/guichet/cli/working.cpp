#include <map>
#include <memory>

#include "common/store/records.hpp"
#include "guichet/v1/reply.pb.h"
#include "guichet/v1/routing.pb.h"
#include "services/guichet/cli/command.hpp"

namespace guichet::cli {
namespace {

using namespace std::chrono_literals;

std::string done(const v1::Conversation& c) {
    return c.id() + " is " + store::state_word(c.state()) +
           (c.owner().empty() ? "" : ", owned by " + c.owner()) + "\n";
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
                return call<v1::ClaimResponse>(
                    client, common, "RoutingService/Claim", request, [](const v1::ClaimResponse& r) {
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
    command->add_option("--undo", options->undo, "seconds in which it can be taken back")
        ->check(CLI::Range(0, 3600));
    command->add_option("--seen", options->seen,
                        "the last customer's message you read (seq); refused when there is a newer one");
    auto* resolve =
        command->add_flag("--resolve", options->resolve, "and close the conversation when it is sent");
    command->add_flag("--wait", options->wait, "and wait for the customer")->excludes(resolve);
    command->callback([&common, options] {
        with_server(common, [&](rpc::SyncClient& client) {
            auto view = look_at(client, options->conversation);
            if (!view) return fail(view.error());
            const auto* conversation = &view->conversation();
            // Not part of the answer that programs read.
            std::cerr << others_text(*view);
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
            return call<v1::SendResponse>(
                client, common, "ReplyService/Send", request, [](const v1::SendResponse& r) {
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
            return call<v1::AddNoteResponse>(
                client, common, "ReplyService/AddNote", request,
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
            return call<v1::ResolveResponse>(
                client, common, "RoutingService/Resolve", request,
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
            return call<v1::ReleaseResponse>(
                client, common, "RoutingService/Release", request,
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
            return call<v1::SnoozeResponse>(
                client, common, "RoutingService/Snooze", request,
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
    auto* command =
        add(app, common, "assign", "give conversations to an agent, a team, or back to the queue");
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
                client, common, "RoutingService/BulkAssign", request,
                [&refused](const v1::BulkAssignResponse& r) {
                    std::string text;
                    for (const auto& result : r.results()) {
                        refused = refused || result.code() != 0;
                        text += result.conversation() + "  " +
                                (result.code() == 0 ? "done" : result.message()) + "\n";
                    }
                    return text;
                });
            return code == kDone && refused ? static_cast<int>(kRefused) : code;
        });
    });
}

}  // namespace

void add_working(CLI::App& app, Common& common) {
    add_next(app, common);
    add_reply(app, common);
    add_note(app, common);
    add_resolve(app, common);
    add_release(app, common);
    add_snooze(app, common);
    add_assign(app, common);
}

}  // namespace guichet::cli
