#pragma once
// A store whose clock stands still, whose chance repeats, and whose functions fail on demand.
#include <string>
#include <vector>

#include <boost/asio/io_context.hpp>

#include "common/store/reads.hpp"
#include "common/store/records.hpp"
#include "common/store/store.hpp"
#include "tests/support/redis_server.hpp"
#include "tests/support/store_library.hpp"

namespace guichet::test {

using Milliseconds = std::chrono::milliseconds;

inline constexpr TimeMs kStart = 1'700'000'000'000;
inline constexpr Milliseconds kLease{600'000};

class World {
  public:
    World();

    // Empties the database and starts time and chance anew.
    void reset();
    void set_clock(TimeMs now);
    // What the code under test draws does not depend on what was drawn before.
    void reseed(std::uint64_t seed) { random = SeededRandom(seed); }

    // Runs it; what it gives must be there.
    template <class T>
    T must(asio::awaitable<Result<T>> work) {
        auto result = run(io, std::move(work));
        if (!result) throw std::runtime_error(to_string(result.error()));
        if constexpr (!std::is_void_v<T>) return std::move(*result);
    }
    template <class T>
    Status status(asio::awaitable<Result<T>> work) {
        auto result = run(io, std::move(work));
        return result ? Status{} : result.error();
    }

    // Arms a fault for the calls that follow; number 0: none.
    void fail(int number, const std::string& mode);
    struct Calls {
        int made = 0, failed = 0;
    };
    // Of the last function called; disarms.
    Calls disarm();
    std::vector<std::string> snapshot(bool ids);

    store::By by(std::string actor, std::string request = {}) const {
        return {brand, std::move(actor), std::move(request), "*"};
    }
    store::Inbound inbound(std::string external_id, std::string thread) const;
    store::TriageDecision decision(const store::Ingested& stored, TimeMs due) const;
    store::Ingested ingest(const std::string& external_id, const std::string& thread);
    // All begun before any is waited for.
    std::vector<Status> at_once(const std::vector<store::Inbound>& messages);
    // Stored and triaged.
    ConversationId waiting(const std::string& name, TimeMs due, std::string preferred = {});
    store::Claimed owned(const std::string& name, const std::string& agent);
    store::Sending sending(const store::Claimed& mine, const std::string& delivery, Milliseconds undo,
                           std::string after = "keep");
    // A queued or held answer of `agent` on what he owns.
    DeliveryId answer(const store::Claimed& mine, const std::string& agent, const std::string& delivery,
                      Milliseconds undo = Milliseconds(0), std::string after = "keep");
    store::Begin begin(const DeliveryId& delivery, std::string entry = {}, std::string token = "t1") const;
    store::AttemptOutcome outcome(const DeliveryId& delivery, store::AttemptOutcome::Kind kind,
                                  std::string entry = {}, std::string token = "t1") const;
    store::Giving release(const store::Claimed& mine) const;
    store::Resolution solved(const store::Claimed& mine) const;
    void online(const std::string& agent, TimeMs until);
    // Delivers what is new to the service's group; the last entry's id.
    std::string take(const std::string& service);
    void tick();
    store::Partition partition() const { return store::Partition(partition_); }

    const WorkspaceId brand{"brand"};
    asio::io_context io;
    RedisServer server;
    ManualClock clock{kStart};
    SeededRandom random{1};
    std::unique_ptr<redis::Client> client = server.client(io);
    store::Store store{*client, random, clock};

  private:
    int partition_ = 0;
};

}  // namespace guichet::test
