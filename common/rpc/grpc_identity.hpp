#pragma once
// A channel whose client shows who it is.
#include <memory>
#include <string>

#include "common/rpc/grpc_transport.hpp"

namespace guichet::rpc {

// PEM texts, both or none.
struct ClientIdentity {
    std::string certificate;
    std::string key;
};

// As make_channel(options) with TLS; `identity` is for servers that ask for a certificate.
std::shared_ptr<grpc::Channel> make_channel(const ChannelOptions& options, const ClientIdentity& identity);

}  // namespace guichet::rpc
