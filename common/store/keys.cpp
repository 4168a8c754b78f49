#include "common/store/keys.hpp"

namespace guichet::store {

Partition::Partition(int number)
    : number_(number),
      prefix_(std::string("{p") + (number < 10 ? "0" : "") + std::to_string(number) + "}:") {}

std::string work_key(const Partition& partition, const std::string& service) {
    return partition.prefix() + "work:" + service;
}

std::string leases_key(const std::string& service) {
    return kSystemPrefix + ("leases:" + service);
}

std::string events_key(const Partition& partition) {
    return partition.prefix() + "events";
}

std::string raw_key(const Partition& partition) {
    return partition.prefix() + "raw";
}

std::string incarnation_key(const Partition& partition) {
    return partition.prefix() + "incarnation";
}

std::string workspace_key(const Partition& partition, const WorkspaceId& workspace, const std::string& what,
                          const std::string& id) {
    return partition.prefix() + workspace.str() + ":" + what + id;
}

std::string document_key(const WorkspaceId& workspace, const std::string& kind) {
    return kSystemPrefix + ("doc:" + workspace.str()) + ":" + kind;
}

}  // namespace guichet::store
