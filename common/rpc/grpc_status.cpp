#include "common/rpc/grpc_status.hpp"

#include <vector>

#include "common/core/bytes.hpp"
#include "common/rpc/status_map.hpp"

namespace guichet::rpc {

grpc::Status to_grpc(const Status& status) {
    if (status.ok()) return grpc::Status::OK;
    return {static_cast<grpc::StatusCode>(status.code), truncate_utf8(status.message, kMaxMessageBytes)};
}

Status from_grpc(const grpc::Status& status, const GrpcMetadata& trailers) {
    if (status.ok()) return {};
    const auto code = code_of_number(status.error_code());
    auto result = from_detail_bytes(code, status.error_message(), metadata_value(trailers, kErrorTrailer));
    if (code == Code::unavailable) result.retryable = true;
    return result;
}

std::string metadata_value(const GrpcMetadata& metadata, const char* key) {
    const auto found = metadata.find(key);
    return found == metadata.end() ? std::string() : std::string(found->second.data(), found->second.size());
}

std::string address_of_peer(const std::string& peer) {
    const auto port = peer.rfind(':');
    if (peer.rfind("ipv4:", 0) == 0 && port > 4) return peer.substr(5, port - 5);
    if (peer.rfind("ipv6:", 0) != 0) return peer;
    auto open = peer.find("%5B");
    auto close = peer.find("%5D");
    if (open != std::string::npos && close != std::string::npos)
        return peer.substr(open + 3, close - open - 3);
    open = peer.find('[');
    close = peer.find(']');
    if (open == std::string::npos || close == std::string::npos) return peer;
    return peer.substr(open + 1, close - open - 1);
}

grpc::ByteBuffer to_buffer(const std::string& bytes) {
    const grpc::Slice slice(bytes);
    return {&slice, 1};
}

std::string from_buffer(const grpc::ByteBuffer& buffer) {
    grpc::Slice slice;
    if (buffer.TrySingleSlice(&slice).ok()) {
        return {reinterpret_cast<const char*>(slice.begin()), slice.size()};
    }
    std::vector<grpc::Slice> slices;
    std::string bytes;
    if (!buffer.Dump(&slices).ok()) return bytes;
    bytes.reserve(buffer.Length());
    for (const auto& part : slices) bytes.append(reinterpret_cast<const char*>(part.begin()), part.size());
    return bytes;
}

}  // namespace guichet::rpc
