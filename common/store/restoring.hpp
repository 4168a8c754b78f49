#pragma once
// What has to be done to a restored copy of the state before it is served: only while nobody else uses it.
#include <map>
#include <string>

#include "common/store/store.hpp"

namespace guichet::store {

// The schema that this build writes, which is the number in the library's name.
int library_number();

class Restoring {
  public:
    // `partitions`: how many the copied state has.
    Restoring(Store& store, int partitions);

    // The last entry that each partition's stream ever had, by partition; "0-0" where there was none.
    asio::awaitable<Result<std::map<int, std::string>>> last_events();
    asio::awaitable<Result<std::map<int, std::string>>> last_raw();
    // Every Watch cursor of before is refused with a resync.
    asio::awaitable<Result<void>> end_incarnations();
    // What was still to be sent is unconfirmed now, and looked up after `wait`. Returns how many.
    asio::awaitable<Result<int>> doubt_deliveries(Milliseconds wait);

  private:
    struct Owner {
        WorkspaceId workspace;
        Partition partition;
        // Of the keys that list a conversation's open deliveries.
        std::string prefix;
    };
    asio::awaitable<Result<std::map<int, std::string>>> last_of(std::string (*key)(const Partition&));
    // Of those whose lists lie on this master.
    asio::awaitable<Result<int>> doubt_at(std::string master, const std::vector<Owner>& owners,
                                          Milliseconds wait);
    asio::awaitable<Result<int>> doubt_listed(std::string list, WorkspaceId workspace, Partition partition,
                                              Milliseconds wait);

    Store& store_;
    Functions functions_;
    int partitions_;
};

}  // namespace guichet::store
