#pragma once
// What every command of the command line shares.
#include <iostream>
#include <string>

#include <CLI/CLI.hpp>

#include "common/core/clock.hpp"
#include "services/guichet/cli/commands.hpp"
#include "services/guichet/cli/connection.hpp"
#include "services/guichet/cli/print.hpp"

namespace guichet::cli {

// What all commands take.
struct Common {
    Where where;
    bool json = false;
    int* code = nullptr;
};

inline TimeMs now() {
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
         const google::protobuf::Message& request, Show show,
         std::chrono::milliseconds timeout = std::chrono::seconds(30)) {
    auto response = client.call<Response>("guichet.v1." + method, request, timeout);
    if (!response) return fail(response.error());
    std::cout << (common.json ? to_json(*response) : show(*response));
    return kDone;
}

// A subcommand with the options that all of them take.
CLI::App* add(CLI::App& app, Common& common, const char* name, const char* description);

// As it is; "-": standard input.
std::string read_text(const std::string& text);
// The conversation as it is now and what is around it, its last message only.
Result<v1::GetConversationResponse> look_at(rpc::SyncClient& client, const std::string& id);
// The conversation alone, with the owner's epoch.
Result<v1::Conversation> look_up(rpc::SyncClient& client, const std::string& id);

// queue, show, watch, stats, dead-letters
void add_reading(CLI::App& app, Common& common);
// next, reply, note, resolve, release, snooze, assign
void add_working(CLI::App& app, Common& common);
// routes, escalate, decline, close-in-public
void add_moving(CLI::App& app, Common& common);
// called
void add_calling(CLI::App& app, Common& common);
// contact, merge, undo-merge, split
void add_people(CLI::App& app, Common& common);

}  // namespace guichet::cli
