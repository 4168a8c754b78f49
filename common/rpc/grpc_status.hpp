#pragma once
// Status <-> grpc::Status with its trailer, and bytes <-> grpc::ByteBuffer. Not for headers of services.
#include <map>
#include <string>

#include <grpcpp/support/byte_buffer.h>
#include <grpcpp/support/status.h>
#include <grpcpp/support/string_ref.h>

#include "common/core/status.hpp"

namespace guichet::rpc {

using GrpcMetadata = std::multimap<grpc::string_ref, grpc::string_ref>;

grpc::Status to_grpc(const Status& status);
Status from_grpc(const grpc::Status& status, const GrpcMetadata& trailers);
// Empty when the metadata has no such key.
std::string metadata_value(const GrpcMetadata& metadata, const char* key);

// "ipv4:10.0.0.1:5000" -> "10.0.0.1", "ipv6:%5B::1%5D:5000" -> "::1"; anything else as it is.
std::string address_of_peer(const std::string& peer);

grpc::ByteBuffer to_buffer(const std::string& bytes);
std::string from_buffer(const grpc::ByteBuffer& buffer);

}  // namespace guichet::rpc
