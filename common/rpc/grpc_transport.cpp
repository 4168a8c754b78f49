#include "common/rpc/grpc_transport.hpp"

#include <atomic>

#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <grpcpp/channel.h>
#include <grpcpp/create_channel.h>
#include <grpcpp/security/credentials.h>
#include <grpcpp/security/tls_credentials_options.h>

#include "common/rpc/grpc_client_calls.hpp"
#include "common/rpc/grpc_identity.hpp"
#include "common/rpc/grpc_status.hpp"
#include "common/rpc/live_files.hpp"

namespace guichet::rpc {

struct GrpcTransport::Impl {
    explicit Impl(std::shared_ptr<grpc::Channel> channel)
        : stub(std::move(channel)), calls(std::make_shared<ClientCalls>()) {}

    grpc::GenericStub stub;
    std::shared_ptr<ClientCalls> calls;
};

namespace {

// Lives from the start of a unary call until its completion has run on the io thread.
struct UnaryState {
    explicit UnaryState(asio::io_context& io) : work(asio::make_work_guard(io)) {}

    grpc::ClientContext context;
    std::atomic<bool> cancelled = false;
    std::string path;
    grpc::ByteBuffer request;
    grpc::ByteBuffer response;
    std::shared_ptr<ClientCalls> calls;
    WorkGuard work;
};

template <class Handler>
void start(Handler handler, asio::io_context& io, grpc::GenericStub& stub,
           std::shared_ptr<UnaryState> state) {
    auto slot = asio::get_associated_cancellation_slot(handler);
    // gRPC's callback must be copyable and must not be the last to hold the state.
    struct Pending {
        Handler handler;
        std::shared_ptr<UnaryState> state;
        grpc::Status status;
    };
    auto* pending = new Pending{std::move(handler), state, {}};
    const auto cancel = [weak = std::weak_ptr<UnaryState>(state)] {
        const auto live = weak.lock();
        if (!live) return;
        live->cancelled = true;
        live->context.TryCancel();
    };
    if (slot.is_connected()) slot.assign([cancel](asio::cancellation_type) { cancel(); });
    state->calls->add(state.get(), cancel);
    stub.UnaryCall(&state->context, state->path, {}, &state->request, &state->response,
                   [&io, pending](grpc::Status status) {
                       pending->status = std::move(status);
                       const auto calls = pending->state->calls;
                       const void* key = pending->state.get();
                       asio::post(io, [owned = std::unique_ptr<Pending>(pending)]() mutable {
                           const auto state = std::move(owned->state);
                           auto handler = std::move(owned->handler);
                           const auto status = std::move(owned->status);
                           owned.reset();
                           if (status.ok()) {
                               std::move(handler)(Result<std::string>(from_buffer(state->response)));
                           } else {
                               std::move(handler)(
                                   Result<std::string>(ended_with(status, state->context, state->cancelled)));
                           }
                       });
                       calls->remove(key);
                   });
}

class GrpcStream final : public BidiStream {
  public:
    explicit GrpcStream(std::shared_ptr<ClientStream> stream) : stream_(std::move(stream)) {}
    ~GrpcStream() override { stream_->cancel(); }
    asio::awaitable<Result<std::optional<std::string>>> next() override { return stream_->pump_read(); }
    asio::awaitable<Result<void>> write(std::string message) override {
        return stream_->pump_write(std::move(message));
    }
    void writes_done() override { stream_->pump_end(); }
    void cancel() override { stream_->cancel(); }

  private:
    std::shared_ptr<ClientStream> stream_;
};

}  // namespace

std::shared_ptr<grpc::Channel> make_channel(const ChannelOptions& options) {
    return make_channel(options, ClientIdentity{});
}

namespace {

grpc::ChannelArguments arguments_of(const ChannelOptions& options) {
    grpc::ChannelArguments arguments;
    arguments.SetMaxReceiveMessageSize(options.max_message_bytes);
    arguments.SetMaxSendMessageSize(options.max_message_bytes);
    arguments.SetInt(GRPC_ARG_KEEPALIVE_TIME_MS, static_cast<int>(options.keepalive.count()));
    // Else pings stop after two of them without data.
    arguments.SetInt(GRPC_ARG_HTTP2_MAX_PINGS_WITHOUT_DATA, 0);
    arguments.SetInt(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, 10'000);
    arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, 2'000);
    arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, 100);
    arguments.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);
    if (!options.tls_name.empty()) arguments.SetSslTargetNameOverride(options.tls_name);
    return arguments;
}

}  // namespace

std::shared_ptr<grpc::Channel> make_channel(const ChannelOptions& options, const ClientIdentity& identity) {
    std::shared_ptr<grpc::ChannelCredentials> credentials;
    if (options.tls) {
        grpc::SslCredentialsOptions ssl;
        ssl.pem_root_certs = options.tls_authorities;
        ssl.pem_cert_chain = identity.certificate;
        ssl.pem_private_key = identity.key;
        credentials = grpc::SslCredentials(ssl);
    } else {
        credentials = grpc::InsecureChannelCredentials();
    }
    return grpc::CreateCustomChannel(options.address, credentials, arguments_of(options));
}

std::shared_ptr<grpc::Channel> make_channel(const ChannelOptions& options, const LiveCertificate& live) {
    grpc::experimental::TlsChannelCredentialsOptions tls;
    tls.set_certificate_provider(live_files(live, true));
    tls.watch_root_certs();
    tls.watch_identity_key_cert_pairs();
    return grpc::CreateCustomChannel(options.address, grpc::experimental::TlsCredentials(tls),
                                     arguments_of(options));
}

GrpcTransport::GrpcTransport(asio::io_context& io, std::shared_ptr<grpc::Channel> channel)
    : io_(io), impl_(std::make_shared<Impl>(std::move(channel))) {}

GrpcTransport::~GrpcTransport() {
    impl_->calls->cancel_and_wait();
}

asio::awaitable<Result<std::string>> GrpcTransport::unary(std::string method, Metadata meta,
                                                          std::string request,
                                                          std::chrono::milliseconds timeout) {
    auto state = std::make_shared<UnaryState>(io_);
    state->path = "/" + method;
    state->request = to_buffer(request);
    state->calls = impl_->calls;
    prepare(state->context, meta, std::max(timeout, std::chrono::milliseconds(1)));
    auto initiation = [this](auto handler, std::shared_ptr<UnaryState> ready) {
        start(std::move(handler), io_, impl_->stub, std::move(ready));
    };
    co_return co_await asio::async_initiate<const asio::use_awaitable_t<>, void(Result<std::string>)>(
        initiation, asio::use_awaitable, std::move(state));
}

std::unique_ptr<BidiStream> GrpcTransport::bidi(std::string method, Metadata meta,
                                                std::chrono::milliseconds timeout) {
    auto stream = std::make_shared<ClientStream>(io_, impl_->calls);
    stream->start(impl_->stub, "/" + method, meta, timeout);
    return std::make_unique<GrpcStream>(std::move(stream));
}

std::unique_ptr<ReadStream> GrpcTransport::server_stream(std::string method, Metadata meta,
                                                         std::string request,
                                                         std::chrono::milliseconds timeout) {
    auto stream = std::make_shared<ClientStream>(io_, impl_->calls);
    stream->start(impl_->stub, "/" + method, meta, timeout);
    stream->pump_push(request);
    stream->pump_end();
    return std::make_unique<GrpcStream>(std::move(stream));
}

}  // namespace guichet::rpc
