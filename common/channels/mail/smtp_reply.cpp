#include "common/channels/mail/smtp_reply.hpp"

#include <utility>

#include "common/channels/mail/text.hpp"

namespace guichet::channels::mail {
namespace {

constexpr std::size_t kMaxReplyLine = 8 * 1024;
constexpr std::size_t kMaxReplyLines = 200;
constexpr std::size_t kMaxReplyWords = 500;

const char* name_of(SmtpStep step) {
    switch (step) {
        case SmtpStep::greeting:
            return "the connection";
        case SmtpStep::sign_in:
            return "the sign-in";
        case SmtpStep::sender:
            return "the sender";
        case SmtpStep::recipient:
            return "the recipient";
        case SmtpStep::data:
        case SmtpStep::end_of_data:
            return "the mail";
    }
    return "";
}

int code_of(std::string_view line) {
    int code = 0;
    for (std::size_t i = 0; i < 3; ++i) {
        if (i >= line.size() || line[i] < '0' || line[i] > '9') return 0;
        code = code * 10 + (line[i] - '0');
    }
    return code;
}

}  // namespace

std::string SmtpReply::words() const {
    auto text = std::to_string(code);
    for (const auto& line : lines) text += " " + line;
    return one_line(text, kMaxReplyWords);
}

Result<bool> SmtpReplies::next(SmtpReply& out) {
    const auto broken = [](const char* why) {
        return make_status(Code::data_loss, std::string("the SMTP server's answer is none: ") + why);
    };
    for (;;) {
        const auto end = buffer_.find('\n');
        if ((end == std::string::npos ? buffer_.size() : end) > kMaxReplyLine)
            return broken("a line without end");
        if (end == std::string::npos) return false;
        std::string line = buffer_.substr(0, end);
        buffer_.erase(0, end + 1);
        if (line.ends_with('\r')) line.pop_back();
        const int code = code_of(line);
        const bool last = line.size() == 3 || (line.size() > 3 && line[3] == ' ');
        if (code < 200 || code > 599 || (!last && line[3] != '-')) return broken("no code");
        if (reply_.code != 0 && reply_.code != code) return broken("the code changes");
        reply_.code = code;
        reply_.lines.push_back(line.size() > 4 ? line.substr(4) : std::string());
        if (reply_.lines.size() > kMaxReplyLines) return broken("lines without end");
        if (!last) continue;
        out = std::exchange(reply_, SmtpReply());
        return true;
    }
}

std::string dot_stuffed(std::string_view mail) {
    std::string out;
    out.reserve(mail.size() + 64);
    bool begins = true;
    for (const char c : mail) {
        if (begins && c == '.') out += '.';
        out += c;
        begins = c == '\n';
    }
    if (!out.ends_with("\r\n")) out += "\r\n";
    return out;
}

Outcome ended(Outcome::Kind kind, std::string error) {
    Outcome outcome;
    outcome.kind = kind;
    outcome.error = std::move(error);
    return outcome;
}

Outcome smtp_refusal(const SmtpReply& reply, SmtpStep step) {
    using Kind = Outcome::Kind;
    Outcome outcome;
    outcome.error = std::string("the mail server refused ") + name_of(step) + ": " + reply.words();
    // 530: a sign-in is asked for. 454: the sign-in does not work for the moment.
    const bool sign_in = step == SmtpStep::sign_in || reply.code == 530 || reply.code == 535;
    if (reply.code < 500) {
        outcome.kind = Kind::retry;
    } else if (sign_in) {
        outcome.kind = Kind::reauth;
    } else {
        outcome.kind = Kind::permanent;
        outcome.route_closed = step == SmtpStep::recipient;
    }
    return outcome;
}

}  // namespace guichet::channels::mail
