#include "common/rpc/grpc_server.hpp"

#include <algorithm>
#include <deque>
#include <future>
#include <grpc/support/time.h>
#include <thread>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <google/protobuf/descriptor.h>
#include <grpcpp/ext/proto_server_reflection_plugin.h>
#include <grpcpp/health_check_service_interface.h>
#include <grpcpp/impl/codegen/server_callback_handlers.h>
#include <grpcpp/impl/rpc_service_method.h>
#include <grpcpp/impl/service_type.h>
#include <grpcpp/security/server_credentials.h>
#include <grpcpp/security/tls_credentials_options.h>
#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>

#include "common/rpc/contract.hpp"
#include "common/rpc/grpc_calls.hpp"
#include "common/rpc/live_files.hpp"
#include "common/rpc/wakeup.hpp"

namespace guichet::rpc {

namespace {

using grpc::ByteBuffer;
using grpc::internal::RpcMethod;

// One proto service, its methods made from the descriptor.
class DynamicService final : public grpc::Service {
  public:
    DynamicService(const google::protobuf::ServiceDescriptor& service,
                   const std::shared_ptr<CallSet>& calls) {
        for (int i = 0; i < service.method_count(); ++i) add(i, *service.method(i), calls);
    }

  private:
    void add(int index, const google::protobuf::MethodDescriptor& method,
             const std::shared_ptr<CallSet>& calls) {
        const auto name = method_name(method);
        // gRPC keeps the pointer.
        const auto& path = paths_.emplace_back("/" + name);
        // On the wire a server stream is a bidirectional one with one request: one kind of reactor does both.
        const bool unary = !method.client_streaming() && !method.server_streaming();
        AddMethod(new grpc::internal::RpcServiceMethod(
            path.c_str(), unary ? RpcMethod::NORMAL_RPC : RpcMethod::BIDI_STREAMING, nullptr));
        if (unary) {
            MarkMethodRawCallback(index, new grpc::internal::CallbackUnaryHandler<ByteBuffer, ByteBuffer>(
                                             [calls, name](grpc::CallbackServerContext* context,
                                                           const ByteBuffer* request, ByteBuffer* response) {
                                                 return react_unary(calls, name, context, request, response);
                                             }));
        } else {
            MarkMethodRawCallback(index, new grpc::internal::CallbackBidiHandler<ByteBuffer, ByteBuffer>(
                                             [calls, name](grpc::CallbackServerContext* context) {
                                                 return react_stream(calls, name, context);
                                             }));
        }
    }

    std::deque<std::string> paths_;
};

void enable_plugins() {
    static const bool once = [] {
        grpc::EnableDefaultHealthCheckService(true);
        grpc::reflection::InitProtoReflectionServerBuilderPlugin();
        return true;
    }();
    (void)once;
}

CertificateTexts texts_of(const GrpcServerOptions& options) {
    return {options.tls_certificate, options.tls_key, options.tls_client_authorities};
}

std::shared_ptr<grpc::ServerCredentials> credentials_of(const GrpcServerOptions& options,
                                                        const LiveCertificate& live) {
    if (options.tls_certificate.empty()) return grpc::InsecureServerCredentials();
    const bool asks = !options.tls_client_authorities.empty();
    grpc::experimental::TlsServerCredentialsOptions tls(live_files(live, asks));
    tls.watch_identity_key_cert_pairs();
    if (asks) {
        tls.watch_root_certs();
        tls.set_cert_request_type(GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY);
    }
    return grpc::experimental::TlsServerCredentials(tls);
}

}  // namespace

struct GrpcServer::Impl {
    Impl(asio::io_context& io, Dispatcher& dispatcher, GrpcServerOptions options)
        : dispatcher(dispatcher),
          options(std::move(options)),
          calls(std::make_shared<CallSet>(io, dispatcher)) {}

