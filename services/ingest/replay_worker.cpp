#include "services/ingest/replay_worker.hpp"

#include "common/obs/log.hpp"

namespace guichet::ingest {
namespace {

constexpr char kService[] = "ingest";
constexpr std::string_view kWebhook = "webhook:";

}  // namespace

asio::awaitable<Result<void>> ReplayWorker::handle(streams::Entry entry) {
    auto item = store::decode_work(entry.id, entry.fields);
    if (item.what == "replay") co_return co_await replay(std::move(item));
    log::error("ingest.unknown_work", {{"what", item.what}, {"entry", item.entry}});
    co_return co_await context_.store.acknowledge(item.workspace, kService, item.entry);
}

asio::awaitable<Result<void>> ReplayWorker::replay(store::WorkItem item) {
    // In a replay the place of the conversation holds the source.
    const auto& source = item.conversation.str();
    auto letter = co_await context_.reads.dead_letter(item.workspace, item.item);
    if (!letter && letter.error().code != Code::not_found) co_return letter.error();
    Status failure;
    if (!letter) {
        failure = letter.error();
    } else if (source.compare(0, kWebhook.size(), kWebhook) != 0) {
        failure = invalid("source", "nothing takes in what came from " + source);
    } else {
        auto channel = co_await submitter_.channel(item.workspace, ChannelId(source.substr(kWebhook.size())));
        if (!channel) {
            failure = channel.error();
        } else {
            auto taken = co_await webhooks_.take(item.workspace, std::move(*channel), letter->body());
            if (!taken) {
                failure = taken.error();
            } else {
                for (const auto& outcome : taken->outcomes) {
                    if (!outcome && failure.ok()) failure = outcome.error();
                }
            }
        }
    }
    if (failure.ok()) {
        log::info("dead_letter.taken_in", {{"workspace", item.workspace}, {"dead_letter", item.item}});
        co_return co_await context_.store.exhume(item.workspace, kService, item.entry, item.item);
    }
    if (!is_hopeless(failure)) co_return failure;
    log::warn("dead_letter.refused_again",
              {{"workspace", item.workspace}, {"dead_letter", item.item}, {"why", failure}});
    co_return co_await context_.store.acknowledge(item.workspace, kService, item.entry);
}

}  // namespace guichet::ingest
