#pragma once
// IngestWorld with a mailbox that has to be asked for news.
#include "tests/integration/ingest/ingest_world.hpp"
#include "tests/integration/ingest/mailbox.hpp"

namespace guichet::test {

inline v1::InboundMessage mail(const std::string& id, const std::string& thread = "t1") {
    v1::InboundMessage m;
    m.set_external_id(id);
    m.set_thread(thread);
    m.mutable_author()->set_external_id("anna@example.org");
    m.set_text("It broke");
    return m;
}

class Polled : public IngestWorld {
  protected:
    explicit Polled(RedisServerOptions redis = {}) : IngestWorld(std::move(redis)) { connectors_.add(box_); }

    static v1::Channel channel(const std::string& id = "support") {
        v1::Channel made;
        made.set_id(id);
        made.set_kind(v1::CHANNEL_KIND_MAIL);
        made.set_team("care");
        return made;
    }
    // As every other service of a deployment would see it.
    std::string cursor() {
        const auto found = expect(store_.document(kMain, "cursor", "support"));
        return found ? found->bytes.substr(0, found->bytes.find(',')) : "";
    }
    bool wait_for_cursor(const std::string& wanted) {
        return wait_until(io_, [&] { return cursor() == wanted; });
    }
    // It has read what there is.
    bool is_waiting(const std::string& id = "support") {
        return wait_until(io_, [&] { return box_.asking[id] == 1; });
    }
    double messages_in(const std::string& outcome) {
        return metric("guichet_ingest_messages_total{outcome=\"" + outcome + "\"}");
    }
    double failures() { return metric("guichet_channel_failures_total{channel=\"main.support\"}"); }
    std::string health() { return health_.readyz().json; }

    Mailbox box_;
};

}  // namespace guichet::test
