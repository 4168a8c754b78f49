#include "tests/support/mail/mail_server.hpp"

#include <algorithm>
#include <sstream>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include "common/core/bytes.hpp"
#include "tests/support/mail/talk.hpp"

namespace guichet::test {
namespace mail_stand_in {
namespace {

using Serve = asio::awaitable<void> (*)(StatePtr, TalkPtr);

asio::awaitable<void> accept_all(StatePtr state, tcp::acceptor& acceptor, Serve serve) {
    for (;;) {
        tcp::socket socket(state->io);
        boost::system::error_code ec;
        co_await acceptor.async_accept(socket, asio::redirect_error(asio::use_awaitable, ec));
        if (ec) co_return;
        auto talk = std::make_shared<Talk>(std::move(socket));
        asio::co_spawn(state->io, serve(state, std::move(talk)), asio::detached);
    }
}

asio::awaitable<void> announce(TalkPtr talk, std::size_t count) {
    co_await talk->say("* " + std::to_string(count) + " EXISTS");
}

}  // namespace

asio::awaitable<std::string> Talk::line() {
    boost::system::error_code ec;
    const auto n = co_await asio::async_read_until(socket, asio::dynamic_buffer(buffer), "\r\n",
                                                   asio::redirect_error(asio::use_awaitable, ec));
    if (ec) {
        open = false;
        co_return std::string();
    }
    auto text = buffer.substr(0, n - 2);
    buffer.erase(0, n);
    co_return text;
}

asio::awaitable<void> Talk::say(std::string text) {
    boost::system::error_code ec;
    text += "\r\n";
    co_await asio::async_write(socket, asio::buffer(text), asio::redirect_error(asio::use_awaitable, ec));
    if (ec) open = false;
}

void Talk::cut() {
    boost::system::error_code ignored;
    socket.close(ignored);
    open = false;
}

void State::file(std::string mail) {
    folder.push_back(std::move(mail));
    for (auto& one : idle) {
        auto talk = one.lock();
        if (!talk) continue;
        talk->told = folder.size();
        asio::co_spawn(io, announce(std::move(talk), folder.size()), asio::detached);
    }
}

std::string upper_case(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return std::toupper(c); });
    return text;
}

std::string good_secret() {
    return base64(std::string(1, '\0') + MailServer::kAddress + std::string(1, '\0') + MailServer::kPassword);
}

}  // namespace mail_stand_in

using namespace mail_stand_in;

MailServer::MailServer(asio::io_context& io, const Clock& clock, bool push)
    : state_(std::make_shared<State>(io, clock, push)) {
    asio::co_spawn(io, accept_all(state_, state_->smtp, talk_smtp), asio::detached);
    asio::co_spawn(io, accept_all(state_, state_->imap, talk_imap), asio::detached);
}

MailServer::~MailServer() {
    boost::system::error_code ignored;
    state_->smtp.close(ignored);
    state_->imap.close(ignored);
}

int MailServer::smtp_port() const {
    return state_->smtp.local_endpoint().port();
}

int MailServer::imap_port() const {
    return state_->imap.local_endpoint().port();
}

stand_in::Faults& MailServer::faults() {
    return state_->faults;
}

const std::vector<stand_in::Published>& MailServer::published() const {
    return state_->published;
}

void MailServer::deliver(const std::string& mail) {
    std::string lines;
    for (const char c : mail) {
        if (c == '\n') lines += '\r';
        lines += c;
    }
    state_->file(std::move(lines));
}

std::size_t MailServer::folder_size() const {
    return state_->folder.size();
}

unsigned MailServer::uid_validity() const {
    return state_->uid_validity;
}

void MailServer::renumber() {
    ++state_->uid_validity;
}

void MailServer::cut_next_fetch() {
    state_->cut_fetch = true;
}

std::string mail_header(const std::string& mail, const std::string& name) {
    const auto wanted = upper_case(name) + ": ";
    std::istringstream lines(mail.substr(0, mail.find("\r\n\r\n")));
    for (std::string line; std::getline(lines, line);) {
        while (!line.empty() && line.back() == '\r') line.pop_back();
        if (upper_case(line).starts_with(wanted)) return line.substr(wanted.size());
    }
    return {};
}

std::string mail_text(const std::string& mail) {
    const auto at = mail.find("\r\n\r\n");
    const auto body = at == std::string::npos ? std::string() : mail.substr(at + 4);
    const auto encoding = mail_header(mail, "Content-Transfer-Encoding");
    const bool quoted = encoding == "quoted-printable";
    std::string text;
    for (std::size_t i = 0; i < body.size(); ++i) {
        if (body[i] == '\r' || (encoding == "base64" && body[i] == '\n')) continue;
        if (!quoted || body[i] != '=') {
            text += body[i];
        } else if (body.compare(i, 3, "=\r\n") == 0) {
            i += 2;
        } else {
            text += static_cast<char>(std::stoi(body.substr(i + 1, 2), nullptr, 16));
            i += 2;
        }
    }
    if (encoding == "base64") text = from_base64(text).value_or("");
    std::erase(text, '\r');
    while (text.ends_with('\n')) text.pop_back();
    return text;
}

}  // namespace guichet::test
