#pragma once
// The connector, its channels and the servers behind them.
#include <boost/asio/cancellation_signal.hpp>
#include <gtest/gtest.h>

#include "common/channels/mail/mail_connector.hpp"
#include "tests/integration/mail/servers.hpp"
#include "tests/integration/mail/tap.hpp"
#include "tests/support/wait.hpp"

namespace guichet::channels {

using namespace std::chrono_literals;

class MailTest : public ::testing::Test {
  protected:
    // The servers of all tests: starting them takes longer than most tests. Each test looks at what is new.
    static test::MailServers& servers() {
        static test::MailServers instance;
        return instance;
    }

    // help@shop.example with TLS at once, STARTTLS for SMTP.
    static v1::Channel shop();
    static v1::Channel anna();
    static void set(v1::Channel& channel, const std::string& name, const std::string& value) {
        (*channel.mutable_settings())[name] = value;
    }
    // Without TLS, by way of a tap.
    static void through(v1::Channel& channel, const std::string& kind, int port);

    SendIntent intent(const std::string& conversation, const std::string& text);

    template <class T>
    T run(asio::awaitable<T> work) {
        return test::run(io, std::move(work));
    }
    // Where the mailbox stands now.
    std::string cursor(const v1::Channel& channel);
    // Pulls until there is an event, and moves the cursor.
    Event next(const v1::Channel& channel, std::string& at);
    // A pull that waits for a push, as `tap` has seen; it ends with `signal`, too.
    struct Waiting {
        std::optional<Result<Pulled>> page;
        bool ended = false;
        asio::cancellation_signal signal;
    };
    std::shared_ptr<Waiting> begin_waiting(const v1::Channel& channel, const std::string& at,
                                           const test::Tap& tap);
    Outcome send(const v1::Channel& channel, SendIntent what) {
        return run(connector.send(channel, std::move(what)));
    }

    asio::io_context io;
    SystemClock clock;
    MailConnector connector{io, clock, options()};
    int deliveries = 0;

  private:
    static MailOptions options() {
        MailOptions options;
        options.allow_private = true;
        return options;
    }
};

}  // namespace guichet::channels
