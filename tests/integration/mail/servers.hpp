#pragma once
// A mail server of one's own: Dovecot and Exim (which offers AUTH PLAIN on its port smtp, LOGIN on smtps),
// with the mailboxes help@shop.example and anna@example.org (password "secret"). Exim refuses nobody@ for
// good and later@ for now, and bounces what it took for bounces@.
#include <string>
#include <sys/types.h>
#include <vector>

#include "tests/support/temp_dir.hpp"

namespace guichet::test {

class MailServers {
  public:
    // Started, both answer; throws with the end of their logs when they do not.
    MailServers();
    ~MailServers();
    MailServers(const MailServers&) = delete;
    MailServers& operator=(const MailServers&) = delete;

    int imap() const { return imap_; }
    int imaps() const { return imaps_; }
    int smtp() const { return smtp_; }
    int smtps() const { return smtps_; }
    // Where Dovecot asks whether a token is good: POST /introspect (RFC 7662), by HTTP. Exim takes "good-N".
    int judge() const { return judge_; }
    // PEM.
    std::string authority() const;

    // By Python's smtplib, without a sign-in; "" or what it says went wrong.
    std::string deliver(const std::string& from, const std::string& to, const std::string& mail,
                        int count = 1) const;
    // The mails of that mailbox's inbox, as files; `folder`: "new" or "cur".
    std::vector<std::string> files(const std::string& user, const std::string& folder) const;
    void restart_imap();
    // All mailboxes are gone and made anew, with other UIDs.
    void recreate_mailboxes();
    std::string log() const;

  private:
    void make_certificates();
    void write_dovecot();
    void write_exim();
    void start_dovecot();
    void start_exim();
    void give_away() const;
    pid_t start(const std::vector<std::string>& line, const std::string& output) const;
    void await_port(int port, pid_t& pid) const;
    static void end(pid_t& pid);

    TempDir dir_;
    std::string user_;
    std::string group_;
    int imap_;
    int imaps_;
    int lmtp_;
    int smtp_;
    int smtps_;
    int judge_;
    pid_t dovecot_ = -1;
    pid_t exim_ = -1;
};

}  // namespace guichet::test
