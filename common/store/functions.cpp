#include "common/store/functions.hpp"

#include <algorithm>
#include <cstdlib>

#include "common/redis/masters.hpp"
#include "common/store/restoring.hpp"

namespace guichet::store {
namespace {

constexpr char kLibrary[] = "guichet_1";
constexpr char kFunctionPrefix[] = "g1_";
// Of the data and of the functions' names. A release with a higher one runs beside this one until it writes
// what this one would misread: then it raises who may come, in kSchemaKey.
constexpr int kSchema = 1;
constexpr char kSchemaKey[] = "{sys}:schema";
constexpr char kMinReader[] = "min_reader";
constexpr char kMinWriter[] = "min_writer";

Status decode_refusal(const redis::Reply& reply) {
    const auto text = [&reply](std::size_t i) { return reply[i].text(); };
    Status status = make_status(static_cast<Code>(std::atoi(text(1).c_str())), text(3), text(2));
    if (reply.size() >= 9) {
        auto present = std::make_shared<Present>();
        present->conversation = text(4);
        present->version = std::atoll(text(5).c_str());
        present->inbound_seq = std::atoll(text(6).c_str());
        present->owner = text(7);
        present->state = text(8);
        status.present = std::move(present);
    }
    return status;
}

bool holds_library(const redis::Reply& list) {
    for (const auto& library : list.items()) {
        for (std::size_t i = 0; i + 1 < library.size(); i += 2) {
            if (library[i].text() == "library_code" && library[i + 1].text() == library_text()) return true;
        }
    }
    return false;
}

}  // namespace

int library_number() {
    return kSchema;
}

Result<Row> decode_answer(redis::Reply reply) {
    if (!reply.is_array() || reply.size() == 0) return internal("a function answered with something else");
    if (reply[0].text() == "err") return decode_refusal(reply);
    Row row;
    row.reserve(reply.size() - 1);
    for (std::size_t i = 1; i < reply.size(); ++i) row.push_back(reply.items()[i].take_text());
    return row;
}

// Data that this release would misread or spoil. What it may handle is said once, by the first that comes.
asio::awaitable<Result<void>> admitted(redis::Client& client) {
    std::vector<redis::Command> commands;
    const auto mine = std::to_string(kSchema);
    commands.emplace_back("HSETNX", kSchemaKey, kMinReader, mine);
    commands.emplace_back("HSETNX", kSchemaKey, kMinWriter, mine);
    commands.emplace_back("HMGET", kSchemaKey, kMinReader, kMinWriter);
    auto replies = co_await client.call_many(std::move(commands));
    if (!replies) co_return replies.error();
    // That a full Redis does not take the first two keeps nobody out: who drains it must come in.
    const auto& known = replies->back();
    if (known.is_error()) co_return redis::to_status(known);
    for (const auto& needed : known.items()) {
        if (std::atoi(needed.text().c_str()) <= kSchema) continue;
        co_return make_status(
            Code::failed_precondition,
            "the data in this Redis are of schema " + needed.text() + ", this release knows " + mine +
                ": start the release that was last at work here, or restore a backup from before it",
            "newer_schema");
    }
    co_return Result<void>{};
}

asio::awaitable<Result<void>> Functions::load() {
    auto may = co_await admitted(client_);
    if (!may) co_return may.error();
    redis::Command list("FUNCTION", "LIST", "LIBRARYNAME", kLibrary, "WITHCODE");
    auto present = co_await redis::call_every(client_, std::move(list));
    if (!present) co_return present.error();
    if (std::all_of(present->begin(), present->end(), holds_library)) co_return Result<void>{};
    redis::Command load("FUNCTION", "LOAD", "REPLACE", library_text());
    auto loaded = co_await redis::call_every(client_, std::move(load));
    if (!loaded) co_return loaded.error();
    co_return Result<void>{};
}

asio::awaitable<Result<redis::Reply>> Functions::ask(std::string prefix, std::string name, Row arguments) {
    for (int attempt = 0;; ++attempt) {
        redis::Command command("FCALL", kFunctionPrefix + name, "1", prefix);
        for (const auto& argument : arguments) command.add(argument);
        auto reply = co_await client_.call(std::move(command));
        if (reply || attempt > 0 || reply.error().reason != "function_not_found") co_return reply;
        auto loaded = co_await load();
        if (!loaded) co_return loaded.error();
    }
}

asio::awaitable<Result<Row>> Functions::call(std::string prefix, std::string name, Row arguments) {
    auto reply = co_await ask(std::move(prefix), std::move(name), std::move(arguments));
    if (!reply) co_return reply.error();
    co_return decode_answer(std::move(*reply));
}

asio::awaitable<std::vector<Result<Row>>> Functions::one_by_one(std::string prefix,
                                                                std::vector<NamedCall> calls) {
    std::vector<Result<Row>> answers;
    for (auto& one : calls) {
        auto answer = co_await call(prefix, std::move(one.name), std::move(one.arguments));
        answers.push_back(std::move(answer));
    }
    co_return answers;
}

asio::awaitable<std::vector<Result<Row>>> Functions::call_many(std::string prefix,
                                                               std::vector<NamedCall> calls) {
    if (calls.size() == 1) co_return co_await one_by_one(std::move(prefix), std::move(calls));
    Row arguments{std::to_string(calls.size())};
    for (const auto& one : calls) {
        arguments.push_back(one.name);
        arguments.push_back(std::to_string(one.arguments.size()));
        arguments.insert(arguments.end(), one.arguments.begin(), one.arguments.end());
    }
    auto reply = co_await ask(prefix, "many", std::move(arguments));
    // Memory is full: what drains may go on all the same, and each says for itself which it is.
    if (!reply && reply.error().reason == "oom")
        co_return co_await one_by_one(std::move(prefix), std::move(calls));
    std::vector<Result<Row>> answers;
    for (std::size_t i = 0; i < calls.size(); ++i) {
        if (!reply) {
            answers.push_back(reply.error());
        } else if (reply->size() != calls.size()) {
            answers.push_back(internal("a function answered with something else"));
        } else {
            answers.push_back(decode_answer(std::move(reply->items()[i])));
        }
    }
    co_return answers;
}

}  // namespace guichet::store
