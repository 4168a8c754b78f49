#pragma once
// Calls of the function library. It loads the library when Redis does not have it, and turns its answers into
// Result: {"ok", ...} gives what follows, {"err", code, reason, message, conversation, version, inbound_seq,
// owner, state} a Status with what the conversation looks like now.
#include <chrono>
#include <string>
#include <vector>

#include <boost/asio/awaitable.hpp>

#include "common/core/status.hpp"
#include "common/redis/client.hpp"

namespace guichet::store {

namespace asio = boost::asio;

using Row = std::vector<std::string>;

// The library's text, as Redis loads it.
const std::string& library_text();

// A duration as the functions take it: whole milliseconds.
inline std::string ms(std::chrono::milliseconds duration) {
    return std::to_string(duration.count());
}

struct NamedCall {
    // As Functions::call takes it.
    std::string name;
    Row arguments;
};

class Functions {
  public:
    explicit Functions(redis::Client& client) : client_(client) {}

    // Makes Redis hold exactly this build's library.
    asio::awaitable<Result<void>> load();
    // `name` without its prefix: "claim_next".
    asio::awaitable<Result<Row>> call(std::string prefix, std::string name, Row arguments);

    // Several of `ingest`, `own_post` and `report` in one call, in order; an answer for each, of which each
    // stands or fails by itself. At least one.
    asio::awaitable<std::vector<Result<Row>>> call_many(std::string prefix, std::vector<NamedCall> calls);

    redis::Client& client() { return client_; }

  private:
    asio::awaitable<std::vector<Result<Row>>> one_by_one(std::string prefix, std::vector<NamedCall> calls);
    // The raw answer; loads the library when Redis has it not.
    asio::awaitable<Result<redis::Reply>> ask(std::string prefix, std::string name, Row arguments);

    redis::Client& client_;
};

// Pure, for tests: the answer of a function as a Result.
Result<Row> decode_answer(redis::Reply reply);

}  // namespace guichet::store
