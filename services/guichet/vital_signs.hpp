#pragma once
// What alarms look at, as metrics, every few seconds: queue, doubts, dead letters, backlog, Redis, disk,
// certificates.
#include <memory>

#include "common/runtime/timer.hpp"
#include "common/service/context.hpp"

namespace guichet {

namespace asio = boost::asio;

class VitalSigns {
  public:
    explicit VitalSigns(service::Context& context);

    void start();
    asio::awaitable<void> stop();

  private:
    asio::awaitable<void> sample();
    asio::awaitable<void> sample_store();
    asio::awaitable<void> sample_redis();
    void sample_machine();

    service::Context& context_;
    obs::Gauge redis_up_, memory_share_, redis_writes_, waiting_, overdue_, unconfirmed_, dead_letters_,
        disk_free_, disk_share_, clock_skew_, certificate_;
    obs::Family<obs::Gauge> backlog_;
    std::unique_ptr<runtime::Periodic> ticking_;
};

}  // namespace guichet
