// What a mail server says, IMAP and SMTP: the same in one piece and in many.
#include "common/channels/mail/imap_parser.hpp"
#include "common/channels/mail/smtp_reply.hpp"
#include "tests/fuzz/lib/input.hpp"

using namespace guichet;
using namespace guichet::channels::mail;

namespace {

void write(const ImapValue& value, std::string& to) {
    to += std::to_string(static_cast<int>(value.kind)) + value.text + "(";
    for (const auto& item : value.items) write(item, to);
    to += ")";
}

std::string words_of(const ImapResponse& response) {
    std::string all = response.tag + "|" + response.kind + "|" + std::to_string(response.number) + "|" +
                      response.code + "|" + response.words + "|";
    for (const auto& value : response.values) write(value, all);
    return all;
}

std::string words_of(const SmtpReply& reply) {
    (void)smtp_refusal(reply, SmtpStep::recipient);
    return reply.words();
}

template <class Reader, class Answer>
std::string read_all(Reader reader, std::string_view bytes, std::size_t step) {
    std::string all;
    for (std::size_t at = 0; at < bytes.size(); at += step) {
        reader.feed(bytes.substr(at, step));
        while (true) {
            Answer answer;
            const auto more = reader.next(answer);
            if (!more) return all + "!";
            if (!*more) break;
            all += words_of(answer) + "\n";
        }
    }
    return all;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    fuzz::Input input(data, size);
    const std::size_t step = 1 + input.byte() % 64;
    const auto bytes = input.rest();
    ImapLimits limits;
    limits.line = 4 * 1024;
    limits.literal = 1024;
    const ImapParser imap(limits);
    const auto whole = read_all<ImapParser, ImapResponse>(imap, bytes, bytes.size() + 1);
    const auto pieces = read_all<ImapParser, ImapResponse>(imap, bytes, step);
    fuzz::must(whole == pieces, "IMAP in pieces is IMAP in one");
    fuzz::must((read_all<SmtpReplies, SmtpReply>({}, bytes, bytes.size() + 1) ==
                read_all<SmtpReplies, SmtpReply>({}, bytes, step)),
               "SMTP in pieces is SMTP in one");

    const auto stuffed = dot_stuffed(bytes);
    fuzz::must(stuffed.find("\r\n.\r\n") == std::string::npos, "no mail ends its own data");
    (void)modified_utf7(repair_utf8(bytes));
    if (const auto quoted = imap_quoted(bytes)) {
        fuzz::must(quoted->find_first_of("\r\n") == std::string::npos, "a quoted string is on one line");
    }
    return 0;
}
