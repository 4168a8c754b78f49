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
        if (!slot.waiter) continue;
        *slot.waiter->next++ = std::move(reply);
        if (--slot.waiter->remaining == 0) slot.waiter->resume();
    }
    return {};
}

void Pipeline::expire(Nanoseconds now) {
    std::vector<Waiter*> late;
    for (Slot& slot : slots_) {
        if (!slot.waiter || slot.waiter->deadline > now) continue;
        // The slots of one waiter are neighbours.
        if (late.empty() || late.back() != slot.waiter) late.push_back(slot.waiter);
        slot.waiter = nullptr;
    }
    for (Waiter* waiter : late) {
        waiter->status = deadline("no answer from Redis in time; the outcome is unknown");
        waiter->resume();
    }
}

template <class End>
void Pipeline::close(End end) {
    closed_ = true;
    auto slots = std::exchange(slots_, {});
    bytes_ = 0;
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
    return earliest;
}

}  // namespace guichet::redis
