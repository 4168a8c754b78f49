#include <memory>

#include <google/protobuf/util/time_util.h>

#include "services/guichet/cli/command.hpp"

namespace guichet::cli {
namespace {

using google::protobuf::util::TimeUtil;

// What is wrong with it; nothing: it is one.
std::string is_time(const std::string& text) {
    google::protobuf::Timestamp at;
    return TimeUtil::FromString(text, &at) ? "" : "write a time as 2026-12-01T17:00:00Z: " + text;
}

void add_routes(CLI::App& app, Common& common) {
    auto id = std::make_shared<std::string>();
    auto* command = add(app, common, "routes", "the private ways that are open for a public conversation");
    command->add_option("conversation", *id)->required();
    command->callback([&common, id] {
        with_server(common, [&](rpc::SyncClient& client) {
            v1::ListRoutesRequest request;
            request.set_conversation(*id);
            return call<v1::ListRoutesResponse>(
                client, common, "EscalationService/ListRoutes", request,
                [](const v1::ListRoutesResponse& r) { return routes_text(r, now()); });
        });
    });
}

void add_escalate(CLI::App& app, Common& common) {
    struct Options {
        std::string conversation, public_text, private_text, reason;
        std::string number, wanted, wanted_from, wanted_until;
        bool consent = false;
        std::vector<std::string> routes;
        bool calls() const { return consent || !number.empty() || !wanted.empty() || !wanted_from.empty(); }
    };
    auto options = std::make_shared<Options>();
    auto* command =
        add(app, common, "escalate", "offer the customer a private way (you must own the conversation)");
    command->add_option("conversation", options->conversation)->required();
    command
        ->add_option("--route", options->routes,
                     "as `guichet routes` names it; several: the first that is open")
        ->expected(1, 16);
    command->add_option("--public", options->public_text,
                        "what everybody reads; {{link}} stands for the private link; - reads standard input");
    command->add_option("--private", options->private_text, "what only the customer reads");
    command->add_option("--reason", options->reason, "for colleagues");
    command->add_option("--number", options->number, "of a call-back; nothing: the known one");
    command->add_option("--wanted", options->wanted, "when the customer wants to be called, in words");
    command->add_option("--wanted-from", options->wanted_from, "not before, e.g. 2026-12-01T17:00:00Z")
        ->check(is_time);
    command->add_option("--wanted-until", options->wanted_until, "not after")->check(is_time);
    command->add_flag("--consent", options->consent, "the customer agreed to be called");
    command->callback([&common, options] {
        with_server(common, [&](rpc::SyncClient& client) {
            auto conversation = look_up(client, options->conversation);
            if (!conversation) return fail(conversation.error());
            v1::EscalateRequest request;
            if (options->calls()) {
                auto* call_back = request.mutable_call_back();
                call_back->set_number(options->number);
                call_back->set_wanted(options->wanted);
                call_back->set_consent(options->consent);
                if (!options->wanted_from.empty())
                    TimeUtil::FromString(options->wanted_from, call_back->mutable_wanted_from());
                if (!options->wanted_until.empty())
                    TimeUtil::FromString(options->wanted_until, call_back->mutable_wanted_until());
            }
            request.set_request_id(Connection::request_id());
            request.set_conversation(options->conversation);
            request.set_epoch(conversation->epoch());
            for (const auto& route : options->routes) request.add_routes(route);
            request.set_public_text(read_text(options->public_text));
            request.set_private_text(options->private_text);
            request.set_reason(options->reason);
            return call<v1::EscalateResponse>(
                client, common, "EscalationService/Escalate", request,
                [](const v1::EscalateResponse& r) { return case_text(r.escalation(), now()); });
        });
    });
}

void add_decline(CLI::App& app, Common& common) {
    struct Options {
        std::string escalation, reason;
    };
    auto options = std::make_shared<Options>();
    auto* command = add(app, common, "decline", "refuse a proposed move to a private way");
    command->add_option("escalation", options->escalation)->required();
    command->add_option("--reason", options->reason);
    command->callback([&common, options] {
        with_server(common, [&](rpc::SyncClient& client) {
            v1::DeclineRequest request;
            request.set_request_id(Connection::request_id());
            request.set_escalation(options->escalation);
            request.set_reason(options->reason);
            return call<v1::DeclineResponse>(
                client, common, "EscalationService/Decline", request,
                [](const v1::DeclineResponse& r) { return case_text(r.escalation(), now()); });
        });
    });
}

// The public side of a case, as its owner holds it.
Result<v1::Conversation> public_side(rpc::SyncClient& client, const std::string& escalation) {
    v1::ListRoutesRequest request;
    request.set_escalation(escalation);
    auto known = client.call<v1::ListRoutesResponse>("guichet.v1.EscalationService/ListRoutes", request,
                                                     std::chrono::seconds(30));
    if (!known) return known.error();
    return look_up(client, known->escalation().public_conversation());
}

void add_close_in_public(CLI::App& app, Common& common) {
    struct Options {
        std::string escalation, text;
    };
    auto options = std::make_shared<Options>();
    auto* command = add(app, common, "close-in-public", "the closing word under the public comment");
    command->add_option("escalation", options->escalation)->required();
    command->add_option("text", options->text, "- reads it from standard input; nothing: the usual words");
    command->callback([&common, options] {
        with_server(common, [&](rpc::SyncClient& client) {
            auto conversation = public_side(client, options->escalation);
            if (!conversation) return fail(conversation.error());
            v1::CloseInPublicRequest request;
            request.set_request_id(Connection::request_id());
            request.set_escalation(options->escalation);
            request.set_epoch(conversation->epoch());
            request.set_text(read_text(options->text));
            return call<v1::CloseInPublicResponse>(client, common, "EscalationService/CloseInPublic", request,
                                                   [](const v1::CloseInPublicResponse& r) {
                                                       return case_text(r.escalation(), now()) + "delivery " +
                                                              r.delivery().id() + ": " +
                                                              safe(r.delivery().text()) + "\n";
                                                   });
        });
    });
}

void add_verify(CLI::App& app, Common& common) {
    struct Options {
        std::string conversation, how;
    };
    auto options = std::make_shared<Options>();
    auto* command = add(app, common, "verify",
                        "you know otherwise who writes in a private conversation (you must own it)");
    command->add_option("conversation", options->conversation, "the private one")->required();
    command->add_option("how", options->how, "how you know, for colleagues; - reads standard input")
        ->required();
    command->callback([&common, options] {
        with_server(common, [&](rpc::SyncClient& client) {
            auto conversation = look_up(client, options->conversation);
            if (!conversation) return fail(conversation.error());
            v1::VerifyIdentityRequest request;
            request.set_request_id(Connection::request_id());
            request.set_conversation(options->conversation);
            request.set_epoch(conversation->epoch());
            request.set_how(read_text(options->how));
            return call<v1::VerifyIdentityResponse>(
                client, common, "EscalationService/VerifyIdentity", request,
                [](const v1::VerifyIdentityResponse& r) { return verified_text(r, now()); });
        });
    });
}

}  // namespace

void add_moving(CLI::App& app, Common& common) {
    add_routes(app, common);
    add_escalate(app, common);
    add_decline(app, common);
    add_verify(app, common);
    add_close_in_public(app, common);
}

}  // namespace guichet::cli
