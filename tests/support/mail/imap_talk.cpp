// The server's side of IMAP.
#include <algorithm>

#include "tests/support/mail/mail_server.hpp"
#include "tests/support/mail/talk.hpp"

namespace guichet::test::mail_stand_in {
namespace {

using stand_in::Fault;

// What befalls a read: the tagged answer, or an end. False: nothing does.
asio::awaitable<bool> befallen(StatePtr state, TalkPtr talk, std::string tag, bool at_sign_in) {
    const auto fault = state->faults.next(false);
    if (fault.kind == Fault::Kind::cut_before || fault.kind == Fault::Kind::cut_after) {
        talk->cut();
        co_return true;
    }
    if (fault.kind != Fault::Kind::refuse) co_return false;
    const bool expired = fault.status == 401;
    std::string answer = tag + " NO [UNAVAILABLE] come again";
    if (expired && at_sign_in) answer = tag + " NO [AUTHENTICATIONFAILED] another password";
    if (expired && !at_sign_in) answer = "* BYE the session has ended";
    co_await talk->say(answer);
    if (expired && !at_sign_in) talk->cut();
    co_return true;
}

struct Range {
    std::size_t first = 1;
    std::size_t last = 0;
};

// "UID FETCH 3:* (UID RFC822.SIZE)", "UID FETCH 3 (UID BODY.PEEK[])"
Range range_in(const State& state, const std::string& command) {
    const auto numbers = command.substr(10, command.find(' ', 10) - 10);
    const auto colon = numbers.find(':');
    Range range;
    range.first = std::max<std::size_t>(1, std::stoul(numbers));
    range.last = colon == std::string::npos ? range.first : state.folder.size();
    if (colon != std::string::npos && numbers.substr(colon + 1) != "*")
        range.last = std::min<std::size_t>(range.last, std::stoul(numbers.substr(colon + 1)));
    range.last = std::min(range.last, state.folder.size());
    return range;
}

std::string fetched(const State& state, const std::string& command) {
    const bool whole = command.find("BODY") != std::string::npos;
    const auto range = range_in(state, command);
    std::string out;
    for (auto uid = range.first; uid <= range.last; ++uid) {
        const auto& mail = state.folder[uid - 1];
        const auto n = std::to_string(uid);
        const auto bytes = std::to_string(mail.size());
        out += "* " + n + " FETCH (UID " + n + " ";
        out += whole ? "BODY[] {" + bytes + "}\r\n" + mail : "RFC822.SIZE " + bytes;
        out += ")\r\n";
    }
    return out;
}

// By Message-ID; by date (SINCE) all are found.
std::string searched(const State& state, const std::string& command) {
    const auto begin = command.find('"') + 1;
    const bool all = begin == 0;
    const auto wanted = all ? std::string() : command.substr(begin, command.rfind('"') - begin);
    std::string out = "* SEARCH";
    for (std::size_t i = 0; i < state.folder.size(); ++i) {
        if (all || mail_header(state.folder[i], "Message-ID") == wanted) out += " " + std::to_string(i + 1);
    }
    return out + "\r\n";
}

std::string opened(const State& state) {
    const auto count = state.folder.size();
    return "* " + std::to_string(count) + " EXISTS\r\n* OK [UIDVALIDITY " +
           std::to_string(state.uid_validity) + "] ok\r\n* OK [UIDNEXT " + std::to_string(count + 1) +
           "] ok\r\n";
}

asio::awaitable<void> idle(StatePtr state, TalkPtr talk, std::string tag) {
    std::erase_if(state->idle, [&](const auto& one) { return one.expired() || one.lock() == talk; });
    co_await talk->say("+ idling");
    // What came since the client was last told is told now, as servers do.
    while (talk->open && state->folder.size() != talk->told) {
        talk->told = state->folder.size();
        co_await talk->say("* " + std::to_string(talk->told) + " EXISTS");
    }
    state->idle.push_back(talk);
    const auto done = co_await talk->line();
    std::erase_if(state->idle, [&](const auto& one) { return one.lock() == talk; });
    if (talk->open) co_await talk->say(tag + (upper_case(done) == "DONE" ? " OK done" : " BAD what?"));
}

// AUTHENTICATE PLAIN without an initial answer (RFC 3501 section 6.2.2).
asio::awaitable<void> authenticate(StatePtr state, TalkPtr talk, std::string tag) {
    co_await talk->say("+ ");
    const auto secret = co_await talk->line();
    if (!talk->open) co_return;
    if (secret != good_secret()) {
        co_await talk->say(tag + " NO [AUTHENTICATIONFAILED] who are you?");
        co_return;
    }
    const bool done = co_await befallen(state, talk, tag, true);
    if (!done) co_await talk->say(tag + " OK welcome");
}

// The untagged part of an answer; nothing: the command is not known.
std::optional<std::string> data_for(const State& state, const std::string& command) {
    const auto verb = upper_case(command.substr(0, command.find(' ')));
    if (verb == "CAPABILITY")
        return std::string("* CAPABILITY IMAP4rev1 AUTH=PLAIN") + (state.push ? " IDLE\r\n" : "\r\n");
    if (verb == "EXAMINE" || verb == "SELECT") return opened(state);
    if (command.starts_with("UID FETCH")) return fetched(state, command);
    if (command.starts_with("UID SEARCH")) return searched(state, command);
    if (verb == "NOOP") return std::string();
    return std::nullopt;
}

asio::awaitable<void> answer_command(StatePtr state, TalkPtr talk, std::string tag, std::string command) {
    const auto verb = upper_case(command.substr(0, command.find(' ')));
    if (verb == "EXAMINE" || verb == "SELECT") {
        const bool done = co_await befallen(state, talk, tag, false);
        if (done) co_return;
        talk->told = state->folder.size();
    }
    auto data = data_for(*state, command);
    if (!data) {
        co_await talk->say(tag + " BAD what?");
        co_return;
    }
    if (state->cut_fetch && command.starts_with("UID FETCH") && command.find("BODY") != std::string::npos) {
        state->cut_fetch = false;
        co_await talk->say(data->substr(0, data->size() / 2));
        co_return talk->cut();
    }
    co_await talk->say(*data + tag + " OK done");
}

}  // namespace

asio::awaitable<void> talk_imap(StatePtr state, TalkPtr talk) {
    co_await talk->say("* OK mail.test ready");
    while (talk->open) {
        const auto line = co_await talk->line();
        const auto space = line.find(' ');
        if (!talk->open || space == std::string::npos) co_return;
        const auto tag = line.substr(0, space);
        const auto command = line.substr(space + 1);
        const auto verb = upper_case(command.substr(0, command.find(' ')));
        if (verb == "AUTHENTICATE") {
            co_await authenticate(state, talk, tag);
        } else if (verb == "IDLE" && state->push) {
            co_await idle(state, talk, tag);
        } else {
            co_await answer_command(state, talk, tag, command);
        }
    }
}

}  // namespace guichet::test::mail_stand_in
