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

namespace guichet::backup {

namespace asio = boost::asio;

// Where the state is while a backup is made: the Redis of a server that runs, another's, or, where nothing
// runs, one that is started on the data for the time.
class Source {
  public:
    Source(asio::any_io_executor executor, const config::Settings& settings, const Clock& clock,
           Random& random);

    // UNAVAILABLE when Redis cannot be reached.
    asio::awaitable<Result<void>> open();
    // Redis makes it at one moment after the call, in a process of its own, and goes on working.
    asio::awaitable<Result<void>> save(std::filesystem::path to, const Progress& progress);
    asio::awaitable<void> close();

  private:
    asio::awaitable<bool> answers();

    asio::any_io_executor executor_;
    const config::Settings& settings_;
    const Clock& clock_;
    Random& random_;
    redis::Address address_;
    std::unique_ptr<redis::EmbeddedServer> own_;
};

redis::EmbeddedOptions embedded_options(const config::Settings& settings, const std::filesystem::path& data);

}  // namespace guichet::backup
