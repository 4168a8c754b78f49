#include "common/rpc/dispatcher.hpp"

#include <cstdio>
#include <cstdlib>
#include <set>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <google/protobuf/descriptor.h>

#include "common/rpc/call.hpp"
#include "common/rpc/contract.hpp"
#include "common/rpc/subject.hpp"
#include "common/runtime/timer.hpp"

namespace guichet::rpc {

namespace {

[[noreturn]] void misregistered(const std::string& name, const std::string& why) {
    std::fprintf(stderr, "rpc: cannot register %s: %s\n", name.c_str(), why.c_str());
    std::abort();
}

const google::protobuf::FieldDescriptor* request_id_field(const google::protobuf::Descriptor& message) {
    const auto* field = message.FindFieldByName("request_id");
    const bool usable = field != nullptr && !field->is_repeated() &&
                        field->type() == google::protobuf::FieldDescriptor::TYPE_STRING;
    return usable ? field : nullptr;
}

}  // namespace

MethodKind kind_of(const google::protobuf::MethodDescriptor& method) {
    if (method.client_streaming()) return MethodKind::bidi;
    return method.server_streaming() ? MethodKind::server_stream : MethodKind::unary;
}

namespace detail {
Status unreadable(const std::string& type) {
    return invalid("", "the bytes of the message are not a " + type);
}
}  // namespace detail

std::string bearer_of(std::string_view authorization) {
    constexpr std::string_view kScheme = "bearer ";
    if (authorization.size() <= kScheme.size()) return {};
    for (std::size_t i = 0; i < kScheme.size(); ++i) {
        const char c = authorization[i];
        if ((c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c) != kScheme[i]) return {};
    }
    const auto start = authorization.find_first_not_of(' ', kScheme.size());
    return start == std::string_view::npos ? std::string() : std::string(authorization.substr(start));
}

Dispatcher::Dispatcher(asio::any_io_executor executor, Authenticator& authenticator, const Clock& clock,
                       DispatcherOptions options)
    : executor_(std::move(executor)), authenticator_(authenticator), clock_(clock), options_(options) {}

Dispatcher::~Dispatcher() = default;

Dispatcher::Method& Dispatcher::add(const std::string& name, MethodKind kind,
                                    const google::protobuf::Descriptor* request,
                                    const google::protobuf::Descriptor* response) {
    const auto* descriptor = find_method(name);
    if (descriptor == nullptr) misregistered(name, "the contract has no such method");
    if (descriptor->input_type() != request) {
        misregistered(name, "its request is " + descriptor->input_type()->full_name() + ", not " +
                                request->full_name());
    }
    if (descriptor->output_type() != response) {
        misregistered(name, "its response is " + descriptor->output_type()->full_name() + ", not " +
                                response->full_name());
    }
    if (kind_of(*descriptor) != kind) misregistered(name, "it streams otherwise in the contract");
    const auto access = read_access(*descriptor);
    if (!access) misregistered(name, "it states no (guichet.v1.access)");
    auto method = std::make_unique<Method>();
    method->name = method_name(*descriptor);
    method->kind = kind;
    method->access = *access;
    if (access->write && !descriptor->client_streaming()) {
        method->request_id = request_id_field(*request);
        if (method->request_id == nullptr) misregistered(name, "a write without a request_id");
    }
    const auto key = method->name;
    const auto [place, inserted] = methods_.emplace(key, std::move(method));
    if (!inserted) misregistered(name, "it has a handler already");
    return *place->second;
}

std::vector<std::string> Dispatcher::require_complete(const std::string& service) const {
    for (const auto* descriptor : contract_services()) {
        if (descriptor->full_name() != service) continue;
        std::vector<std::string> missing;
        for (int i = 0; i < descriptor->method_count(); ++i) {
            const auto name = method_name(*descriptor->method(i));
            if (!serves(name)) missing.push_back(name);
        }
        return missing;
    }
    misregistered(service, "the contract has no such service");
}

std::vector<std::string> Dispatcher::services() const {
    std::set<std::string> names;
    for (const auto& [name, method] : methods_) names.insert(name.substr(0, name.find('/')));
    return {names.begin(), names.end()};
}

const Dispatcher::Method* Dispatcher::find(std::string_view name) const {
    const auto found = methods_.find(name);
    return found == methods_.end() ? nullptr : found->second.get();
}

std::optional<MethodKind> Dispatcher::kind(std::string_view method) const {
    const auto* found = find(method);
    if (found == nullptr) return std::nullopt;
    return found->kind;
}

Status Dispatcher::read_request(const Method& method, const std::string& bytes,
                                google::protobuf::Message& request, CallContext& context, Call& call) {
    if (!request.ParseFromString(bytes)) return detail::unreadable(request.GetTypeName());
    if (method.access.write) {
        call.details_.conversation = conversation_of(request);
        call.details_.subject = subject_of(request);
    }
    if (method.request_id == nullptr) return {};
    std::string scratch;
    const auto& id = request.GetReflection()->GetStringReference(request, method.request_id, &scratch);
    if (id.empty()) return invalid("request_id", "a write needs a request_id, the same when it is repeated");
    if (!valid_id(id)) {
        return invalid("request_id", "a request_id is 1 to 128 characters of A-Z a-z 0-9 . _ : @ + -");
    }
    context.request_id = id;
    call.request_id_ = id;
    return {};
}

std::shared_ptr<Call> Dispatcher::start(CallHead head) {
    auto call = std::make_shared<Call>(*this, std::move(head));
    call->method_ = find(call->head_.method);
    call->request_id_ =
        valid_id(call->head_.request_id) ? call->head_.request_id : "call-" + std::to_string(++next_call_);
    calls_.emplace(call.get(), call);
    return call;
}

std::shared_ptr<Call> Dispatcher::start_unary(CallHead head, std::string bytes,
                                              std::function<void(Result<std::string>)> done) {
    auto call = start(std::move(head));
    call->done_ = std::move(done);
    if (call->method_ == nullptr || !call->method_->unary) {
        call->finish(make_status(Code::unimplemented, call->head_.method + " is not served here"));
    } else if (running_ >= options_.max_calls) {
        call->finish(make_status(Code::resource_exhausted, "too many calls at once", "overloaded"));
    } else {
        call->start_deadline(call->head_.timeout.value_or(options_.default_timeout));
        ++running_;
        asio::co_spawn(executor_, serve_unary(call, std::move(bytes)), asio::detached);
    }
    return call;
}

std::shared_ptr<Call> Dispatcher::start_stream(CallHead head, std::shared_ptr<ByteStream> stream,
                                               std::function<void(Status)> done) {
    auto call = start(std::move(head));
    call->stream_ = stream;
    call->done_ = [done = std::move(done)](Result<std::string> answer) {
        done(answer ? Status{} : answer.error());
    };
    if (call->method_ == nullptr || !call->method_->stream) {
        call->finish(make_status(Code::unimplemented, call->head_.method + " is not served here"));
    } else if (running_ >= options_.max_calls) {
        call->finish(make_status(Code::resource_exhausted, "too many calls at once", "overloaded"));
    } else {
        if (call->head_.timeout) call->start_deadline(*call->head_.timeout);
        ++running_;
        asio::co_spawn(executor_, serve_stream(call, std::move(stream)), asio::detached);
    }
    return call;
}

asio::awaitable<Result<CallContext>> Dispatcher::admit(std::shared_ptr<Call> call) {
    CallContext context;
    const auto& access = call->method_->access;
    call->details_.write = access.write;
    if (!call->head_.credential.empty()) {
        auto caller = co_await authenticator_.authenticate(call->head_.credential);
        if (!caller) co_return caller.error();
        context.caller = std::move(*caller);
        context.caller.credential = call->head_.credential;
        call->workspace_ = context.caller.workspace.str();
        call->actor_ = context.caller.actor;
    } else if (!access.anybody()) {
        co_return make_status(Code::unauthenticated, "this call needs a bearer credential", "no_credential");
    }
    auto scope = permit(access, context.caller.grants);
    if (!scope) co_return denied("no grant of this caller allows " + call->head_.method);
    context.scope = std::move(*scope);
    if (access.write) call->details_.grant = grant_of(context.caller, context.scope);
    context.method = call->method_->name;
    context.request_id = call->request_id_;
    context.peer = call->head_.peer;
    context.deadline = call->deadline_;
    context.clock = &clock_;
    context.cancellation = call->cancellation_;
    co_return context;
}

// The deed is done: nothing that goes wrong here may change its answer.
asio::awaitable<void> Dispatcher::tell(std::shared_ptr<Call> call, Status status) {
    try {
        auto telling = before_answer_(call->record(status), call->details_);
        if (!telling) co_return;
        call->details_.told = true;
        std::string what = "what is told before the answer";
        auto told =
            co_await runtime::with_deadline(std::move(*telling), options_.before_answer, std::move(what));
        call->details_.safe = told.has_value();
    } catch (const std::exception& e) {
        call->exception_ = e.what();
    } catch (...) {
        call->exception_ = "not a std::exception";
    }
}

asio::awaitable<void> Dispatcher::serve_unary(std::shared_ptr<Call> call, std::string bytes) {
    Result<std::string> answer = internal("internal error");
    try {
        auto context = co_await admit(call);
        if (!context) {
            answer = context.error();
        } else {
            answer = co_await call->method_->unary(std::move(*context), call, std::move(bytes));
        }
    } catch (const std::exception& e) {
        call->exception_ = e.what();
    } catch (...) {
        call->exception_ = "not a std::exception";
    }
    // Who was answered already, by a deadline or because he left, waits for nothing.
    if (before_answer_ && call->details_.write && call->done_) {
        Status status;
        if (!answer) status = answer.error();
        co_await tell(call, std::move(status));
    }
    --running_;
    call->finish(std::move(answer));
}

asio::awaitable<void> Dispatcher::serve_stream(std::shared_ptr<Call> call,
                                               std::shared_ptr<ByteStream> stream) {
    Result<std::string> answer = internal("internal error");
    try {
        auto context = co_await admit(call);
        if (!context) {
            answer = context.error();
        } else {
            auto ended = co_await call->method_->stream(std::move(*context), call, std::move(stream));
            if (ended) {
                answer = std::string();
            } else {
                answer = ended.error();
            }
        }
    } catch (const std::exception& e) {
        call->exception_ = e.what();
    } catch (...) {
        call->exception_ = "not a std::exception";
    }
    --running_;
    call->finish(std::move(answer));
}

void Dispatcher::cancel_if(const Status& why, bool streams_only) {
    // Each cancellation changes the table.
    const auto calls = calls_;
    for (const auto& [key, weak] : calls) {
        const auto call = weak.lock();
        if (call && (call->stream_ || !streams_only)) call->cancel(why);
    }
}

}  // namespace guichet::rpc
