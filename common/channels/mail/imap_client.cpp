#include "common/channels/mail/imap_client.hpp"

#include <algorithm>

#include "common/channels/mail/oauth.hpp"
#include "common/channels/mail/text.hpp"
#include "common/core/bytes.hpp"

namespace guichet::channels::mail {
namespace {

// A server that says nothing for so long is gone; a search in a large folder takes its time.
constexpr Milliseconds kSilence{60'000};
constexpr Milliseconds kWriteLimit{60'000};
constexpr std::size_t kMaxResponses = 20'000;
// Of all that comes before a command's end, the literal that it asks for apart.
constexpr std::size_t kMaxAnswer = 4 * 1024 * 1024;
// Beyond those that there are answers to.
constexpr std::size_t kMaxQuestions = 3;
constexpr std::size_t kOrdinaryLiteral = 64 * 1024;
constexpr std::size_t kMaxWords = 300;

std::string words_of(const ImapResponse& response) {
    return one_line(response.code.empty() ? response.words : "[" + response.code + "] " + response.words,
                    kMaxWords);
}

std::uint64_t code_number(const ImapResponse& response, const std::string& name) {
    const auto code = upper(response.code);
    if (!code.starts_with(name + " ")) return 0;
    return imap_number(trimmed(code.substr(name.size() + 1))).value_or(0);
}

// The value behind `name` in FETCH's list; null: none.
const ImapValue* item(const ImapResponse& response, std::string_view name) {
    if (response.kind != "FETCH" || response.values.empty()) return nullptr;
    const auto& items = response.values.front().items;
    for (std::size_t i = 0; i + 1 < items.size(); i += 2) {
        if (upper(items[i].text) == name) return &items[i + 1];
    }
    return nullptr;
}

std::uint64_t number_of(const ImapResponse& response, std::string_view name) {
    const auto* value = item(response, name);
    return value == nullptr ? 0 : imap_number(value->text).value_or(0);
}

Status too_talkative() {
    return make_status(Code::resource_exhausted, "the IMAP server does not stop talking");
}

Status too_slow() {
    return deadline("the IMAP server took too long: what it sends comes too slowly");
}

bool unavailable_for_now(const ImapResponse& response) {
    const auto code = upper(response.code);
    return code == "UNAVAILABLE" || code == "INUSE" || code == "LIMIT" || code == "SERVERBUG";
}

}  // namespace

Status ImapClient::failed(Status status) {
    good_ = false;
    wire_->close();
    return status;
}

asio::awaitable<Status> ImapClient::next(ImapResponse& out, Milliseconds limit) {
    for (;;) {
        const auto whole = parser_.next(out);
        if (!whole) co_return failed(whole.error());
        if (*whole) break;
        const auto left = std::chrono::ceil<Milliseconds>(until_ - clock_.steady());
        if (left <= Milliseconds(0)) co_return failed(too_slow());
        auto bytes = co_await wire_->read(std::min(limit, left));
        if (!bytes) co_return bytes.error();
        parser_.feed(*bytes);
    }
    if (out.tag == "*") learn(out);
    if (out.tag == "*" && out.kind == "BYE")
        co_return failed(unavailable("the IMAP server says goodbye: " + words_of(out)));
    co_return Status{};
}

void ImapClient::learn(const ImapResponse& response) {
    if (response.kind == "EXISTS" || response.kind == "RECENT") news_ = true;
    if (response.kind == "CAPABILITY") {
        capabilities_.clear();
        for (const auto& value : response.values) capabilities_.insert(upper(value.text));
    }
}

asio::awaitable<Status> ImapClient::write(std::string bytes) {
    auto status = co_await wire_->write(std::move(bytes), kWriteLimit);
    if (!status.ok()) co_return failed(std::move(status));
    co_return status;
}

asio::awaitable<Status> ImapClient::run(std::string command, Answer& out) {
    std::vector<std::string> nothing;
    co_return co_await converse(std::move(command), std::move(nothing), out);
}

asio::awaitable<Status> ImapClient::converse(std::string command, std::vector<std::string> more,
                                             Answer& out) {
    const auto tag = "G" + std::to_string(++tag_);
    auto status = co_await write(tag + " " + command + "\r\n");
    const std::size_t most = kMaxAnswer + parser_.literal_limit();
    std::size_t given = 0;
    std::size_t bytes = 0;
    while (status.ok()) {
        ImapResponse response;
        status = co_await next(response, kSilence);
        if (!status.ok()) co_return failed(std::move(status));
        bytes += response.bytes;
        if (bytes > most || given > more.size() + kMaxQuestions) {
            co_return failed(too_talkative());
        } else if (response.tag == "+") {
            // More questions than there are answers: an empty one ends an exchange that went wrong.
            std::string part = given < more.size() ? more[given] : std::string();
            ++given;
            status = co_await write(part + "\r\n");
        } else if (response.tag == tag) {
            out.done = std::move(response);
            break;
        } else if (out.untagged.size() < kMaxResponses) {
            out.untagged.push_back(std::move(response));
        } else {
            co_return failed(too_talkative());
        }
    }
    if (!status.ok()) co_return status;
    if (out.done.kind == "OK") co_return Status{};
    const auto verb = command.substr(0, command.find(' '));
    co_return make_status(Code::failed_precondition,
                          "the IMAP server refused " + verb + ": " + words_of(out.done));
}

asio::awaitable<Status> ImapClient::read_capabilities() {
    Answer answer;
    co_return co_await run("CAPABILITY", answer);
}

asio::awaitable<Status> ImapClient::authenticate(const Server& server) {
    Answer answer;
    Status status;
    if (server.grant && !capabilities_.contains("AUTH=XOAUTH2")) {
        co_return make_status(Code::failed_precondition,
                              "the IMAP server offers no XOAUTH2: it wants a password");
    } else if (server.grant) {
        // A refusal comes as a question with its details: the empty answer to it ends the exchange.
        std::vector<std::string> more{base64(xoauth2_words(server.user, server.token))};
        status = co_await converse("AUTHENTICATE XOAUTH2", std::move(more), answer);
    } else if (capabilities_.contains("AUTH=PLAIN")) {
        const auto secret =
            base64(std::string(1, '\0') + server.user + std::string(1, '\0') + server.password);
        std::vector<std::string> more{secret};
        status = co_await converse("AUTHENTICATE PLAIN", std::move(more), answer);
    } else if (capabilities_.contains("LOGINDISABLED")) {
        co_return make_status(Code::failed_precondition,
                              "the IMAP server takes no password on this connection");
    } else {
        const auto user = imap_quoted(server.user);
        const auto password = imap_quoted(server.password);
        if (!user || !password)
            co_return make_status(Code::unauthenticated,
                                  "the password holds characters that IMAP cannot send");
        status = co_await run("LOGIN " + *user + " " + *password, answer);
    }
    if (status.ok() || !good_) co_return status;
    if (unavailable_for_now(answer.done)) co_return unavailable(status.message);
    co_return make_status(Code::unauthenticated, "the IMAP server refuses the sign-in of " + server.user +
                                                     ": " + words_of(answer.done));
}

asio::awaitable<Status> ImapClient::sign_in(Server server) {
    ImapResponse greeting;
    auto status = co_await next(greeting, kSilence);
    if (!status.ok()) co_return failed(std::move(status));
    if (greeting.kind == "PREAUTH" && server.security == Security::starttls)
        co_return failed(make_status(Code::failed_precondition, "the IMAP server will not begin TLS"));
    if (greeting.kind != "OK" && greeting.kind != "PREAUTH")
        co_return failed(unavailable("the IMAP server does not greet: " + words_of(greeting)));
    if (server.security == Security::starttls) {
        Answer answer;
        status = co_await run("STARTTLS", answer);
        if (!status.ok()) co_return failed(std::move(status));
        // What came in the clear behind the answer is not part of the secure session.
        if (!parser_.empty())
            co_return failed(make_status(Code::data_loss, "the IMAP server spoke before TLS began"));
        status = co_await wire_->start_tls(kSilence);
        if (!status.ok()) co_return failed(std::move(status));
    }
    status = co_await read_capabilities();
    if (!status.ok()) co_return status;
    if (greeting.kind != "PREAUTH" || server.security != Security::none) {
        status = co_await authenticate(server);
        if (!status.ok()) co_return status;
        status = co_await read_capabilities();
    }
    co_return status;
}

asio::awaitable<Result<Mailbox>> ImapClient::open(std::string folder, bool writable) {
    const auto name = imap_quoted(modified_utf7(folder));
    if (!name) co_return invalid("settings.folder", "the folder's name cannot be sent");
    Answer answer;
    const std::string verb = writable ? "SELECT " : "EXAMINE ";
    auto status = co_await run(verb + *name, answer);
    if (!status.ok() && good_) status.message += " (folder " + folder + ")";
    if (!status.ok()) co_return status;
    Mailbox mailbox;
    for (const auto& response : answer.untagged) {
        if (const auto n = code_number(response, "UIDVALIDITY")) mailbox.uid_validity = n;
        if (const auto n = code_number(response, "UIDNEXT")) mailbox.uid_next = n;
    }
    if (mailbox.uid_validity == 0 || mailbox.uid_next == 0)
        co_return make_status(Code::failed_precondition, "the IMAP server keeps no lasting ids of mails");
    news_ = false;
    co_return mailbox;
}

asio::awaitable<Result<std::vector<MailInfo>>> ImapClient::list(std::uint64_t first, std::uint64_t last) {
    const auto until = last == 0 ? std::string("*") : std::to_string(last);
    Answer answer;
    news_ = false;
    auto status =
        co_await run("UID FETCH " + std::to_string(first) + ":" + until + " (UID RFC822.SIZE)", answer);
    if (!status.ok()) co_return status;
    std::vector<MailInfo> found;
    for (const auto& response : answer.untagged) {
        MailInfo info{number_of(response, "UID"), number_of(response, "RFC822.SIZE")};
        // "7:*" is the last mail, too, where that has a lower number (RFC 3501 section 6.4.8).
        if (info.uid >= first && (last == 0 || info.uid <= last)) found.push_back(info);
    }
    std::sort(found.begin(), found.end(), [](const auto& a, const auto& b) { return a.uid < b.uid; });
    const auto twice =
        std::unique(found.begin(), found.end(), [](auto& a, auto& b) { return a.uid == b.uid; });
    found.erase(twice, found.end());
    co_return found;
}

asio::awaitable<Result<std::vector<std::uint64_t>>> ImapClient::search(std::string criteria) {
    Answer answer;
    auto status = co_await run("UID SEARCH " + criteria, answer);
    if (!status.ok()) co_return status;
    std::vector<std::uint64_t> uids;
    for (const auto& response : answer.untagged) {
        if (response.kind != "SEARCH") continue;
        for (const auto& value : response.values) {
            if (const auto uid = imap_number(value.text)) uids.push_back(*uid);
        }
    }
    std::sort(uids.begin(), uids.end());
    co_return uids;
}

asio::awaitable<Result<std::string>> ImapClient::fetch(std::uint64_t uid, Part part, std::size_t limit) {
    const char* what = part == Part::header  ? "BODY.PEEK[HEADER]"
                       : part == Part::whole ? "BODY.PEEK[]"
                                             : "BODY[]";
    Answer answer;
    parser_.allow_literal(limit);
    auto status = co_await run("UID FETCH " + std::to_string(uid) + " (UID " + what + ")", answer);
    parser_.allow_literal(kOrdinaryLiteral);
    if (!status.ok()) co_return status;
    const auto* name = part == Part::header ? "BODY[HEADER]" : "BODY[]";
    for (const auto& response : answer.untagged) {
        const auto* body = item(response, name);
        if (body != nullptr && number_of(response, "UID") == uid && body->kind == ImapValue::Kind::text)
            co_return body->text;
    }
    co_return not_found("the mail is gone");
}

asio::awaitable<Result<bool>> ImapClient::idle(Milliseconds limit) {
    if (news_) co_return true;
    const auto until = clock_.steady() + limit;
    const auto tag = "G" + std::to_string(++tag_);
    auto status = co_await write(tag + " IDLE\r\n");
    if (!status.ok()) co_return status;
    bool idling = false;
    bool ending = false;
    for (std::size_t heard = 0;; ++heard) {
        if (heard > kMaxResponses) co_return failed(too_talkative());
        ImapResponse response;
        const auto left = std::chrono::ceil<Milliseconds>(until - clock_.steady());
        const bool waiting = idling && !ending;
        const auto patience = waiting ? std::max(left, Milliseconds(1)) : kSilence;
        status = co_await next(response, patience);
        const bool late = status.code == Code::deadline_exceeded && waiting && good_;
        if (!status.ok() && !late) co_return failed(std::move(status));
        if (response.tag == tag) {
            if (response.kind == "OK") break;
            // It announced what it does not do: it is asked at intervals instead.
            capabilities_.erase("IDLE");
            co_return make_status(Code::failed_precondition,
                                  "the IMAP server refused IDLE: " + words_of(response));
        }
        idling = idling || response.tag == "+";
        if (idling && !ending && (late || news_)) {
            ending = true;
            status = co_await write("DONE\r\n");
            if (!status.ok()) co_return status;
        }
    }
    co_return news_;
}

asio::awaitable<Status> ImapClient::append(std::string folder, std::string mail) {
    const auto name = imap_quoted(modified_utf7(folder));
    if (!name) co_return invalid("settings.sent_folder", "the folder's name cannot be sent");
    Answer answer;
    const auto size = std::to_string(mail.size());
    std::vector<std::string> more;
    more.push_back(std::move(mail));
    co_return co_await converse("APPEND " + *name + " (\\Seen) {" + size + "}", std::move(more), answer);
}

}  // namespace guichet::channels::mail
