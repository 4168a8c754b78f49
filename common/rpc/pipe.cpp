#include "common/rpc/pipe.hpp"

namespace guichet::rpc {

namespace {
Status abandoned() {
    return make_status(Code::cancelled, "the waiting caller was cancelled");
}
}  // namespace

Pipe::Pipe(const asio::any_io_executor& executor, StreamLimits limits)
    : limits_(limits), readable_(executor), writable_(executor) {}

bool Pipe::full() const {
    return !queue_.empty() && (queue_.size() >= limits_.messages || bytes_ >= limits_.bytes);
}

asio::awaitable<Result<std::optional<std::string>>> Pipe::read() {
    while (queue_.empty()) {
        if (closed_) co_return *closed_;
        if (ended_) co_return std::optional<std::string>();
        const bool awake = co_await readable_.wait();
        if (!awake) co_return abandoned();
    }
    std::optional<std::string> message(std::move(queue_.front()));
    queue_.pop_front();
    bytes_ -= message->size();
    if (!full()) writable_.notify();
    co_return message;
}

asio::awaitable<Result<void>> Pipe::write(std::string message) {
    while (!closed_ && full()) {
        const bool awake = co_await writable_.wait();
        if (!awake) co_return abandoned();
    }
    if (closed_) co_return *closed_;
    if (ended_) co_return internal("written after the end of the stream");
    if (!taken(message)) push(std::move(message));
    co_return boost::system::in_place_value;
}

bool Pipe::try_write(const std::string& message) {
    if (closed_ || ended_ || full()) return false;
    if (!taken(message)) push(message);
    return true;
}

void Pipe::push(std::string message) {
    bytes_ += message.size();
    queue_.push_back(std::move(message));
    readable_.notify();
}

void Pipe::end() {
    ended_ = true;
    readable_.notify();
}

void Pipe::close(Status why, bool drop) {
    if (!closed_) closed_ = std::move(why);
    if (drop) {
        queue_.clear();
        bytes_ = 0;
    }
    readable_.notify();
    writable_.notify();
}

}  // namespace guichet::rpc
