#include "tests/integration/reply/process.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

namespace guichet::test {
namespace {

using namespace std::chrono_literals;

std::unique_ptr<http::Client> local_http(asio::io_context& io, const Clock& clock) {
    http::ClientOptions options;
    options.allowed_networks = *http::CidrSet::parse({"127.0.0.0/8"});
    return *http::Client::create(io, clock, std::move(options));
}

channels::MailOptions local_mail() {
    channels::MailOptions options;
    options.allow_private = true;
    return options;
}

}  // namespace

Process::Process(Outside& outside, int number)
    : outside_(outside),
      random_(static_cast<std::uint64_t>(1'000 + number)),
      redis_(outside.redis.client(io_)),
      context_{io_.get_executor(),
               settings_,
               outside.clock,
               random_,
               store_,
               reads_,
               catalog_,
               credentials_,
               metrics_,
               health_,
               pool_,
               outside.redis.client_options(),
               "process-" + std::to_string(number)},
      http_(local_http(io_, outside.clock)),
      facebook_(*http_, http_.get(), outside.clock),
      mail_(io_, outside.clock, local_mail()),
      worker_(context_, connectors_) {
    connectors_.add(facebook_);
    connectors_.add(mail_);
    wait_until(io_, [&] { return redis_->connected(); });
}

asio::awaitable<void> Process::work(reply::DeliveryWorker& worker, streams::Entry entry,
                                    std::shared_ptr<Progress> progress) {
    auto handled = co_await worker.handle(std::move(entry));
    if (!handled) progress->status = handled.error();
    progress->done = true;
}

void Process::step() {
    const auto until = system_clock().steady() + kLimit;
    for (;;) {
        io_.restart();
        if (io_.poll_one() > 0) return;
        outside_.io.restart();
        outside_.io.poll();
        if (io_.run_one_for(1ms) > 0) return;
        if (system_clock().steady() > until) throw std::runtime_error("the process stands still");
    }
}

bool Process::handle(streams::Entry entry, std::size_t& steps) {
    auto progress = std::make_shared<Progress>();
    asio::co_spawn(io_, work(worker_, std::move(entry), progress), asio::detached);
    while (!progress->done) {
        if (steps == 0) return false;
        --steps;
        step();
    }
    if (!progress->status.ok()) throw std::runtime_error(to_string(progress->status));
    return true;
}

}  // namespace guichet::test
