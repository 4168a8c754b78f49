#include "tests/integration/mail/world.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>

namespace guichet::channels {

v1::Channel MailTest::shop() {
    v1::Channel channel;
    channel.set_id("mail");
    channel.set_name("Shop");
    channel.set_kind(v1::CHANNEL_KIND_MAIL);
    set(channel, "address", "help@shop.example");
    set(channel, "imap_host", "localhost");
    set(channel, "imap_port", std::to_string(servers().imaps()));
    set(channel, "smtp_host", "localhost");
    set(channel, "smtp_port", std::to_string(servers().smtp()));
    set(channel, "ca_pem", servers().authority());
    set(channel, "allow_private", "true");
    (*channel.mutable_secrets())["password"] = "secret";
    return channel;
}

v1::Channel MailTest::anna() {
    auto channel = shop();
    set(channel, "address", "anna@example.org");
    return channel;
}

void MailTest::through(v1::Channel& channel, const std::string& kind, int port) {
    set(channel, kind + "_tls", "none");
    set(channel, kind + "_port", std::to_string(port));
}

SendIntent MailTest::intent(const std::string& conversation, const std::string& text) {
    SendIntent intent;
    intent.delivery = DeliveryId("D" + std::to_string(++deliveries) + "x" + std::to_string(clock.now()));
    intent.conversation = ConversationId(conversation);
    intent.author = "anna@example.org";
    intent.text = text;
    intent.persona = "Claire";
    intent.subject = "Broken";
    return intent;
}

std::string MailTest::cursor(const v1::Channel& channel) {
    auto page = run(connector.pull(channel, "", 1s));
    if (!page) throw std::runtime_error(to_string(page.error()) + servers().log());
    return page->cursor;
}

Event MailTest::next(const v1::Channel& channel, std::string& at) {
    const auto end = clock.steady() + 15s;
    while (clock.steady() < end) {
        auto page = run(connector.pull(channel, at, 5s));
        if (!page) throw std::runtime_error(to_string(page.error()));
        at = page->cursor;
        if (page->events.size() > 1) throw std::runtime_error("more events than one");
        if (!page->events.empty()) return page->events.front();
    }
    throw std::runtime_error("no event came" + servers().log());
}

std::shared_ptr<MailTest::Waiting> MailTest::begin_waiting(const v1::Channel& channel, const std::string& at,
                                                           const test::Tap& tap) {
    auto waiting = std::make_shared<Waiting>();
    const auto done = [waiting](const std::exception_ptr& failure, Result<Pulled> result) {
        if (!failure) waiting->page = std::move(result);
        waiting->ended = true;
    };
    asio::co_spawn(io, connector.pull(channel, at, 15s),
                   asio::bind_cancellation_slot(waiting->signal.slot(), done));
    if (!test::wait_until(io, [&] { return tap.said().find("IDLE\r\n") != std::string::npos; }))
        throw std::runtime_error("nobody waits");
    return waiting;
}

}  // namespace guichet::channels
