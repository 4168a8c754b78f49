#include "common/redis/pipeline.hpp"

#include <algorithm>
#include <utility>
#include <vector>

namespace guichet::redis {

std::size_t Waiter::bytes() const {
    std::size_t sum = 0;
    for (std::size_t i = 0; i < count; ++i) sum += commands[i].bytes();
    return sum;
}

void Pipeline::push(Waiter& waiter, Nanoseconds now) {
    for (std::size_t i = 0; i < waiter.count; ++i) {
        const Command& command = waiter.commands[i];
        command.append_to(output_);
        slots_.push_back({&waiter, command.bytes(), now});
        bytes_ += command.bytes();
    }
}

void Pipeline::push_wait(const Replicas& wanted, Nanoseconds now) {
    Command("WAIT", wanted.least, wanted.within.count()).append_to(output_);
    slots_.push_back({nullptr, 0, now, wanted.least});
    ++waits_;
}

void Pipeline::swap_output(std::string& buffer) {
    buffer.clear();
    std::swap(buffer, output_);
}

Result<void> Pipeline::on_bytes(std::string_view bytes) {
    reader_.feed(bytes);
    while (!closed_) {
        Reply reply;
        auto outcome = reader_.next(reply);
        if (outcome == ReplyReader::Outcome::need_more) return {};
        if (outcome == ReplyReader::Outcome::error) return internal("redis protocol: " + reader_.error());
        if (slots_.empty()) return internal("redis protocol: a reply that nobody asked for");
        Slot slot = slots_.front();
        slots_.pop_front();
        bytes_ -= slot.bytes;
        if (slot.replicas > 0) release(reply, slot.replicas);
        if (!slot.waiter) continue;
        *slot.waiter->next++ = std::move(reply);
        if (--slot.waiter->remaining == 0) finish(*slot.waiter);
    }
    return {};
}

void Pipeline::finish(Waiter& waiter) {
    if (waits_ > 0) {
        held_.push_back(&waiter);
    } else {
        waiter.resume();
    }
}

void Pipeline::release(const Reply& confirmed, std::int64_t wanted) {
    --waits_;
    Status status;
    if (confirmed.to_integer(-1) < wanted) {
        status = unavailable("Redis has it, but of the " + std::to_string(wanted) +
                             " replicas it asks for (min-replicas-to-write) too few have confirmed it: " +
                             to_debug_text(confirmed) + "; see INFO replication");
        status.reason = "not_replicated";
    }
    // Who is resumed may end the connection, and with it the others.
    while (!held_.empty()) {
        Waiter* waiter = held_.front();
        held_.pop_front();
        waiter->status = status;
        waiter->resume();
    }
}

void Pipeline::expire(Nanoseconds now) {
    std::vector<Waiter*> late;
    for (Slot& slot : slots_) {
        if (!slot.waiter || slot.waiter->deadline > now) continue;
        // The slots of one waiter are neighbours.
        if (late.empty() || late.back() != slot.waiter) late.push_back(slot.waiter);
        slot.waiter = nullptr;
    }
    std::erase_if(held_, [&](Waiter* waiter) {
        if (waiter->deadline > now) return false;
        late.push_back(waiter);
        return true;
    });
    for (Waiter* waiter : late) {
        waiter->status = deadline("no answer from Redis in time; the outcome is unknown");
        waiter->resume();
    }
}

template <class End>
void Pipeline::close(End end) {
    closed_ = true;
    auto slots = std::exchange(slots_, {});
    auto held = std::exchange(held_, {});
    bytes_ = 0;
    waits_ = 0;
    for (Waiter* waiter : held) end(*waiter);
    Waiter* last = nullptr;
    for (Slot& slot : slots) {
        // The slots of one waiter are neighbours; it is gone after its end.
        if (!slot.waiter || slot.waiter == last) continue;
        last = slot.waiter;
        end(*last);
    }
}

void Pipeline::fail_all(const Status& status) {
    close([&](Waiter& waiter) {
        waiter.status = status;
        waiter.resume();
    });
}

void Pipeline::abandon_all() {
    close([](Waiter& waiter) { waiter.abandon(); });
}

Pipeline::Nanoseconds Pipeline::next_deadline() const {
    auto earliest = Nanoseconds::max();
    for (const Slot& slot : slots_) {
        if (slot.waiter) earliest = std::min(earliest, slot.waiter->deadline);
    }
    for (const Waiter* waiter : held_) earliest = std::min(earliest, waiter->deadline);
    return earliest;
}

}  // namespace guichet::redis
