#pragma once
// The services of guichet.v1, by descriptor.
#include <string>
#include <string_view>
#include <vector>

namespace google::protobuf {
class MethodDescriptor;
class ServiceDescriptor;
}  // namespace google::protobuf

namespace guichet::rpc {

// Every service of the contract, in order of their names. Calling it also links them all into the program, so
// that descriptors and messages are found by name.
std::vector<const google::protobuf::ServiceDescriptor*> contract_services();

// "guichet.v1.RoutingService/Claim", with or without a leading '/'; null when the contract has no such
// method.
const google::protobuf::MethodDescriptor* find_method(std::string_view name);

// The inverse: "guichet.v1.RoutingService/Claim".
std::string method_name(const google::protobuf::MethodDescriptor& method);

}  // namespace guichet::rpc
