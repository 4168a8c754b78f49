#pragma once
// One call under way in a Dispatcher: its deadline, its cancellation, its single answer.
#include <functional>
#include <memory>
#include <string>

#include <boost/asio/steady_timer.hpp>

#include "common/rpc/call_details.hpp"
#include "common/rpc/dispatcher.hpp"

namespace guichet::rpc {

class Call : public std::enable_shared_from_this<Call> {
  public:
    Call(Dispatcher& dispatcher, CallHead head);

    // The client left or the server stops: answers `why` at once, unless there was an answer.
    void cancel(Status why);

  private:
    friend class Dispatcher;

    void start_deadline(std::chrono::milliseconds timeout);
    // Its views are of this call and of `status`.
    CallRecord record(const Status& status) const;
    // The first answer counts.
    void finish(Result<std::string> answer);

    Dispatcher* dispatcher_;
    CallHead head_;
    const Dispatcher::Method* method_ = nullptr;
    std::chrono::nanoseconds started_;
    std::optional<std::chrono::nanoseconds> deadline_;
    std::optional<asio::steady_timer> timer_;
    std::shared_ptr<Cancellation> cancellation_;
    std::shared_ptr<ByteStream> stream_;
    std::function<void(Result<std::string>)> done_;
    // For the record.
    std::string request_id_;
    std::string workspace_;
    std::string actor_;
    std::string exception_;
    CallDetails details_;
};

}  // namespace guichet::rpc
