#pragma once
// Names of the keys that C++ reads. No other module builds one; the functions in lua/ know the same names.
//
// A workspace lives in one partition; "{p07}:" is the partition's hash tag, so that one function call stays
// in one slot of a Redis Cluster. Users, tokens and the directory live under "{sys}:".
#include <string>

#include "common/core/ids.hpp"

namespace guichet::store {

class Partition {
  public:
    explicit Partition(int number);
    int number() const { return number_; }
    // "{p07}:"
    const std::string& prefix() const { return prefix_; }

  private:
    int number_;
    std::string prefix_;
};

inline constexpr char kSystemPrefix[] = "{sys}:";

// Services with a work stream; the consumer group bears the same name.
std::string work_key(const Partition& partition, const std::string& service);
// Who reads which partition of a service's work.
std::string leases_key(const std::string& service);
std::string events_key(const Partition& partition);
std::string raw_key(const Partition& partition);
std::string incarnation_key(const Partition& partition);

// Within a workspace: "{p07}:brand:" + what + id.
std::string workspace_key(const Partition& partition, const WorkspaceId& workspace, const std::string& what,
                          const std::string& id = {});
std::string document_key(const WorkspaceId& workspace, const std::string& kind);

}  // namespace guichet::store
