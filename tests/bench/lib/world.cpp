#include "tests/bench/lib/world.hpp"

#include <stdexcept>

#include "common/core/bytes.hpp"
#include "common/redis/embedded.hpp"
#include "common/store/keys.hpp"
#include "services/ingest/intake.hpp"
#include "tests/support/wait.hpp"

namespace guichet::bench {
namespace {

constexpr std::size_t kTextSize = 600;

template <class T>
T must(Result<T> result) {
    if (!result) throw std::runtime_error(to_string(result.error()));
    if constexpr (!std::is_void_v<T>) return std::move(*result);
}

test::RedisServerOptions redis_options(const std::string& appendfsync) {
    test::RedisServerOptions options;
    options.appendfsync = appendfsync;
    // A measure says itself when the log is rewritten. Hashes are kept as in the embedded Redis.
    options.arguments = {"--auto-aof-rewrite-percentage", "0"};
    for (const auto& [name, value] : redis::kCompactHashes) {
        options.arguments.push_back(std::string("--") + name);
        options.arguments.emplace_back(value);
    }
    return options;
}

// co_spawn wants a default value of what a coroutine gives, and a Partition has none.
asio::awaitable<Result<int>> partition_number(store::Store& store, WorkspaceId workspace) {
    auto partition = co_await store.partition_of(std::move(workspace));
    if (!partition) co_return partition.error();
    co_return partition->number();
}

std::string long_text() {
    std::string text;
    while (text.size() < kTextSize) text += "The parcel came open and one of the cups is broken. ";
    text.resize(kTextSize, '.');
    return text;
}

const std::string& message_text() {
    static const std::string kText = long_text();
    return kText;
}

std::string page_id(int number) {
    return std::to_string(std::stol(kPage) + number);
}

// Up to where a page's messages follow.
std::string entry_of(const std::string& page) {
    return R"({"object":"page","entry":[{"id":")" + page + R"(","time":)" +
           std::to_string(test::system_clock().now()) + R"(,"messaging":[)";
}

void append_signed(std::string& out, const std::string& body) {
    out += std::string("POST /webhooks/facebook/") + kApp +
           " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nX-Hub-Signature-256: sha256=" +
           hex(hmac_sha256(kSecret, body)) + "\r\nContent-Length: " + std::to_string(body.size()) +
           "\r\n\r\n" + body;
}

}  // namespace

World::World(const std::string& binary, const std::string& appendfsync, const std::string& targets, int pages,
             const std::string& data)
    : redis(redis_options(appendfsync)),
      client(redis.client(io)),
      store(*client, test::system_random(), test::system_clock()),
      catalog(store, test::system_clock()),
      credentials(store, test::system_clock(), test::system_random()) {
    must(test::run(io, store.load()));
    must(test::run(io, store.create_workspace(workspace)));
    partition_ = must(test::run(io, partition_number(store, workspace)));
    prefix_ = store::Partition(partition_).prefix();
    make_channel();
    for (int page = 0; page < pages; ++page) make_page(page);
    make_agents();
    server = std::make_unique<GuichetProcess>(
        ServeOptions{.binary = binary, .redis_url = redis.url(), .targets = targets, .data = data});
    rpc::ChannelOptions options;
    options.address = server->grpc_address();
    transport = std::make_unique<rpc::GrpcTransport>(io, rpc::make_channel(options));
}

World::~World() {
    transport.reset();
    server.reset();
    client.reset();
}

void World::put(const char* kind, const std::string& id, const std::string& bytes) {
    must(test::run(io, store.put_document({workspace, "bench", {}, "*"}, kind, id, -1, bytes)));
}

void World::make_channel() {
    channel_.set_id(kChannel);
    channel_.set_kind(v1::CHANNEL_KIND_CUSTOM);
    channel_.set_team("care");
    (*channel_.mutable_secrets())["secret"] = kSecret;
    put(access::kChannel, kChannel, channel_.SerializeAsString());
    access::records::TokenRecord record;
    record.set_workspace(workspace.str());
    record.mutable_token()->set_name("bench");
    auto* grant = record.mutable_token()->add_grants();
    grant->set_role(v1::ROLE_CHANNEL);
    grant->add_channels(kChannel);
    channel_token = must(test::run(io, credentials.create_token("bench", record)));
    inbound_ = must(ingest::normalise(workspace, channel_, next_message(), {}, {}));
}

void World::make_page(int number) {
    v1::Channel page;
    page.set_id(number == 0 ? "page" : "page" + std::to_string(number));
    page.set_kind(v1::CHANNEL_KIND_FACEBOOK);
    page.set_team("care");
    (*page.mutable_settings())["app"] = kApp;
    (*page.mutable_settings())["page_id"] = page_id(number);
    // No address outside of this machine is asked for what webhooks may have missed.
    (*page.mutable_settings())["graph_url"] = "http://127.0.0.1:9";
    (*page.mutable_settings())["allow_private"] = "true";
    for (const char* name : {"app_secret", "verify_token", "page_token"}) {
        (*page.mutable_secrets())[name] = kSecret;
    }
    put(access::kChannel, page.id(), page.SerializeAsString());
}

void World::make_agents() {
    for (int i = 0; i < kAgents; ++i) {
        const auto id = "agent" + std::to_string(i);
        access::records::AgentRecord agent;
        agent.mutable_agent()->set_id(id);
        agent.mutable_agent()->set_name(id);
        agent.mutable_agent()->set_capacity(1'000'000);
        agent.mutable_agent()->add_grants()->set_role(v1::ROLE_AGENT);
        put(access::kAgent, id, agent.SerializeAsString());
        access::records::TokenRecord record;
        record.set_workspace(workspace.str());
        record.mutable_token()->set_name(id);
        record.mutable_token()->set_agent(id);
        agent_tokens.push_back(must(test::run(io, credentials.create_token("bench", record))));
    }
}

v1::InboundMessage World::next_message() {
    return message(made_++);
}

v1::InboundMessage World::message(std::uint64_t made) const {
    const auto number = std::to_string(10'000'000 + made);
    const auto thread = std::to_string(10'000'000 + made / static_cast<std::uint64_t>(messages_each));
    v1::InboundMessage message;
    message.set_channel(kChannel);
    message.set_external_id("m" + number);
    message.set_thread("t" + thread);
    message.mutable_author()->set_external_id("a" + thread);
    message.mutable_author()->set_name("Anna");
    message.set_language("en");
    message.set_text(message_text());
    return message;
}

void World::append_fcall(std::string& out) {
    const auto message = next_message();
    const auto now = test::system_clock().now();
    auto& random = test::system_random();
    redis::Command command(
        "FCALL", "g1_ingest", "1", prefix_, workspace.str(), kChannel, message.external_id(), "i", "0",
        "0123456789ab", message.thread(), message.author().external_id(), make_ulid(now, random),
        make_ulid(now, random), inbound_.blob, message.SerializeAsString(), "private", inbound_.team.str(),
        inbound_.language, inbound_.author_name, inbound_.text.substr(0, 160), "G-23456789", "", "");
    command.append_to(out);
}

void World::append_update(std::string& body, const std::string& page, const v1::InboundMessage& message) {
    body += R"({"sender":{"id":")" + message.author().external_id() + R"("},"recipient":{"id":")" + page +
            R"("},"timestamp":)" + std::to_string(test::system_clock().now()) + R"(,"message":{"mid":")" +
            message.external_id() + R"(","text":")" + message.text() + "\"}}";
}

void World::append_webhook(std::string& out, int updates) {
    auto body = entry_of(kPage);
    for (int i = 0; i < updates; ++i) {
        if (i > 0) body += ',';
        append_update(body, kPage, next_message());
    }
    append_signed(out, body + "]}]}");
}

void World::append_page_webhook(std::string& out, int page, const std::string& thread, std::uint64_t number) {
    v1::InboundMessage message;
    message.set_external_id("m" + thread + "-" + std::to_string(number));
    message.mutable_author()->set_external_id("a" + thread);
    message.set_text(message_text());
    auto body = entry_of(page_id(page));
    append_update(body, page_id(page), message);
    append_signed(out, body + "]}]}");
}

std::string World::queue() const {
    return store::workspace_key(store::Partition(partition_), workspace, "q:", "care|en|bench|private");
}

long World::waiting() {
    redis::Command command("ZCARD", queue());
    return static_cast<long>(must(test::run(io, client->call(std::move(command)))).to_integer());
}

TimeMs World::last_due() {
    redis::Command command("ZRANGE", queue(), "-1", "-1", "WITHSCORES");
    return must(test::run(io, client->call(std::move(command))))[1].to_integer();
}

bool World::triaged() const {
    const auto key = store::work_key(store::Partition(partition_), "routing");
    return redis.command(redis::Command("XLEN", key)).to_integer(-1) == 0;
}

std::vector<std::string> World::streams() const {
    const store::Partition partition(partition_);
    std::vector<std::string> names{store::events_key(partition), store::raw_key(partition)};
    for (const char* service : {"routing", "reply", "escalation"}) {
        names.push_back(store::work_key(partition, service));
    }
    return names;
}

std::filesystem::path World::end_redis() {
    transport.reset();
    server.reset();
    client.reset();
    redis.terminate();
    return redis.dir().path() / "appendonlydir";
}

}  // namespace guichet::bench
