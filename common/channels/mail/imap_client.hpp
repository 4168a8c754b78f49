#pragma once
// What the connector asks of a mailbox, over IMAP4rev1 (RFC 3501) with IDLE (RFC 2177).
//
// A failure of the connection is UNAVAILABLE or DEADLINE_EXCEEDED, and the client is then of no more use
// (good() says so); a refusal of the server leaves it good. One call at a time.
#include <cstdint>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "common/channels/mail/imap_parser.hpp"
#include "common/channels/mail/wire.hpp"
#include "common/core/clock.hpp"

namespace guichet::channels::mail {

struct Mailbox {
    std::uint64_t uid_validity = 0;
    // The next mail's UID, or less than that of some that came meanwhile.
    std::uint64_t uid_next = 0;
};

struct MailInfo {
    std::uint64_t uid = 0;
    std::size_t bytes = 0;
};

class ImapClient {
  public:
    ImapClient(WirePtr wire, const Clock& clock) : wire_(std::move(wire)), clock_(clock) {}

    // Greeting, STARTTLS where `server` wants it, sign-in. UNAUTHENTICATED: the server refuses the sign-in.
    asio::awaitable<Status> sign_in(Server server);
    // EXAMINE: nothing in the folder changes; SELECT where `writable`.
    asio::awaitable<Result<Mailbox>> open(std::string folder, bool writable);
    // Of the open folder, from `first` to `last` (0: whatever there is), in order of UIDs.
    asio::awaitable<Result<std::vector<MailInfo>>> list(std::uint64_t first, std::uint64_t last);
    // UIDs in order. `criteria` in IMAP's words.
    asio::awaitable<Result<std::vector<std::uint64_t>>> search(std::string criteria);
    enum class Part { header, whole, whole_and_seen };
    // NOT_FOUND: it is gone. At most `limit` bytes.
    asio::awaitable<Result<std::string>> fetch(std::uint64_t uid, Part part, std::size_t limit);
    bool can_idle() const { return capabilities_.contains("IDLE"); }
    // Waits until the server says that something came, at most `limit`: true when it did.
    asio::awaitable<Result<bool>> idle(Milliseconds limit);
    // Marked as seen.
    asio::awaitable<Status> append(std::string folder, std::string mail);

    // Beyond it every call fails: what comes in drops must come to an end, too.
    void end_by(std::chrono::nanoseconds until) { until_ = until; }

    bool good() const { return good_; }

  private:
    struct Answer {
        std::vector<ImapResponse> untagged;
        ImapResponse done;
    };
    asio::awaitable<Status> next(ImapResponse& out, Milliseconds limit);
    asio::awaitable<Status> write(std::string bytes);
    // `command` without tag and line end. The server's NO and BAD are FAILED_PRECONDITION with its words.
    asio::awaitable<Status> run(std::string command, Answer& out);
    // `more` is sent in turn where the server asks to go on.
    asio::awaitable<Status> converse(std::string command, std::vector<std::string> more, Answer& out);
    asio::awaitable<Status> read_capabilities();
    asio::awaitable<Status> authenticate(const Server& server);
    void learn(const ImapResponse& response);
    // Passes a connection's failure on, and remembers it.
    Status failed(Status status);

    WirePtr wire_;
    const Clock& clock_;
    ImapParser parser_;
    std::set<std::string> capabilities_;
    std::chrono::nanoseconds until_ = std::chrono::nanoseconds::max();
    bool good_ = true;
    bool news_ = false;
    unsigned tag_ = 0;
};

}  // namespace guichet::channels::mail
