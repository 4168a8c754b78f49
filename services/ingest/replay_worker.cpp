#include "services/ingest/replay_worker.hpp"

#include "common/obs/log.hpp"
#include "services/ingest/dead_event.hpp"

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

asio::awaitable<Status> ReplayWorker::take_in(WorkspaceId workspace, std::string source, std::string body) {
    const bool is_event = source.rfind(kEventSource, 0) == 0;
    if (!is_event && source.rfind(kWebhook, 0) != 0)
        co_return invalid("source", "nothing takes in what came from " + source);
    auto channel = co_await submitter_.channel(workspace, ChannelId(source.substr(source.find(':') + 1)));
    if (!channel) co_return channel.error();
    if (is_event)
        co_return co_await bodies_.replay_event(std::move(workspace), std::move(*channel), std::move(body));
    co_return co_await bodies_.replay(std::move(workspace), std::move(*channel), std::move(body));
}

asio::awaitable<Result<void>> ReplayWorker::replay(store::WorkItem item) {
    // In a replay the place of the conversation holds the source.
    const auto& source = item.conversation.str();
    auto letter = co_await context_.reads.dead_letter(item.workspace, item.item);
    if (!letter && letter.error().code != Code::not_found) co_return letter.error();
    Status failure;
    if (letter) {
        failure = co_await take_in(item.workspace, source, letter->body());
    } else {
        failure = letter.error();
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
