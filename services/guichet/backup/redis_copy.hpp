#pragma once
// The state of a Redis, as one file.
#include <filesystem>
#include <memory>
#include <optional>

#include "common/config/settings.hpp"
#include "common/core/random.hpp"
#include "common/redis/client.hpp"
#include "common/redis/embedded.hpp"
#include "services/guichet/backup/files.hpp"
#include "services/guichet/backup/parts.hpp"

namespace guichet::backup {

// Where the state is while a backup is made: the Redis of a server that runs, another's, or, where nothing
// runs, one that is started on the data for the time.
class Source {
  public:
    Source(asio::any_io_executor executor, const config::Settings& settings, const Clock& clock,
           Random& random);

    // UNAVAILABLE when Redis cannot be reached.
    asio::awaitable<Result<void>> open();
    // After open(): more than one are masters of a cluster.
    const std::vector<Part>& parts() const { return parts_; }
    bool is_cluster() const { return !parts_.front().slots.empty(); }
    // Redis makes it at one moment after the call, in a process of its own, and goes on working.
    asio::awaitable<Result<void>> save(const Part& part, std::filesystem::path to, const Progress& progress);
    // UNAVAILABLE "moved" when a slot lies elsewhere now: what is in it may be in no master's copy.
    asio::awaitable<Result<void>> check_unmoved();
    asio::awaitable<void> close();

  private:
    asio::awaitable<Result<void>> look();

    asio::any_io_executor executor_;
    const config::Settings& settings_;
    const Clock& clock_;
    Random& random_;
    redis::Address address_;
    std::vector<Part> parts_;
    std::unique_ptr<redis::EmbeddedServer> own_;
};

redis::EmbeddedOptions embedded_options(const config::Settings& settings, const std::filesystem::path& data);

}  // namespace guichet::backup
