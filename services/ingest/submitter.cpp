#include "services/ingest/submitter.hpp"

namespace guichet::ingest {

namespace {

// Beyond it nobody waits: the memory of what waits is bounded, too.
constexpr std::size_t kWaiting = 4'096;
// Seconds.
constexpr int kFullRetry = 30;

}  // namespace

bool is_hopeless(const Status& status) {
    return status.code == Code::invalid_argument || status.code == Code::not_found;
}

Submitter::Submitter(store::Store& store, access::Catalog& catalog, obs::Metrics& metrics,
                     const MemoryWatch& memory, const Options& options)
    : store_(store),
      catalog_(catalog),
      memory_(memory),
      limits_(options.message),
      wait_(options.in_flight_wait),
      turns_(options.in_flight, kWaiting),
      outcomes_(metrics.counters("guichet_ingest_messages_total",
                                 "Messages that came in, by what became of them.", {"outcome"})),
      opened_(outcomes_.with({"opened"})),
      added_(outcomes_.with({"added"})),
      changed_(outcomes_.with({"changed"})),
      duplicate_(outcomes_.with({"duplicate"})),
      refused_(outcomes_.with({"refused"})),
      failed_(outcomes_.with({"failed"})) {}

asio::awaitable<Result<access::ChannelPtr>> Submitter::channel(WorkspaceId workspace, ChannelId id) {
    auto found = co_await catalog_.channel(std::move(workspace), id);
    if (!found) co_return found.error();
    if (!*found) {
        auto status = not_found("there is no channel " + (valid_id(id.str()) ? id.str() : "of that name"));
        status.field = "message.channel";
        co_return status;
    }
    co_return std::move(*found);
}

asio::awaitable<Result<store::Ingested>> Submitter::submit(WorkspaceId workspace,
                                                           std::shared_ptr<const v1::Channel> channel,
                                                           v1::InboundMessage message, std::string raw,
                                                           Intake intake) {
    if (memory_.closed()) {
        failed_.add();
        co_return unavailable("Redis is nearly full: no new messages are taken until some are resolved",
                              kFullRetry);
    }
    const auto preferred = message.preferred_owner();
    auto inbound = normalise(workspace, *channel, std::move(message), intake, limits_);
    if (!inbound) {
        refused_.add();
        co_return inbound.error();
    }
    if (!preferred.empty()) {
        auto agent = co_await catalog_.find_agent(workspace, preferred);
        if (!agent) co_return agent.error();
        // Nobody of that name: everybody may answer.
        if (*agent) inbound->preferred_owner = **agent;
    }
    inbound->claim = std::move(intake.claim);
    if (raw.size() <= limits_.raw) inbound->raw = std::move(raw);
    auto turn = co_await turns_.acquire(wait_);
    if (!turn) {
        failed_.add();
        co_return unavailable("too many messages are on their way to the store", 2);
    }
    auto stored = co_await store_.ingest(std::move(*inbound));
    turn->release();
    if (!stored) {
        failed_.add();
        co_return stored.error();
    }
    switch (stored->outcome) {
        case store::Ingested::Outcome::opened:
            opened_.add();
            break;
        case store::Ingested::Outcome::added:
            added_.add();
            break;
        case store::Ingested::Outcome::changed:
            changed_.add();
            break;
        case store::Ingested::Outcome::duplicate:
        case store::Ingested::Outcome::tombstone:
            duplicate_.add();
            break;
    }
    co_return stored;
}

}  // namespace guichet::ingest
