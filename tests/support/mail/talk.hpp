#pragma once
// One connection of the mail server, and what all connections share.
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include "common/core/clock.hpp"
#include "services/demo/platform/faults.hpp"
#include "services/demo/platform/page.hpp"

namespace guichet::test::mail_stand_in {

namespace asio = boost::asio;
using asio::ip::tcp;

// Lines in, lines out. `open` is false once either side has ended it.
struct Talk {
    explicit Talk(tcp::socket the_socket) : socket(std::move(the_socket)) {}
    asio::awaitable<std::string> line();
    asio::awaitable<void> say(std::string text);
    void cut();

    tcp::socket socket;
    std::string buffer;
    bool open = true;
    // Mails in the folder that an IMAP client knows of.
    std::size_t told = 0;
};
using TalkPtr = std::shared_ptr<Talk>;

struct State {
    State(asio::io_context& the_io, const Clock& the_clock, bool the_push)
        : io(the_io), clock(the_clock), push(the_push), smtp(the_io, loopback()), imap(the_io, loopback()) {}
    static tcp::endpoint loopback() { return {asio::ip::address_v4::loopback(), 0}; }
    // Into the folder; who waits for news is told. Lines end in \r\n.
    void file(std::string mail);

    asio::io_context& io;
    const Clock& clock;
    const bool push;
    tcp::acceptor smtp;
    tcp::acceptor imap;
    stand_in::Faults faults;
    std::vector<stand_in::Published> published;
    // UIDs count from 1.
    std::deque<std::string> folder;
    unsigned uid_validity = 7;
    bool cut_fetch = false;
    std::vector<std::weak_ptr<Talk>> idle;
};
using StatePtr = std::shared_ptr<State>;

// AUTH PLAIN (RFC 4616) of the one account, in base64.
std::string good_secret();
std::string upper_case(std::string text);

asio::awaitable<void> talk_smtp(StatePtr state, TalkPtr talk);
asio::awaitable<void> talk_imap(StatePtr state, TalkPtr talk);

}  // namespace guichet::test::mail_stand_in
