#pragma once
// A process with a delivery worker and connections of its own, run one handler at a time. What it has written
// to a socket when it dies is under way; all else of it is gone.
#include <memory>

#include "common/channels/mail/mail_connector.hpp"
#include "services/reply/delivery_worker.hpp"
#include "tests/integration/reply/outside.hpp"

namespace guichet::test {

class Process {
  public:
    // The `number`-th one: its chance is not that of another.
    Process(Outside& outside, int number);

    // Handles an entry; each handler that runs takes one off `steps`. False: there were none left, and the
    // process is dead but for its destructor.
    bool handle(streams::Entry entry, std::size_t& steps);

  private:
    struct Progress {
        bool done = false;
        Status status;
    };
    static asio::awaitable<void> work(reply::DeliveryWorker& worker, streams::Entry entry,
                                      std::shared_ptr<Progress> progress);
    // One handler; the world goes on while there is none.
    void step();

    Outside& outside_;
    // Outlives what runs on it.
    asio::io_context io_;
    SeededRandom random_;
    config::Settings settings_;
    std::unique_ptr<redis::Client> redis_;
    store::Store store_{*redis_, random_, outside_.clock};
    store::Reads reads_{store_};
    access::Catalog catalog_{store_, outside_.clock};
    access::Credentials credentials_{store_, outside_.clock, random_};
    obs::Metrics metrics_;
    obs::Health health_;
    runtime::Pool pool_{io_.get_executor(), "process", 1, 1};
    service::Context context_;
    std::unique_ptr<http::Client> http_;
    channels::FacebookConnector facebook_;
    channels::MailConnector mail_;
    channels::Registry connectors_;
    reply::DeliveryWorker worker_;
};

}  // namespace guichet::test
