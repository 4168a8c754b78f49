#pragma once
// What a measure stands on: a redis-server, the documents of a small workspace, and a `guichet serve`.
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include <boost/asio/io_context.hpp>

#include "common/access/credentials.hpp"
#include "common/rpc/grpc_transport.hpp"
#include "common/store/store.hpp"
#include "guichet/v1/ingest.pb.h"
#include "tests/bench/lib/processes.hpp"
#include "tests/support/redis_server.hpp"

namespace guichet::bench {

namespace asio = boost::asio;

class Mould;

inline constexpr char kSecret[] = "0123456789abcdef0123";
inline constexpr char kChannel[] = "bench";
inline constexpr char kApp[] = "1001";
inline constexpr char kPage[] = "2002";
inline constexpr int kAgents = 64;

// "always", "everysec"; `targets` as --target takes them.
class World {
  public:
    // `pages`: of the app; the first is channel "page", the others "page1", "page2"…
    // `data`: where the server keeps what is not in Redis; "": a folder of its own.
    World(const std::string& binary, const std::string& appendfsync, const std::string& targets,
          int pages = 1, const std::string& data = {});
    ~World();

    // Five messages of a conversation follow one another, each of 600 characters, each new.
    v1::InboundMessage next_message();
    // The one with this number.
    v1::InboundMessage message(std::uint64_t made) const;
    // As the function takes it, in Redis's own words.
    void append_fcall(std::string& out);
    // A POST that Facebook could have signed, of so many Messenger messages.
    void append_webhook(std::string& out, int updates = 1);
    // One message of `thread`'s customer to one of the pages; `number` makes it new.
    void append_page_webhook(std::string& out, int page, const std::string& thread, std::uint64_t number);
    std::uint64_t messages() const { return made_; }
    // What waits in the queue that all messages go to, once triaged.
    long waiting();
    // When the last of these is due; 0: none waits.
    TimeMs last_due();
    // Nothing is left for triage to do.
    bool triaged() const;
    // The logs of the workspace's partition.
    std::vector<std::string> streams() const;
    // Ends the server and Redis in good order; the folder of its append-only log, which goes with this
    // object.
    std::filesystem::path end_redis();

    const WorkspaceId workspace{"main"};
    asio::io_context io;
    test::RedisServer redis;
    std::unique_ptr<redis::Client> client;
    store::Store store;
    access::Catalog catalog;
    access::Credentials credentials;
    std::string channel_token;
    std::vector<std::string> agent_tokens;
    std::unique_ptr<GuichetProcess> server;
    std::unique_ptr<rpc::GrpcTransport> transport;
    // What large queues are filled with, once one was needed.
    std::shared_ptr<Mould> mould;
    // To a conversation; 1 where claims are measured.
    int messages_each = 5;

  private:
    void put(const char* kind, const std::string& id, const std::string& bytes);
    void make_channel();
    void make_page(int number);
    void append_update(std::string& body, const std::string& page, const v1::InboundMessage& message);
    void make_agents();

    std::string queue() const;

    v1::Channel channel_;
    store::Inbound inbound_;
    int partition_ = 0;
    std::string prefix_;
    std::uint64_t made_ = 0;
};

}  // namespace guichet::bench
