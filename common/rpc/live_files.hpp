#pragma once
// A LiveCertificate as gRPC reads it, again and again. Private to the gRPC server and client.
#include <memory>

#include <grpcpp/security/tls_certificate_provider.h>

#include "common/rpc/live_certificate.hpp"

namespace guichet::rpc {

inline std::shared_ptr<grpc::experimental::FileWatcherCertificateProvider> live_files(
    const LiveCertificate& live, bool with_authorities) {
    constexpr unsigned kLookSeconds = 1;
    return std::make_shared<grpc::experimental::FileWatcherCertificateProvider>(
        live.key_path(), live.certificate_path(), with_authorities ? live.authorities_path() : std::string(),
        kLookSeconds);
}

}  // namespace guichet::rpc
