#include "services/inbox/hub.hpp"

#include <algorithm>

#include "common/store/keys.hpp"

namespace guichet::inbox {
namespace {

using namespace std::chrono_literals;

// What comes so soon after something was read is read together.
constexpr auto kReadTogether = 5ms;

// Equal for those who get the same events.
std::string asked_for(const EventFilter& filter) {
    auto request = filter.request;
    request.clear_cursor();
    const auto& owners = filter.request.filter().owners();
    const bool own = std::find(owners.begin(), owners.end(), "me") != owners.end();
    return filter.scope + '\n' + (own ? filter.caller : std::string()) + '\n' + request.SerializeAsString();
}

}  // namespace

Hub::Hub(service::Context& context) : context_(context) {
    streams::TailerOptions options;
    options.name = "guichet-watch";
    options.rest = kReadTogether;
    options.stream_key = [](int partition) { return store::events_key(store::Partition(partition)); };
    streams::TailerHandlers handlers;
    handlers.deliver = [this](int partition, std::vector<streams::Entry> entries) {
        return deliver(partition, std::move(entries));
    };
    handlers.gap = [this](streams::Gap missing) { return gap(missing); };
    auto reader = context_.redis;
    reader.name = "guichet-watch";
    tailer_ = std::make_unique<streams::Tailer>(context_.executor, std::move(reader), context_.store.client(),
                                                std::move(options), std::move(handlers), context_.clock,
                                                context_.random);
}

void Hub::start() {
    streams::Tailer::Positions from;
    for (int partition = 0; partition < context_.store.partitions(); ++partition) from[partition] = "$";
    tailer_->start(std::move(from));
}

asio::awaitable<void> Hub::stop() {
    return tailer_->stop();
}

std::size_t Hub::watchers() const {
    std::size_t sum = 0;
    for (const auto& [place, audience] : audiences_) sum += audience->size();
    return sum;
}

void Hub::forget_who_left() {
    std::erase_if(audiences_, [](const auto& entry) { return entry.second->size() == 0; });
}

Hub::Seat Hub::subscribe(const std::string& workspace, int partition, EventFilter filter) {
    forget_who_left();
    auto& audience = audiences_[{partition, workspace, asked_for(filter)}];
    if (!audience) {
        audience = std::make_shared<Audience>(context_.executor, context_.clock, workspace, std::move(filter),
                                              static_cast<std::size_t>(context_.settings.inbox.watch_buffer));
    }
    return {audience, audience->join()};
}

std::string Hub::position(int partition) const {
    const auto positions = tailer_->positions();
    const auto found = positions.find(partition);
    return found == positions.end() || found->second == "$" ? std::string() : found->second;
}

asio::awaitable<Result<void>> Hub::deliver(int partition, std::vector<streams::Entry> entries) {
    forget_who_left();
    std::vector<LoggedEventPtr> events;
    events.reserve(entries.size());
    for (const auto& entry : entries) events.push_back(to_logged(entry));
    for (auto& [place, audience] : audiences_) {
        if (place.partition == partition) audience->hear(events);
    }
    co_return Result<void>{};
}

asio::awaitable<void> Hub::gap(streams::Gap gap) {
    for (const auto& [place, audience] : audiences_) {
        if (place.partition == gap.partition) audience->lose();
    }
    co_return;
}

}  // namespace guichet::inbox
