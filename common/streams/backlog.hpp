#pragma once
// Entries that a consumer has taken and not finished, in lanes: entries of one lane (a conversation) are
// worked on one after another, lanes beside each other. Pure bookkeeping, no I/O.
#include <cstddef>
#include <deque>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>

#include "common/streams/entry.hpp"

namespace guichet::streams {

// An entry with what this process has gone through with it.
struct WorkEntry {
    Entry entry;
    // Attempts of this process that failed for the entry's own sake, and attempts that failed at all.
    int failures = 0;
    int attempts = 0;
    std::string last_error;
};

class Backlog {
  public:
    struct Lane {
        enum class State : unsigned char { ready, running, waiting };
        std::string name;
        int partition = 0;
        State state = State::ready;
        std::deque<WorkEntry> entries;
    };
    using LanePtr = std::shared_ptr<Lane>;

    // Whether an entry is already here.
    bool knows(int partition, const std::string& id) const { return known_.contains({partition, id}); }
    // Behind the others of its lane; nothing when it is known.
    void add(const std::string& lane, Entry entry);
    // A lane whose first entry is to be worked on now; it is running from then on. Null when there is none.
    LanePtr take();
    // The first entry of a running lane is finished.
    void finish(const LanePtr& lane);
    // The first entry of a running lane is to be tried again, after wake().
    void put_off(const LanePtr& lane);
    void wake(const LanePtr& lane);
    // Forgets everything of the partition but what is running.
    void drop(int partition);

    // Entries here, lanes running, and whether anything of the partition is running.
    std::size_t size() const { return known_.size(); }
    std::size_t running() const { return running_total_; }
    bool running(int partition) const;

  private:
    void forget(Lane& lane, std::size_t keep);
    void stopped_running(const LanePtr& lane);

    std::set<std::pair<int, std::string>> known_;
    std::unordered_map<std::string, LanePtr> lanes_;  // by partition and name
    std::deque<LanePtr> ready_;
    std::map<int, std::size_t> running_;
    std::size_t running_total_ = 0;
};

}  // namespace guichet::streams
