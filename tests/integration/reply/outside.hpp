#pragma once
// What outlives a process that delivers: Redis, the platforms with their record, time.
#include <memory>
#include <string>
#include <vector>

#include <boost/asio/io_context.hpp>

#include "common/channels/facebook/facebook_connector.hpp"
#include "common/store/reads.hpp"
#include "common/store/records.hpp"
#include "common/store/store.hpp"
#include "common/streams/entry.hpp"
#include "services/demo/platform/platform.hpp"
#include "tests/support/mail/mail_server.hpp"
#include "tests/support/redis_server.hpp"
#include "tests/support/wait.hpp"

namespace guichet::test {

class Outside {
  public:
    Outside();

    template <class T>
    T must(asio::awaitable<Result<T>> work) {
        auto result = run(io, std::move(work));
        if (!result) throw std::runtime_error(to_string(result.error()));
        if constexpr (!std::is_void_v<T>) return std::move(*result);
    }

    // Nothing but the channels "page", "mailbox" (a copy of each mail comes back to it), "blind" (a mailbox
    // that shows nothing of what was sent) and "careful" (a page whose answers are never sent again by
    // themselves).
    void reset();
    // Queued: an answer to a comment, to a mail; the move of a comment's author to a private reply, with
    // `text` in private and "Public " + `text` once that has gone out.
    DeliveryId answer_comment(const std::string& channel, const std::string& text);
    DeliveryId answer_mail(const std::string& channel, const std::string& text);
    DeliveryId move_to_private(const std::string& text);
    static DeliveryId public_word_of(const DeliveryId& private_one) {
        return DeliveryId(private_one.str() + "P");
    }

    // Work of the reply service that nobody has acknowledged.
    std::vector<streams::Entry> work();
    // On to the next timer, and what it does. False: there is none.
    bool pass_time();
    // Beyond every time-out of an attempt.
    void pass_time_outs();
    // Nothing: there is no such delivery (yet).
    std::optional<v1::Delivery> delivery(const DeliveryId& id);
    int looks_absent(const DeliveryId& id);
    int published(const std::string& text) const;
    // Of a channel; empty: nothing is known to be wrong.
    std::string health(const std::string& channel);

    const WorkspaceId brand{"brand"};
    asio::io_context io;
    RedisServer redis;
    ManualClock clock{1'800'000'000'000};
    SeededRandom random{3};
    std::unique_ptr<stand_in::Platform> page;
    std::unique_ptr<MailServer> mail;

  private:
    void set_clock(TimeMs now);
    v1::Channel page_channel(const std::string& id) const;
    v1::Channel mail_channel(const std::string& id) const;
    void put(const v1::Channel& channel);
    // Of bob, who owns it.
    store::Claimed owned(store::Inbound message);
    store::Inbound comment(const std::string& channel);
    DeliveryId send(const store::Claimed& mine, const std::string& text);
    store::By bob() const { return {brand, "bob", {}, "*"}; }

    std::unique_ptr<redis::Client> client_ = redis.client(io);
    store::Store store_{*client_, random, clock};
    store::Reads reads_{store_};
    store::Partition partition_{0};
    // Reads what the page tells, as ingest does.
    std::unique_ptr<http::Client> http_ = *http::Client::create(io, clock, {});
    channels::FacebookConnector facebook_{*http_, nullptr, clock};
    int made_ = 0;
};

}  // namespace guichet::test
