#pragma once
// A channel whose client shows who it is.
#include <memory>
#include <string>

#include "common/rpc/grpc_transport.hpp"
#include "common/rpc/live_certificate.hpp"

namespace guichet::rpc {

// PEM texts, both or none.
struct ClientIdentity {
    std::string certificate;
    std::string key;
};

// As make_channel(options) with TLS; `identity` is for servers that ask for a certificate.
std::shared_ptr<grpc::Channel> make_channel(const ChannelOptions& options, const ClientIdentity& identity);

// The same with what `live` holds when a connection is made, its authorities included: a certificate that is
// renewed is shown from the next connection on (within two seconds), and those there are stay. `live` must
// have all three, and outlive the channel.
std::shared_ptr<grpc::Channel> make_channel(const ChannelOptions& options, const LiveCertificate& live);

}  // namespace guichet::rpc