    Dispatcher& dispatcher;
    const GrpcServerOptions options;
    std::shared_ptr<CallSet> calls;
    // gRPC reads it as long as the server lives.
    LiveCertificate certificate;
    std::vector<std::unique_ptr<DynamicService>> services;
    std::unique_ptr<grpc::Server> server;
    std::thread stopper;
};

GrpcServer::GrpcServer(asio::io_context& io, Dispatcher& dispatcher, GrpcServerOptions options)
    : io_(io), impl_(std::make_unique<Impl>(io, dispatcher, std::move(options))) {}

GrpcServer::~GrpcServer() {
    if (impl_->stopper.joinable()) impl_->stopper.join();
    if (!impl_->server) return;
    // Shutdown waits for the calls, whose answers would come from the io thread: this one. So another thread
    // shuts down, and the calls are answered from here.
    auto stopped =
        std::async(std::launch::async, [this] { impl_->server->Shutdown(gpr_time_0(GPR_CLOCK_MONOTONIC)); });
    impl_->dispatcher.cancel_all(unavailable("the server stops"));
    // Again and again, for calls that gRPC accepted just before.
    do {
        impl_->calls->abandon_all();
    } while (stopped.wait_for(std::chrono::milliseconds(5)) != std::future_status::ready);
}

Result<void> GrpcServer::start() {
    enable_plugins();
    const auto& options = impl_->options;
    if (options.tls_certificate.empty() != options.tls_key.empty()) {
        return invalid("tls", "a TLS certificate needs its key, and a key its certificate");
    }
    if (!options.tls_client_authorities.empty() && options.tls_certificate.empty()) {
        return invalid("tls", "who asks clients for certificates needs one of his own");
    }
    if (!options.tls_certificate.empty()) {
        auto kept = impl_->certificate.put(texts_of(options));
        if (!kept) return kept;
    }
    grpc::ServerBuilder builder;
    builder.AddListeningPort(options.address, credentials_of(options, impl_->certificate), &port_);
    builder.SetMaxReceiveMessageSize(options.max_message_bytes);
    builder.SetMaxSendMessageSize(options.max_message_bytes);
    builder.AddChannelArgument(GRPC_ARG_MAX_CONCURRENT_STREAMS, options.max_concurrent_streams);
    builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIME_MS, static_cast<int>(options.keepalive.count()));
    builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, 20'000);
    // gRPC's own bound, five minutes, would cut clients that watch over a quiet stream.
    builder.AddChannelArgument(GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS,
                               static_cast<int>(options.min_ping_interval.count()));
    // Two servers on one port would each get some of the calls.
    builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
    // Only reflection is synchronous: it needs no more than this.
    builder.SetSyncServerOption(grpc::ServerBuilder::NUM_CQS, 1);
    builder.SetSyncServerOption(grpc::ServerBuilder::MIN_POLLERS, 1);
    builder.SetSyncServerOption(grpc::ServerBuilder::MAX_POLLERS, 1);
    const auto served = impl_->dispatcher.services();
    for (const auto* service : contract_services()) {
        if (std::find(served.begin(), served.end(), service->full_name()) == served.end()) continue;
        impl_->services.push_back(std::make_unique<DynamicService>(*service, impl_->calls));
        builder.RegisterService(impl_->services.back().get());
    }
    impl_->server = builder.BuildAndStart();
    const bool is_unix = options.address.rfind("unix:", 0) == 0;
    if (!impl_->server || (port_ == 0 && !is_unix)) {
        impl_->server.reset();
        return unavailable("cannot serve gRPC on " + options.address +
                           ": the address is in use or not of this machine");
    }
    if (is_unix) port_ = 0;
    set_serving(true);
    return boost::system::in_place_value;
}

Result<void> GrpcServer::renew_tls(const CertificateTexts& texts) {
    const auto& options = impl_->options;
    if (options.tls_certificate.empty() ||
        options.tls_client_authorities.empty() != texts.authorities.empty()) {
        return invalid("tls", "whether there is TLS, and clients show certificates, is settled at the start");
    }
    return impl_->certificate.put(texts);
}

void GrpcServer::set_serving(bool serving) {
    if (!impl_->server) return;
    auto* health = impl_->server->GetHealthCheckService();
    if (health == nullptr) return;
    health->SetServingStatus(serving);
    for (const auto& name : impl_->dispatcher.services()) health->SetServingStatus(name, serving);
}

asio::awaitable<void> GrpcServer::shutdown(std::chrono::milliseconds grace) {
    if (!impl_->server || impl_->stopper.joinable()) co_return;
    set_serving(false);
    impl_->dispatcher.cancel_streams(unavailable("the server stops"));
    auto stopped = std::make_shared<bool>(false);
    auto wakeup = std::make_shared<Wakeup>(io_.get_executor());
    impl_->stopper = std::thread([this, grace, stopped, wakeup, work = asio::make_work_guard(io_)] {
        const auto end =
            gpr_time_add(gpr_now(GPR_CLOCK_MONOTONIC), gpr_time_from_millis(grace.count(), GPR_TIMESPAN));
        impl_->server->Shutdown(end);
        impl_->server->Wait();
        asio::post(io_, [stopped, wakeup] {
            *stopped = true;
            wakeup->notify();
        });
    });
    while (!*stopped) co_await wakeup->wait();
    impl_->stopper.join();
    impl_->server.reset();
}

}  // namespace guichet::rpc
