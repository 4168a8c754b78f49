#pragma once
// Which partitions this process may read now, and who wants to know.
#include <cstdint>
#include <set>
#include <utility>
#include <vector>

namespace guichet::streams {

struct Holding {
    int partition = 0;
    // Differs each time that the partition was away in between.
    std::uint64_t fence = 0;

    auto operator<=>(const Holding&) const = default;
};

class Partitions {
  public:
    class Subscriber {
      public:
        virtual ~Subscriber() = default;
        // holdings() has changed.
        virtual void partitions_changed() = 0;
        // Still works on it: while this holds, a partition that is no longer among the holdings is not yet
        // given to another process.
        virtual bool busy(int partition) const = 0;
    };

    virtual ~Partitions() = default;
    virtual std::vector<Holding> holdings() const = 0;

    void subscribe(Subscriber& subscriber) { subscribers_.insert(&subscriber); }
    void unsubscribe(Subscriber& subscriber) { subscribers_.erase(&subscriber); }

  protected:
    void tell_all() {
        for (Subscriber* subscriber : std::set(subscribers_)) subscriber->partitions_changed();
    }
    bool busy(int partition) const {
        for (Subscriber* subscriber : subscribers_) {
            if (subscriber->busy(partition)) return true;
        }
        return false;
    }

  private:
    std::set<Subscriber*> subscribers_;
};

// All of them, for ever: one process, or tests.
class FixedPartitions final : public Partitions {
  public:
    explicit FixedPartitions(int count) {
        for (int i = 0; i < count; ++i) holdings_.push_back({i, 1});
    }
    std::vector<Holding> holdings() const override { return holdings_; }

  private:
    std::vector<Holding> holdings_;
};

}  // namespace guichet::streams
