#include <memory>

#include "common/store/records.hpp"
#include "guichet/v1/admin.pb.h"
#include "services/guichet/cli/command.hpp"

namespace guichet::cli {
namespace {

using namespace std::chrono_literals;

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
            filter->add_states(options->owner.empty() ? v1::CONVERSATION_STATE_WAITING
                                                      : v1::CONVERSATION_STATE_OWNED);
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

void add_show(CLI::App& app, Common& common) {
    auto id = std::make_shared<std::string>();
    auto* command = add(app, common, "show", "a conversation with its messages");
    command->add_option("conversation", *id)->required();
    command->callback([&common, id] {
        with_server(common, [&](rpc::SyncClient& client) {
            v1::GetConversationRequest request;
            request.set_conversation(*id);
            request.set_message_limit(200);
            return call<v1::GetConversationResponse>(
                client, common, "InboxService/GetConversation", request,
                [](const v1::GetConversationResponse& r) {
                    auto text = conversation_text(r.conversation(), r.messages(), now());
                    text += around_text(r, now());
                    if (!r.draft().empty()) text += "\nyour draft:\n" + safe_lines(r.draft(), "    ");
                    return text;
                });
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
                if ((*response)->resync())
                    std::cerr << "guichet: events are missing here: read the lists again\n";
                for (const auto& event : (*response)->events()) {
                    if (common.json) {
                        std::cout << to_json(event, true);
                    } else {
                        std::cout << to_iso8601(store::to_ms(event.at())) << "  " << event.type() << "  "
                                  << event.conversation() << "  " << event.actor() << "  "
                                  << safe(event.detail(), 100) << "\n";
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

void add_channels(CLI::App& app, Common& common) {
    auto cursor = std::make_shared<std::string>();
    auto* command = add(app, common, "channels", "the channels, and what is wrong with them");
    command->add_option("--cursor", *cursor, "where the last page ended");
    command->callback([&common, cursor] {
        with_server(common, [&](rpc::SyncClient& client) {
            v1::ListChannelsRequest request;
            request.set_cursor(*cursor);
            return call<v1::ListChannelsResponse>(
                client, common, "AdminService/ListChannels", request,
                [](const v1::ListChannelsResponse& r) { return channels_text(r); });
        });
    });
}

void add_dead_letters(CLI::App& app, Common& common) {
    struct Options {
        std::string show, replay;
        bool unmasked = false;
    };
    auto options = std::make_shared<Options>();
    auto* command = add(app, common, "dead-letters", "what could not be processed, with its reason");
    auto* show = command->add_option("--show", options->show, "one of them, whole");
    command->add_flag("--unmasked", options->unmasked, "with personal data; it is logged who read it")
        ->needs(show);
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
                request.set_unmasked(options->unmasked);
                return call<v1::GetDeadLetterResponse>(client, common, "AdminService/GetDeadLetter", request,
                                                       [](const v1::GetDeadLetterResponse& r) {
                                                           return safe_lines(r.dead_letter().DebugString(),
                                                                             "");
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

void add_reading(CLI::App& app, Common& common) {
    add_queue(app, common);
    add_show(app, common);
    add_watch(app, common);
    add_stats(app, common);
    add_channels(app, common);
    add_dead_letters(app, common);
}

}  // namespace guichet::cli
