#include <array>
#include <memory>

#include "guichet/v1/moderation.pb.h"
#include "services/guichet/cli/command.hpp"
#include "services/guichet/cli/desk.hpp"

namespace guichet::cli {
namespace {

struct Verb {
    const char* name;
    const char* about;
    v1::ModerationAct act;
};
constexpr std::array<Verb, 4> kVerbs{{
    {"hide", "hide a customer's public message from everybody else", v1::MODERATION_ACT_HIDE},
    {"unhide", "show a hidden message again", v1::MODERATION_ACT_UNHIDE},
    {"like", "like a customer's public message", v1::MODERATION_ACT_LIKE},
    {"unlike", "take a like back", v1::MODERATION_ACT_UNLIKE},
}};

const char* name_of(v1::ModerationAct act) {
    for (const auto& verb : kVerbs) {
        if (verb.act == act) return verb.name;
    }
    return "?";
}

std::string state_text(const v1::Moderation& m) {
    std::string text = "message " + std::to_string(m.seq()) + ": " + name_of(m.act()) + " ";
    if (m.state() == v1::MODERATION_STATE_DONE)
        return text + (m.actor().empty() ? "done at the platform\n" : "done\n");
    text += m.state() == v1::MODERATION_STATE_FAILED ? "failed" : "asked";
    return text + (m.error().empty() ? "" : ": " + safe(m.error(), 200)) + "\n";
}

void add_verb(CLI::App& app, Common& common, const Verb& verb) {
    struct Options {
        std::string conversation;
        std::int64_t message = 0;
    };
    auto options = std::make_shared<Options>();
    auto* command = add(app, common, verb.name, verb.about);
    command->add_option("conversation", options->conversation)->required();
    command
        ->add_option("message", options->message, "its number in the conversation, as `guichet show` tells")
        ->required()
        ->check(CLI::PositiveNumber);
    command->callback([&common, options, act = verb.act] {
        with_server(common, [&](rpc::SyncClient& client) {
            v1::ModerateRequest request;
            request.set_request_id(Connection::request_id());
            request.set_conversation(options->conversation);
            request.set_seq(options->message);
            request.set_act(act);
            return call<v1::ModerateResponse>(
                client, common, "ModerationService/Moderate", request,
                [](const v1::ModerateResponse& r) { return state_text(r.moderation()); });
        });
    });
}

void add_list(CLI::App& app, Common& common) {
    auto conversation = std::make_shared<std::string>();
    auto* command = add(app, common, "moderations", "what was hidden and liked in a conversation");
    command->add_option("conversation", *conversation)->required();
    command->callback([&common, conversation] {
        with_server(common, [&](rpc::SyncClient& client) {
            v1::ListModerationsRequest request;
            request.set_conversation(*conversation);
            return call<v1::ListModerationsResponse>(
                client, common, "ModerationService/ListModerations", request,
                [](const v1::ListModerationsResponse& r) {
                    std::string text;
                    for (const auto& one : r.moderations()) text += state_text(one);
                    return text.empty() ? "Nothing was hidden or liked here.\n" : text;
                });
        });
    });
}

}  // namespace

void add_moderating(CLI::App& app, Common& common) {
    for (const auto& verb : kVerbs) add_verb(app, common, verb);
    add_list(app, common);
}

}  // namespace guichet::cli
