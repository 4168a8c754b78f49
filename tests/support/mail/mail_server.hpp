#pragma once
// A mail provider in the test's own process, that fails on demand: SMTP (RFC 5321, AUTH PLAIN) and as much of
// IMAP4rev1 (RFC 3501, IDLE where wished) as a client needs that reads folders. Nothing is encrypted. What
// goes wrong is a platform's Faults:
//   sending    asked once for each connection. A cut is one after the final dot. Refusals by their HTTP
//   status: 429 is 451
//              at the sender, 502 is 421 instead of a greeting, 503 is 421 at the sender, 504 is 450 at the
//              recipient, another 5xx 451 at the end of the mail, an expired token 535; code 0 an answer that
//              is no SMTP.
//   reading    asked at each sign-in and each opening of a folder.
// nobody@ is refused for good.
#include <memory>
#include <string>
#include <vector>

#include <boost/asio/io_context.hpp>

#include "common/core/clock.hpp"
#include "services/demo/platform/faults.hpp"
#include "services/demo/platform/page.hpp"

namespace guichet::test {

namespace mail_stand_in {
struct State;
}

class MailServer {
  public:
    static constexpr char kAddress[] = "help@shop.example";
    static constexpr char kPassword[] = "stand-in-password";

    // Both outlive this object. `push`: it offers IDLE.
    MailServer(boost::asio::io_context& io, const Clock& clock, bool push);
    ~MailServer();
    MailServer(const MailServer&) = delete;
    MailServer& operator=(const MailServer&) = delete;

    int smtp_port() const;
    int imap_port() const;
    stand_in::Faults& faults();
    // What it took: kind "mail", id the Message-ID, target the recipient that is not kAddress. A mail for
    // kAddress lies in the folder, too.
    const std::vector<stand_in::Published>& published() const;
    // A mail (its lines end in \n) arrives in the folder.
    void deliver(const std::string& mail);
    // Mails in the folder; the last one's UID.
    std::size_t folder_size() const;
    unsigned uid_validity() const;
    // The folder is set up anew with what it holds: another UIDVALIDITY.
    void renumber();
    // The connection ends in the middle of the next mail that is fetched.
    void cut_next_fetch();

  private:
    std::shared_ptr<mail_stand_in::State> state_;
};

// The text of a mail in one part, whatever its transfer encoding.
std::string mail_text(const std::string& mail);
// The value of a header field that stands on one line.
std::string mail_header(const std::string& mail, const std::string& name);

}  // namespace guichet::test
