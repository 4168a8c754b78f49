#include "common/streams/backlog.hpp"

namespace guichet::streams {
namespace {

std::string lane_key(int partition, const std::string& name) {
    return std::to_string(partition) + ":" + name;
}

}  // namespace

void Backlog::add(const std::string& lane, Entry entry) {
    if (!known_.insert({entry.partition, entry.id}).second) return;
    LanePtr& found = lanes_[lane_key(entry.partition, lane)];
    if (!found) {
        found = std::make_shared<Lane>();
        found->name = lane;
        found->partition = entry.partition;
        ready_.push_back(found);
    }
    found->entries.push_back({std::move(entry), 0, 0, {}});
}

Backlog::LanePtr Backlog::take() {
    while (!ready_.empty()) {
        LanePtr lane = std::move(ready_.front());
        ready_.pop_front();
        // Its entries may have been dropped meanwhile.
        if (lane->entries.empty()) continue;
        lane->state = Lane::State::running;
        ++running_[lane->partition];
        ++running_total_;
        return lane;
    }
    return nullptr;
}

void Backlog::stopped_running(const LanePtr& lane) {
    auto count = running_.find(lane->partition);
    if (--count->second == 0) running_.erase(count);
    --running_total_;
}

void Backlog::finish(const LanePtr& lane) {
    stopped_running(lane);
    known_.erase({lane->partition, lane->entries.front().entry.id});
    lane->entries.pop_front();
    if (lane->entries.empty()) {
        lanes_.erase(lane_key(lane->partition, lane->name));
        return;
    }
    lane->state = Lane::State::ready;
    ready_.push_back(lane);
}

void Backlog::put_off(const LanePtr& lane) {
    stopped_running(lane);
    lane->state = Lane::State::waiting;
}

void Backlog::wake(const LanePtr& lane) {
    if (lane->state != Lane::State::waiting || lane->entries.empty()) return;
    lane->state = Lane::State::ready;
    ready_.push_back(lane);
}

void Backlog::forget(Lane& lane, std::size_t keep) {
    while (lane.entries.size() > keep) {
        known_.erase({lane.partition, lane.entries.back().entry.id});
        lane.entries.pop_back();
    }
}

void Backlog::drop(int partition) {
    for (auto it = lanes_.begin(); it != lanes_.end();) {
        Lane& lane = *it->second;
        if (lane.partition != partition) {
            ++it;
            continue;
        }
        bool running = lane.state == Lane::State::running;
        forget(lane, running ? 1 : 0);
        it = running ? std::next(it) : lanes_.erase(it);
    }
}

bool Backlog::running(int partition) const {
    return running_.contains(partition);
}

}  // namespace guichet::streams
