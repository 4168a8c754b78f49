#include "tests/integration/store_faults/world.hpp"

#include "tests/support/run_together.hpp"
#include "tests/support/wait.hpp"

namespace guichet::test {
namespace {

asio::awaitable<int> number_of_partition(store::Store& store, WorkspaceId workspace) {
    const auto partition = co_await store.partition_of(std::move(workspace));
    co_return partition.value().number();
}

}  // namespace

World::World() {
    must(client->call(load_library(library_with_faults(store::library_text()))));
    must(store.create_workspace(brand));
    partition_ = run(io, number_of_partition(store, brand));
}

void World::reset() {
    disarm();
    must(client->call(redis::Command("FLUSHALL")));
    // The store remembers the partition; it is recorded again so that it is there for everybody.
    must(store.create_workspace(brand));
    for (const auto* service : {"routing", "reply", "ingest", "escalation"}) {
        redis::Command group("XGROUP", "CREATE", store::work_key(partition(), service), service, "0",
                             "MKSTREAM");
        must(client->call(std::move(group)));
    }
    reseed(1);
    set_clock(kStart);
}

void World::set_clock(TimeMs now) {
    clock.set(now);
    must(client->call(redis::Command("FCALL", "g1_test_clock", "0", std::to_string(now))));
}

void World::fail(int number, const std::string& mode) {
    must(client->call(redis::Command("FCALL", "g1_test_fail", "0", std::to_string(number), mode)));
}

World::Calls World::disarm() {
    const auto reply = must(client->call(redis::Command("FCALL", "g1_test_fail", "0", "0", "")));
    return {static_cast<int>(reply[1].to_integer()), static_cast<int>(reply[2].to_integer())};
}

std::vector<std::string> World::snapshot(bool ids) {
    auto reply = must(client->call(snapshot_command(ids)));
    std::vector<std::string> lines;
    for (auto& item : reply.items()) lines.push_back(item.take_text());
    return lines;
}

store::Inbound World::inbound(std::string external_id, std::string thread) const {
    store::Inbound m;
    m.workspace = brand;
    m.channel = ChannelId("form");
    m.external_id = std::move(external_id);
    m.thread = std::move(thread);
    m.author = "anna";
    m.author_name = "Anna";
    m.team = TeamId("care");
    m.language = "fr";
    m.text = "hello";
    m.blob = "a blob";
    m.raw = "the raw payload";
    return m;
}

store::TriageDecision World::decision(const store::Ingested& stored, TimeMs due) const {
    store::TriageDecision d;
    d.workspace = brand;
    d.conversation = stored.conversation;
    d.seq = stored.seq;
    d.language = "nl";
    d.blob = "triage";
    d.due = due;
    d.first_answer_due = due;
    d.reserve = Milliseconds(60'000);
    return d;
}

store::Ingested World::ingest(const std::string& external_id, const std::string& thread) {
    return must(store.ingest(inbound(external_id, thread)));
}

std::vector<Status> World::at_once(const std::vector<store::Inbound>& messages) {
    std::vector<asio::awaitable<Result<store::Ingested>>> work;
    work.reserve(messages.size());
    for (const auto& message : messages) work.push_back(store.ingest(message));
    std::vector<Status> statuses;
    for (const auto& result : run_together(io, std::move(work))) {
        statuses.push_back(result ? Status{} : result.error());
    }
    return statuses;
}

ConversationId World::waiting(const std::string& name, TimeMs due, std::string preferred) {
    auto message = inbound(name, name);
    message.preferred_owner = AgentId(std::move(preferred));
    const auto stored = must(store.ingest(std::move(message)));
    must(store.triage(decision(stored, due)));
    return stored.conversation;
}

store::Claimed World::owned(const std::string& name, const std::string& agent) {
    return must(store.claim(by(agent), waiting(name, kStart + 1000), kLease, 50));
}

store::Sending World::sending(const store::Claimed& mine, const std::string& delivery, Milliseconds undo,
                              std::string after) {
    store::Sending s;
    s.conversation = mine.conversation;
    s.epoch = mine.epoch;
    s.inbound_seq = 1;
    s.delivery = DeliveryId(delivery);
    s.blob = "a blob";
    s.text = "our answer";
    s.undo = undo;
    s.after = std::move(after);
    return s;
}

DeliveryId World::answer(const store::Claimed& mine, const std::string& agent, const std::string& delivery,
                         Milliseconds undo, std::string after) {
    const auto sent = must(store.send(by(agent), sending(mine, delivery, undo, std::move(after))));
    return DeliveryId(sent.id());
}

store::Begin World::begin(const DeliveryId& delivery, std::string entry, std::string token) const {
    store::Begin b;
    b.workspace = brand;
    b.delivery = delivery;
    b.entry = std::move(entry);
    b.token = std::move(token);
    return b;
}

store::AttemptOutcome World::outcome(const DeliveryId& delivery, store::AttemptOutcome::Kind kind,
                                     std::string entry, std::string token) const {
    store::AttemptOutcome o;
    o.workspace = brand;
    o.delivery = delivery;
    o.entry = std::move(entry);
    o.token = std::move(token);
    o.kind = kind;
    o.external_id = kind == store::AttemptOutcome::Kind::sent ? "remote-" + delivery.str() : "";
    o.error = kind == store::AttemptOutcome::Kind::sent ? "" : "the platform says no";
    o.wait = Milliseconds(5'000);
    o.reserve = Milliseconds(60'000);
    return o;
}

store::Giving World::release(const store::Claimed& mine) const {
    store::Giving g;
    g.conversation = mine.conversation;
    g.epoch = mine.epoch;
    g.reason = "lunch";
    return g;
}

store::Resolution World::solved(const store::Claimed& mine) const {
    store::Resolution r;
    r.conversation = mine.conversation;
    r.epoch = mine.epoch;
    r.outcome = "solved";
    r.cause = "late parcel";
    r.remedy = "voucher";
    return r;
}

void World::online(const std::string& agent, TimeMs until) {
    must(store.set_presence(by(agent), "online", until, 5));
}

std::string World::take(const std::string& service) {
    redis::Command read("XREADGROUP", "GROUP", service, "me", "COUNT", 1000, "STREAMS",
                        store::work_key(partition(), service), ">");
    const auto reply = must(client->call(std::move(read)));
    const auto& entries = reply[0][1];
    if (entries.size() == 0) throw std::runtime_error("no work for " + service);
    return entries[entries.size() - 1][0].text();
}

void World::tick() {
    must(store.tick(partition(), {}));
}

}  // namespace guichet::test
