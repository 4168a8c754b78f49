#pragma once
// A store on a real redis-server, with a workspace "brand" and short ways to bring messages in.
#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

#include "common/store/reads.hpp"
#include "common/store/records.hpp"
#include "common/store/store.hpp"
#include "tests/support/redis_server.hpp"
#include "tests/support/wait.hpp"

namespace guichet::test {

class StoreTest : public ::testing::Test {
  protected:
    StoreTest() {
        expect(store_.load());
        expect(store_.create_workspace(kBrand));
    }

    // Runs it and takes the value; a failure ends the test with its words.
    template <class T>
    T expect(boost::asio::awaitable<Result<T>> work) {
        auto result = run(io_, std::move(work));
        if (!result) throw std::runtime_error(to_string(result.error()));
        if constexpr (!std::is_void_v<T>) return std::move(*result);
    }
    template <class T>
    Status refused(boost::asio::awaitable<Result<T>> work) {
        auto result = run(io_, std::move(work));
        return result ? Status{} : result.error();
    }

    store::Inbound inbound(std::string external_id, std::string thread, std::string text = "hello") {
        store::Inbound m;
        m.workspace = kBrand;
        m.channel = ChannelId("form");
        m.external_id = std::move(external_id);
        m.thread = std::move(thread);
        m.author = "anna";
        m.author_name = "Anna";
        m.team = TeamId("care");
        m.language = "fr";
        v1::Message message;
        message.set_text(text);
        m.blob = store::encode_message(message);
        m.text = std::move(text);
        return m;
    }

    // Stored and triaged: it waits, due at `due`.
    ConversationId waiting(std::string external_id, std::string thread, TimeMs due,
                           std::string language = "fr") {
        auto stored = expect(store_.ingest(inbound(std::move(external_id), std::move(thread))));
        triage(stored, due, std::move(language));
        return stored.conversation;
    }
    void triage(const store::Ingested& stored, TimeMs due, std::string language = "fr") {
        store::TriageDecision decision;
        decision.workspace = kBrand;
        decision.conversation = stored.conversation;
        decision.seq = stored.seq;
        decision.language = std::move(language);
        decision.due = due;
        decision.first_answer_due = due;
        expect(store_.triage(decision));
    }
    // What bob owns, with a minute's lease.
    store::Claimed owned_by_bob(const store::Inbound& m) {
        const auto stored = expect(store_.ingest(m));
        triage(stored, 1000);
        return expect(store_.claim(by("bob"), stored.conversation, std::chrono::seconds(60), 5));
    }
    // A comment under the brand's page, likewise.
    store::Claimed owned_comment() {
        auto m = inbound("c1", "post1|anna", "your service is terrible");
        m.channel = ChannelId("page");
        m.is_public = true;
        return owned_by_bob(m);
    }
    v1::Conversation read(const ConversationId& id) { return expect(reads_.conversation(kBrand, id, "*")); }
    store::By by(std::string actor, std::string request = {}, std::string scope = "*") {
        return {kBrand, std::move(actor), std::move(request), std::move(scope)};
    }
    // A held or queued answer of `actor` on what he owns.
    DeliveryId answer(const store::Claimed& claimed, std::string actor, std::chrono::milliseconds undo,
                      std::string after = "keep") {
        const auto now = read(claimed.conversation);
        store::Sending sending;
        sending.conversation = claimed.conversation;
        sending.epoch = claimed.epoch;
        sending.inbound_seq = now.inbound_seq();
        sending.delivery = DeliveryId("D" + std::to_string(++deliveries_));
        sending.text = "our answer";
        v1::Message message;
        message.set_text(sending.text);
        message.set_delivery(sending.delivery.str());
        sending.blob = store::encode_message(message);
        sending.undo = undo;
        sending.after = std::move(after);
        return DeliveryId(expect(store_.send(by(std::move(actor)), sending)).id());
    }
    store::Attempt begin(const DeliveryId& id, std::string token = "t1") {
        store::Begin begin;
        begin.workspace = kBrand;
        begin.delivery = id;
        begin.token = std::move(token);
        return expect(store_.begin_attempt(begin));
    }
    std::string outcome(const DeliveryId& id, store::AttemptOutcome::Kind kind, std::string token = "t1") {
        store::AttemptOutcome outcome;
        outcome.workspace = kBrand;
        outcome.delivery = id;
        outcome.token = std::move(token);
        outcome.kind = kind;
        outcome.external_id = kind == store::AttemptOutcome::Kind::sent ? "remote-" + id.str() : "";
        outcome.wait = std::chrono::milliseconds(60'000);
        return expect(store_.record_outcome(outcome));
    }
    v1::DeliveryState delivery_state(const DeliveryId& id) {
        return expect(reads_.delivery(kBrand, id)).state();
    }

    // What comes next has a later time than what came before: the store's order within a millisecond is by
    // name.
    void pass_a_millisecond() {
        const auto before = store_time();
        if (!wait_until([&] { return store_time() > before; }))
            throw std::runtime_error("Redis's clock stands");
    }
    TimeMs store_time() {
        const auto time = expect(client_->call(redis::Command("TIME")));
        return std::stoll(time[0].text()) * 1000 + std::stoll(time[1].text()) / 1000;
    }

    const WorkspaceId kBrand{"brand"};
    boost::asio::io_context io_;
    RedisServer server_;
    SystemClock clock_;
    SeededRandom random_{7};
    std::unique_ptr<redis::Client> client_ = server_.client(io_);
    store::Store store_{*client_, random_, clock_};
    store::Reads reads_{store_};
    int deliveries_ = 0;
};

}  // namespace guichet::test
