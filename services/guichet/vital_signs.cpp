#include "services/guichet/vital_signs.hpp"

#include <filesystem>

#include "common/obs/log.hpp"
#include "common/store/vitals.hpp"
#include "services/guichet/certificate.hpp"

namespace guichet {
namespace {

using namespace std::chrono_literals;

constexpr auto kSampled = 5s;

}  // namespace

VitalSigns::VitalSigns(service::Context& context)
    : context_(context),
      redis_up_(context.metrics.gauge("guichet_redis_up", "1 while Redis answers this process.")),
      memory_share_(context.metrics.gauge("guichet_redis_memory_ratio",
                                          "Share of Redis's memory in use; 0 without limit.")),
      redis_writes_(context.metrics.gauge("guichet_redis_writes_ok",
                                          "0 when Redis could not write or rewrite its file.")),
      waiting_(context.metrics.gauge("guichet_queue_waiting", "Conversations that wait in a queue.")),
      overdue_(context.metrics.gauge("guichet_queue_overdue_seconds",
                                     "How late the most urgent one is; 0 when none is.")),
      unconfirmed_(context.metrics.gauge("guichet_deliveries_unconfirmed",
                                         "Answers of which nobody knows whether they went out.")),
      dead_letters_(context.metrics.gauge("guichet_dead_letters",
                                          "What could not be processed and waits for a person.")),
      disk_free_(context.metrics.gauge("guichet_disk_free_bytes", "Free on the disk of the data directory.")),
      disk_share_(context.metrics.gauge("guichet_disk_free_ratio", "The free share of that disk.")),
      clock_skew_(
          context.metrics.gauge("guichet_clock_skew_seconds", "This machine's clock less that of Redis.")),
      certificate_(context.metrics.gauge(
          "guichet_certificate_left_seconds",
          "Until the first certificate of this process ends; absent certificates: 1 year.")),
      backlog_(context.metrics.gauges("guichet_work_backlog", "Work that no service has finished.",
                                      {"service"})) {}

void VitalSigns::start() {
    ticking_ = std::make_unique<runtime::Periodic>(context_.executor, "vital.signs", kSampled,
                                                   [this] { return sample(); });
    ticking_->poke();
}

asio::awaitable<void> VitalSigns::stop() {
    if (ticking_) co_await ticking_->stop(3s);
    ticking_.reset();
}

asio::awaitable<void> VitalSigns::sample() {
    sample_machine();
    co_await sample_redis();
    co_await sample_store();
}

asio::awaitable<void> VitalSigns::sample_redis() {
    auto facts = co_await store::read_redis_facts(context_.store.client());
    redis_up_.set(facts ? 1 : 0);
    if (!facts) co_return;
    const auto most = static_cast<double>(facts->most_bytes);
    memory_share_.set(most > 0 ? static_cast<double>(facts->used_bytes) / most : 0);
    redis_writes_.set(facts->write_ok && facts->rewrite_ok ? 1 : 0);
    clock_skew_.set(static_cast<double>(context_.clock.now() - facts->now) / 1000);
}

asio::awaitable<void> VitalSigns::sample_store() {
    auto vitals = co_await store::read_vitals(context_.store);
    if (!vitals) {
        log::debug("vital_signs.unread", {{"status", vitals.error()}});
        co_return;
    }
    waiting_.set(static_cast<double>(vitals->waiting));
    overdue_.set(static_cast<double>(vitals->overdue) / 1000);
    unconfirmed_.set(static_cast<double>(vitals->unconfirmed));
    dead_letters_.set(static_cast<double>(vitals->dead_letters));
    for (const auto& [service, entries] : vitals->backlog)
        backlog_.with({service}).set(static_cast<double>(entries));
}

void VitalSigns::sample_machine() {
    std::error_code error;
    const auto space = std::filesystem::space(context_.settings.server.data, error);
    if (!error && space.capacity > 0) {
        disk_free_.set(static_cast<double>(space.available));
        disk_share_.set(static_cast<double>(space.available) / static_cast<double>(space.capacity));
    }
    constexpr double kYear = 365 * 24 * 3600.0;
    double left = kYear;
    for (const auto& path : {context_.settings.http.tls_cert, context_.settings.grpc.tls_cert}) {
        if (path.empty()) continue;
        const auto end = certificate_end(path);
        left = std::min(left, end ? static_cast<double>(*end - context_.clock.now()) / 1000 : 0.0);
    }
    certificate_.set(left);
}

}  // namespace guichet
