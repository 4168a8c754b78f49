#pragma once
// SMTP's replies (RFC 5321 section 4.2) and what is sent as data (section 4.5.2). No I/O.
#include <string>
#include <string_view>
#include <vector>

#include "common/channels/connector.hpp"
#include "common/core/status.hpp"

namespace guichet::channels::mail {

struct SmtpReply {
    // 200 to 599.
    int code = 0;
    // Without the code.
    std::vector<std::string> lines;

    bool good() const { return code >= 200 && code < 400; }
    // "550 5.1.1 No such user", on one line.
    std::string words() const;
};

class SmtpReplies {
  public:
    void feed(std::string_view bytes) { buffer_ += bytes; }
    // Fills `out` with the next whole reply; false: more bytes are needed. DATA_LOSS: this is no SMTP server.
    Result<bool> next(SmtpReply& out);
    bool empty() const { return buffer_.empty(); }

  private:
    std::string buffer_;
    SmtpReply reply_;
};

// The data with its dots doubled, ending in CRLF; the final "." is not part of it.
std::string dot_stuffed(std::string_view mail);

Outcome ended(Outcome::Kind kind, std::string error);

enum class SmtpStep { greeting, sign_in, sender, recipient, data, end_of_data };
// What a refusal at that step means. Every one of them says that the mail was not taken.
Outcome smtp_refusal(const SmtpReply& reply, SmtpStep step);

}  // namespace guichet::channels::mail
