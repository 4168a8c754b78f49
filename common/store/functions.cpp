#include "common/store/functions.hpp"

#include <cstdlib>

#include "common/store/restoring.hpp"

namespace guichet::store {
namespace {

constexpr int kNumber = 1;
constexpr char kLibrary[] = "guichet_1";
constexpr char kFunctionPrefix[] = "g1_";

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

}  // namespace

int library_number() {
    return kNumber;
}

Result<Row> decode_answer(redis::Reply reply) {
    if (!reply.is_array() || reply.size() == 0) return internal("a function answered with something else");
    if (reply[0].text() == "err") return decode_refusal(reply);
    Row row;
    row.reserve(reply.size() - 1);
    for (std::size_t i = 1; i < reply.size(); ++i) row.push_back(reply.items()[i].take_text());
    return row;
}

asio::awaitable<Result<void>> Functions::load() {
    redis::Command list("FUNCTION", "LIST", "LIBRARYNAME", kLibrary, "WITHCODE");
    auto present = co_await client_.call(std::move(list));
    if (!present) co_return present.error();
    for (const auto& library : present->items()) {
        for (std::size_t i = 0; i + 1 < library.size(); i += 2) {
            if (library[i].text() == "library_code" && library[i + 1].text() == library_text()) {
                co_return Result<void>{};
            }
        }
    }
    redis::Command load("FUNCTION", "LOAD", "REPLACE", library_text());
    auto loaded = co_await client_.call(std::move(load));
    if (!loaded) co_return loaded.error();
    co_return Result<void>{};
}

asio::awaitable<Result<Row>> Functions::call(std::string prefix, std::string name, Row arguments) {
    for (int attempt = 0;; ++attempt) {
        redis::Command command("FCALL", kFunctionPrefix + name, "1", prefix);
        for (const auto& argument : arguments) command.add(argument);
        auto reply = co_await client_.call(std::move(command));
        if (reply) co_return decode_answer(std::move(*reply));
        if (attempt > 0 || reply.error().reason != "function_not_found") co_return reply.error();
        auto loaded = co_await load();
        if (!loaded) co_return loaded.error();
    }
}

}  // namespace guichet::store
