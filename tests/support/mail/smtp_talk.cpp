// The server's side of SMTP.
#include "common/runtime/timer.hpp"
#include "tests/support/mail/mail_server.hpp"
#include "tests/support/mail/talk.hpp"

namespace guichet::test::mail_stand_in {
namespace {

using stand_in::Fault;

// A mail under way.
struct Handed {
    std::vector<std::string> recipients;
    std::string mail;
};

std::string without_brackets(const std::string& id) {
    return id.size() > 2 && id.front() == '<' ? id.substr(1, id.size() - 2) : id;
}

std::string address_in(const std::string& line) {
    const auto begin = line.find('<') + 1;
    return line.substr(begin, line.find('>') - begin);
}

void take_mail(State& state, const Handed& handed) {
    stand_in::Published one;
    one.kind = "mail";
    one.id = without_brackets(mail_header(handed.mail, "Message-ID"));
    one.text = mail_text(handed.mail);
    one.at = state.clock.now();
    for (const auto& recipient : handed.recipients) {
        if (recipient == MailServer::kAddress) {
            state.file(handed.mail);
        } else {
            one.target = recipient;
        }
    }
    state.published.push_back(std::move(one));
}

asio::awaitable<std::string> read_data(Talk& talk) {
    std::string mail;
    for (;;) {
        auto line = co_await talk.line();
        if (!talk.open || line == ".") co_return mail;
        if (line.starts_with("..")) line.erase(0, 1);
        mail += line + "\r\n";
    }
}

// The final dot has come.
asio::awaitable<void> end_of_mail(StatePtr state, TalkPtr talk, Fault fault, Handed handed) {
    using Kind = Fault::Kind;
    if (fault.kind == Kind::late) co_await runtime::sleep(fault.delay);
    if (fault.kind == Kind::cut_before) co_return talk->cut();
    if (fault.kind == Kind::refuse) {
        std::string answer = "451 4.3.0 error in processing";
        if (fault.code == 0) answer = "<html>Bad gateway</html>";
        co_await talk->say(answer);
        co_return;
    }
    take_mail(*state, handed);
    if (fault.kind == Kind::cut_after) co_return talk->cut();
    if (fault.kind == Kind::slow) co_await runtime::sleep(fault.delay);
    co_await talk->say("250 2.0.0 taken");
}

// What a command is answered by, where nothing is read or written but the answer.
std::string answer_to(const std::string& line, const Fault& fault, Handed& handed) {
    const auto verb = upper_case(line.substr(0, 4));
    const int refused = fault.kind == Fault::Kind::refuse && fault.code != 0 ? fault.status : 0;
    if (verb == "EHLO") return "250-mail.test\r\n250 AUTH PLAIN";
    if (verb == "AUTH") {
        const bool known = line.ends_with(" " + good_secret()) && refused != 401;
        return known ? "235 2.7.0 welcome" : "535 5.7.8 sign in with another password";
    }
    if (verb == "MAIL" && refused == 429) return "451 4.7.1 too much";
    if (verb == "MAIL" && refused == 503) return "421 4.3.2 closing";
    if (verb == "MAIL") return "250 ok";
    if (verb == "RCPT" && refused == 504) return "450 4.2.1 try again";
    if (verb == "RCPT") {
        const auto recipient = address_in(line);
        if (recipient.starts_with("nobody@")) return "550 5.1.1 no such user";
        handed.recipients.push_back(recipient);
        return "250 ok";
    }
    if (verb == "QUIT") return "221 bye";
    return "502 5.5.2 what?";
}

}  // namespace

asio::awaitable<void> talk_smtp(StatePtr state, TalkPtr talk) {
    const auto fault = state->faults.next(true);
    const bool closed = fault.kind == Fault::Kind::refuse && fault.code != 0 && fault.status == 502;
    co_await talk->say(closed ? "421 4.3.2 not now" : "220 mail.test ready");
    Handed handed;
    while (talk->open && !closed) {
        const auto line = co_await talk->line();
        if (!talk->open) co_return;
        if (upper_case(line) == "DATA") {
            co_await talk->say("354 go on");
            handed.mail = co_await read_data(*talk);
            // What was cut off before the final dot is no mail.
            if (!talk->open) co_return;
            auto whole = std::exchange(handed, Handed());
            co_await end_of_mail(state, talk, fault, std::move(whole));
            continue;
        }
        auto answer = answer_to(line, fault, handed);
        const bool ends = answer.starts_with("221") || answer.starts_with("421");
        co_await talk->say(std::move(answer));
        if (ends) talk->cut();
    }
}

}  // namespace guichet::test::mail_stand_in
