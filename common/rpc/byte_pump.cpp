#include "common/rpc/byte_pump.hpp"

#include <utility>

#include <boost/asio/post.hpp>

#include "common/rpc/grpc_status.hpp"

namespace guichet::rpc {

namespace {
Status abandoned() {
    return make_status(Code::cancelled, "the waiting caller was cancelled");
}
Status gone() {
    return make_status(Code::cancelled, "the other side has left the stream");
}
}  // namespace

BytePump::BytePump(asio::io_context& io, Side side, StreamLimits limits)
    : io_(io), side_(side), limits_(limits), readable_(io.get_executor()), writable_(io.get_executor()) {}

void BytePump::wake(Wakeup& who) {
    asio::post(io_, [self = shared_from_this(), &who] { who.notify(); });
}

bool BytePump::next_read() {
    if (reading_ || read_ended_) return false;
    if (side_ == Side::server && (closed_ || ending_)) return false;
    if (!received_.empty() && (received_.size() >= limits_.messages || received_bytes_ >= limits_.bytes)) {
        return false;
    }
    reading_ = true;
    return true;
}

bool BytePump::next_write() {
    if (writing_ || broken_ || outgoing_.empty()) return false;
    write_buffer_ = std::move(outgoing_.front());
    outgoing_.pop_front();
    outgoing_bytes_ -= write_buffer_.Length();
    more_ = !outgoing_.empty();
    writing_ = true;
    return true;
}

bool BytePump::drained() {
    if (!ending_ || drained_ || writing_ || (!outgoing_.empty() && !broken_)) return false;
    drained_ = true;
    return true;
}

void BytePump::pump_start() {
    std::unique_lock lock(mutex_);
    if (!next_read()) return;
    lock.unlock();
    start_read(&read_buffer_);
}

asio::awaitable<Result<std::optional<std::string>>> BytePump::pump_read() {
    for (;;) {
        std::unique_lock lock(mutex_);
        if (!received_.empty()) {
            std::optional<std::string> message(std::move(received_.front()));
            received_.pop_front();
            received_bytes_ -= message->size();
            const bool go_on = next_read();
            lock.unlock();
            if (go_on) start_read(&read_buffer_);
            co_return message;
        }
        if (closed_) co_return *closed_;
        if (end_of_reads_) co_return std::optional<std::string>();
        reader_waits_ = true;
        lock.unlock();
        const bool awake = co_await readable_.wait();
        if (!awake) co_return abandoned();
    }
}

asio::awaitable<Result<void>> BytePump::pump_write(std::string message) {
    auto buffer = to_buffer(message);
    for (;;) {
        std::unique_lock lock(mutex_);
        if (closed_) co_return *closed_;
        if (broken_) co_return gone();
        if (ending_) co_return internal("written after the end of the stream");
        const bool full =
            !outgoing_.empty() && (outgoing_.size() >= limits_.messages || outgoing_bytes_ >= limits_.bytes);
        if (!full) {
            outgoing_bytes_ += buffer.Length();
            outgoing_.push_back(std::move(buffer));
            const bool go = next_write();
            const bool more = more_;
            lock.unlock();
            if (go) start_write(&write_buffer_, more);
            co_return boost::system::in_place_value;
        }
        writer_waits_ = true;
        lock.unlock();
        const bool awake = co_await writable_.wait();
        if (!awake) co_return abandoned();
    }
}

void BytePump::pump_push(const std::string& message) {
    std::unique_lock lock(mutex_);
    if (closed_ || broken_) return;
    outgoing_.push_back(to_buffer(message));
    outgoing_bytes_ += outgoing_.back().Length();
    const bool go = next_write();
    const bool more = more_;
    lock.unlock();
    if (go) start_write(&write_buffer_, more);
}

void BytePump::pump_end() {
    std::unique_lock lock(mutex_);
    ending_ = true;
    const bool now = drained();
    lock.unlock();
    if (now) on_drained();
}

bool BytePump::pump_close(Status why, bool keep_received) {
    std::unique_lock lock(mutex_);
    if (!closed_) closed_ = std::move(why);
    if (!keep_received) {
        received_.clear();
        received_bytes_ = 0;
    }
    outgoing_.clear();
    outgoing_bytes_ = 0;
    wake(readable_);
    wake(writable_);
    const bool read = next_read();
    const bool writing = writing_;
    const bool now = drained();
    lock.unlock();
    if (read) start_read(&read_buffer_);
    if (now) on_drained();
    return writing;
}

void BytePump::pump_break() {
    std::unique_lock lock(mutex_);
    broken_ = true;
    ending_ = true;
    outgoing_.clear();
    outgoing_bytes_ = 0;
    if (std::exchange(writer_waits_, false)) wake(writable_);
    const bool now = drained();
    lock.unlock();
    if (now) on_drained();
}

void BytePump::pump_end_of_reads() {
    const std::lock_guard lock(mutex_);
    end_of_reads_ = true;
    wake(readable_);
}

void BytePump::pump_on_read(bool ok) {
    std::unique_lock lock(mutex_);
    reading_ = false;
    if (!ok) {
        read_ended_ = true;
        return;
    }
    if (!closed_) {
        received_.push_back(from_buffer(read_buffer_));
        received_bytes_ += received_.back().size();
    }
    read_buffer_.Clear();
    const bool go_on = next_read();
    if (std::exchange(reader_waits_, false)) wake(readable_);
    lock.unlock();
    if (go_on) start_read(&read_buffer_);
}

void BytePump::pump_on_write(bool ok) {
    std::unique_lock lock(mutex_);
    writing_ = false;
    write_buffer_.Clear();
    if (!ok) {
        broken_ = true;
        outgoing_.clear();
        outgoing_bytes_ = 0;
    }
    const bool go = next_write();
    const bool more = more_;
    const bool now = !go && drained();
    // Half empty: a writer that waits is not woken for every single message.
    if (writer_waits_ && (broken_ || (outgoing_.size() * 2 <= limits_.messages &&
                                      (outgoing_bytes_ * 2 <= limits_.bytes || outgoing_.empty())))) {
        writer_waits_ = false;
        wake(writable_);
    }
    lock.unlock();
    if (go) start_write(&write_buffer_, more);
    if (now) on_drained();
}

}  // namespace guichet::rpc
