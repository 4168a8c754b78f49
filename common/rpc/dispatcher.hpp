#pragma once
// The table of served methods and the one pipeline that every call goes through, whatever brought it:
// find -> authenticate -> permit -> parse -> request_id of writes -> deadline -> handler -> serialise.
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <google/protobuf/message.h>

#include "common/core/clock.hpp"
#include "common/core/status.hpp"
#include "common/rpc/access.hpp"
#include "common/rpc/authenticator.hpp"
#include "common/rpc/call_details.hpp"
#include "common/rpc/caller.hpp"
#include "common/rpc/context.hpp"
#include "common/rpc/stream.hpp"

namespace guichet::rpc {

enum class MethodKind { unary, server_stream, bidi };

MethodKind kind_of(const google::protobuf::MethodDescriptor& method);

// What a transport knows of a call before its body is read.
struct CallHead {
    // "guichet.v1.RoutingService/Claim"
    std::string method;
    // Bearer without the word "Bearer"; empty: anonymous.
    std::string credential;
    // The caller's x-request-id.
    std::string request_id;
    std::string peer;
    // Nothing: the default of the dispatcher for unary calls, none for streams.
    std::optional<std::chrono::milliseconds> timeout;
};

// The credential of an `authorization` header; empty when the scheme is not Bearer.
std::string bearer_of(std::string_view authorization);

// Told to the observer at the end of every call, refused ones included; and before the answer to a write.
// Views live for the callback only.
struct CallRecord {
    std::string_view method;
    const Status& status;
    std::chrono::nanoseconds duration;
    std::string_view request_id;
    std::string_view workspace;
    std::string_view actor;
    std::string_view peer;
    // What an exception said; for the log, never for the client.
    std::string_view exception;
};

// Nothing: the answer need not wait. What the coroutine needs of the record is copied by the hook itself.
using BeforeAnswer =
    std::function<std::optional<asio::awaitable<Result<void>>>(const CallRecord&, const CallDetails&)>;

struct DispatcherOptions {
    std::chrono::milliseconds default_timeout{60'000};
    // Calls beyond it are refused with RESOURCE_EXHAUSTED.
    std::size_t max_calls = 20'000;
    // An answer waits no longer for what is told before it.
    std::chrono::milliseconds before_answer{1'000};
};

class Call;

// One io thread. Must outlive the io_context's last run: handlers live here.
class Dispatcher {
  public:
    Dispatcher(asio::any_io_executor executor, Authenticator& authenticator, const Clock& clock,
               DispatcherOptions options = {});
    ~Dispatcher();
    Dispatcher(const Dispatcher&) = delete;
    Dispatcher& operator=(const Dispatcher&) = delete;

    // Registration. `name` is "guichet.v1.RoutingService/Claim"; the program ends with a clear text when the
    // contract has no such method, its types or kind differ, it states no access, or it has a handler
    // already.

    // handler: asio::awaitable<Result<Res>>(CallContext, Req)
    template <class Req, class Res, class Handler>
    void unary(const std::string& name, Handler handler) {
        auto& method = add(name, MethodKind::unary, Req::descriptor(), Res::descriptor());
        method.unary = [handler = std::move(handler), &method](CallContext context, CallPtr call,
                                                               std::string bytes) {
            return run_unary<Req, Res>(method, handler, std::move(context), std::move(call),
                                       std::move(bytes));
        };
    }

    // handler: asio::awaitable<Result<void>>(CallContext, Req, Writer<Res>)
    template <class Req, class Res, class Handler>
    void server_stream(const std::string& name, Handler handler) {
        auto& method = add(name, MethodKind::server_stream, Req::descriptor(), Res::descriptor());
        method.stream = [handler = std::move(handler), &method](CallContext context, CallPtr call,
                                                                StreamPtr stream) {
            return run_server_stream<Req, Res>(method, handler, std::move(context), std::move(call),
                                               std::move(stream));
        };
    }

    // handler: asio::awaitable<Result<void>>(CallContext, Reader<Req>, Writer<Res>)
    template <class Req, class Res, class Handler>
    void bidi(const std::string& name, Handler handler) {
        auto& method = add(name, MethodKind::bidi, Req::descriptor(), Res::descriptor());
        method.stream = [handler = std::move(handler)](CallContext context, CallPtr, StreamPtr stream) {
            return handler(std::move(context), Reader<Req>(stream), Writer<Res>(stream));
        };
    }

    // Every method of `service` is served by passing the call on, as the same caller with the time that is
    // left; the request is looked at there. The transport must outlive the dispatcher.
    void forward(const std::string& service, Transport& transport);

    // Methods of "guichet.v1.RoutingService" without a handler.
    std::vector<std::string> require_complete(const std::string& service) const;
    // Full names of the services with at least one method here.
    std::vector<std::string> services() const;
    // Nothing when it is not served here.
    std::optional<MethodKind> kind(std::string_view method) const;
    bool serves(std::string_view method) const { return kind(method).has_value(); }

    // Adds an observer; it is called on the io thread and must not call back.
    void observe(std::function<void(const CallRecord&)> observer) {
        observers_.push_back(std::move(observer));
    }

    // One for all unary writes whose handler has ended, asked on the io thread. The answer stands whatever
    // becomes of it: after an error, an exception or options.before_answer it goes out all the same.
    void before_answer(BeforeAnswer hook) { before_answer_ = std::move(hook); }

    // For transports, on the io thread. `done` is called exactly once, on the io thread, perhaps before these
    // return: with the handler's answer, or with the refusal, or as soon as the call is cancelled or its
    // deadline passes (the handler then runs to its end unheard).
    std::shared_ptr<Call> start_unary(CallHead head, std::string bytes,
                                      std::function<void(Result<std::string>)> done);
    std::shared_ptr<Call> start_stream(CallHead head, std::shared_ptr<ByteStream> stream,
                                       std::function<void(Status)> done);

    // Cancels every call under way, or those that stream.
    void cancel_all(Status why) { cancel_if(why, false); }
    void cancel_streams(Status why) { cancel_if(why, true); }
    std::size_t calls() const { return calls_.size(); }

  private:
    friend class Call;
    using CallPtr = std::shared_ptr<Call>;
    using StreamPtr = std::shared_ptr<ByteStream>;

    struct Method {
        std::string name;
        MethodKind kind = MethodKind::unary;
        Access access;
        // Of the request; null where no request_id is asked.
        const google::protobuf::FieldDescriptor* request_id = nullptr;
        std::function<asio::awaitable<Result<std::string>>(CallContext, CallPtr, std::string)> unary;
        std::function<asio::awaitable<Result<void>>(CallContext, CallPtr, StreamPtr)> stream;
    };

    template <class Req, class Res, class Handler>
    static asio::awaitable<Result<std::string>> run_unary(const Method& method, const Handler& handler,
                                                          CallContext context, CallPtr call,
                                                          std::string bytes) {
        Req request;
        if (auto status = read_request(method, bytes, request, context, *call); !status.ok())
            co_return status;
        Result<Res> response = co_await handler(std::move(context), std::move(request));
        if (!response) co_return response.error();
        co_return response->SerializeAsString();
    }

    template <class Req, class Res, class Handler>
    static asio::awaitable<Result<void>> run_server_stream(const Method& method, const Handler& handler,
                                                           CallContext context, CallPtr call,
                                                           StreamPtr stream) {
        auto bytes = co_await stream->read();
        if (!bytes) co_return bytes.error();
        if (!*bytes) co_return invalid("", "the stream ended before its request");
        Req request;
        if (auto status = read_request(method, **bytes, request, context, *call); !status.ok())
            co_return status;
        Writer<Res> writer(stream);
        co_return co_await handler(std::move(context), std::move(request), std::move(writer));
    }

    Method& add(const std::string& name, MethodKind kind, const google::protobuf::Descriptor* request,
                const google::protobuf::Descriptor* response);
    // Parses, and checks the request_id of writes, which the context and the call's record then carry.
    static Status read_request(const Method& method, const std::string& bytes,
                               google::protobuf::Message& request, CallContext& context, Call& call);
    const Method* find(std::string_view name) const;
    std::shared_ptr<Call> start(CallHead head);
    void cancel_if(const Status& why, bool streams_only);
    asio::awaitable<Result<CallContext>> admit(std::shared_ptr<Call> call);
    asio::awaitable<void> tell(std::shared_ptr<Call> call, Status status);
    asio::awaitable<void> serve_unary(std::shared_ptr<Call> call, std::string bytes);
    asio::awaitable<void> serve_stream(std::shared_ptr<Call> call, std::shared_ptr<ByteStream> stream);

    struct NameHash {
        using is_transparent = void;
        std::size_t operator()(std::string_view name) const { return std::hash<std::string_view>{}(name); }
    };

    asio::any_io_executor executor_;
    Authenticator& authenticator_;
    const Clock& clock_;
    const DispatcherOptions options_;
    std::unordered_map<std::string, std::unique_ptr<Method>, NameHash, std::equal_to<>> methods_;
    std::unordered_map<Call*, std::weak_ptr<Call>> calls_;
    std::vector<std::function<void(const CallRecord&)>> observers_;
    BeforeAnswer before_answer_;
    std::uint64_t next_call_ = 0;
    // Handlers that run, unheard ones included.
    std::size_t running_ = 0;
};

}  // namespace guichet::rpc
