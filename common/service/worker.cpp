#include "common/service/worker.hpp"

#include "common/obs/log.hpp"
#include "common/store/keys.hpp"

namespace guichet::service {
namespace {

streams::ConsumerOptions consumer_options(const Context& context, const std::string& service,
                                          std::size_t in_flight) {
    const auto& settings = context.settings.streams;
    streams::ConsumerOptions options;
    options.group = service;
    options.consumer = context.process;
    options.batch = static_cast<std::size_t>(settings.batch);
    options.block = settings.block;
    options.max_in_flight = in_flight;
    options.delivery_limit = static_cast<int>(settings.delivery_limit);
    options.min_idle = settings.min_idle;
    options.reclaim_every = settings.min_idle / 2;
    options.stream_key = [service](int partition) {
        return store::work_key(store::Partition(partition), service);
    };
    return options;
}

streams::LeaseOptions lease_options(const Context& context) {
    streams::LeaseOptions options;
    options.partitions = context.store.partitions();
    options.ttl = context.settings.streams.partition_lease;
    options.beat = options.ttl / 5;
    return options;
}

}  // namespace

Worker::Worker(Context& context, std::string service, std::size_t in_flight, Handler handler)
    : context_(context), service_(std::move(service)) {
    leases_ = std::make_unique<streams::RedisLeaseStore>(context_.store.client(), store::leases_key(service_),
                                                         context_.process);
    keeper_ = std::make_unique<streams::LeaseKeeper>(context_.executor, *leases_, context_.process,
                                                     lease_options(context_), context_.clock);
    streams::ConsumerHandlers handlers;
    handlers.handle = std::move(handler);
    handlers.dead_letter = [this](streams::Entry entry, std::string reason) {
        return bury(std::move(entry), std::move(reason));
    };
    handlers.lost = [this](int partition, std::vector<std::string> ids) {
        obs::log::error("work.lost",
                        {{"service", service_}, {"partition", partition}, {"count", ids.size()}});
    };
    auto reader = context_.redis;
    reader.name = "guichet-" + service_;
    consumer_ =
        std::make_unique<streams::Consumer>(context_.executor, std::move(reader), context_.store.client(),
                                            *keeper_, consumer_options(context_, service_, in_flight),
                                            std::move(handlers), context_.clock, context_.random);
}

void Worker::start() {
    consumer_->start();
    keeper_->start();
}

boost::asio::awaitable<void> Worker::stop() {
    co_await consumer_->stop();
    co_await keeper_->stop();
}

boost::asio::awaitable<Result<void>> Worker::bury(streams::Entry entry, std::string reason) {
    const auto item = store::decode_work(entry.id, entry.fields);
    obs::log::error("work.dead", {{"service", service_},
                                  {"what", item.what},
                                  {"conversation", item.conversation},
                                  {"deliveries", entry.deliveries},
                                  {"reason", reason}});
    store::DeadLetter letter;
    letter.workspace = item.workspace;
    letter.service = service_;
    letter.entry = entry.id;
    letter.source = "work:" + service_;
    letter.reason = std::move(reason);
    letter.deliveries = entry.deliveries;
    letter.what = item.what;
    letter.conversation = item.conversation.str();
    letter.item = item.item;
    co_return co_await context_.store.bury(std::move(letter));
}

}  // namespace guichet::service
