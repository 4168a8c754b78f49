// A mail's bytes: MIME, what it means, what is quoted, and an answer to it.
#include "common/channels/mail/charset.hpp"
#include "common/channels/mail/events.hpp"
#include "common/channels/mail/folding.hpp"
#include "common/channels/mail/html_text.hpp"
#include "common/channels/mail/report.hpp"
#include "common/channels/mail/text.hpp"
#include "tests/fuzz/lib/input.hpp"

using namespace guichet;
using namespace guichet::channels::mail;

namespace {

Settings shop() {
    Settings settings;
    settings.address = "shop@shop.example";
    settings.domain = "shop.example";
    settings.own = {"shop@shop.example"};
    settings.max_mail_bytes = 1 << 20;
    return settings;
}

void look_at(const Mail& mail, const MimeLimits& limits) {
    fuzz::must(mail.text.size() <= limits.text && valid_utf8(mail.text), "the text is text within its limit");
    fuzz::must(mail.files.size() <= limits.files, "files are within their limit");
    fuzz::must(mail.references.size() <= limits.references, "references are within their limit");
    fuzz::must(mail.reports.size() <= limits.reports, "reports are within their limit");
    fuzz::must(valid_utf8(mail.subject + mail.message_id + mail.list_id), "headers are text");
    for (const auto& file : mail.files) {
        fuzz::must(!file.name.empty() && valid_utf8(file.name), "a file has a name");
        fuzz::must(file.bytes.size() <= limits.file_bytes, "a file is within its limit");
    }
}

void answer(const Mail& mail) {
    OutgoingMail out;
    out.from = {mail.subject, "shop@shop.example"};
    // Another address is refused before anything is written.
    out.to = mail.from && plain_address(mail.from->email) ? mail.from->email : "anna@example.org";
    out.subject = "Re: " + mail.subject;
    out.text = mail.text;
    out.message_id = "g.1.2@shop.example";
    out.in_reply_to = mail.message_id;
    out.references = mail.references;
    out.date = 1'763'800'000'000;
    const auto written = compose_mail(out);
    for (std::size_t i = 0; i < written.size(); ++i) {
        fuzz::must(static_cast<unsigned char>(written[i]) < 0x80, "what is sent is ASCII");
        if (written[i] == '\n') fuzz::must(i > 0 && written[i - 1] == '\r', "lines end with CRLF");
    }
    fuzz::must(parse_mail(written).message_id == out.message_id, "nobody's words add a header");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto bytes = fuzz::Input(data, size).rest();
    static const auto settings = shop();
    MimeLimits limits;
    limits.text = 4 * 1024;
    limits.files = 4;
    limits.file_bytes = 2 * 1024;
    limits.all_file_bytes = 4 * 1024;
    const auto mail = parse_mail(bytes, limits);
    look_at(mail, limits);
    for (const auto& event : events_of(mail, settings, bytes)) fuzz::must_travel(event.message);
    for (const auto& event : events_of_large(mail, settings, bytes, bytes.size()))
        fuzz::must_travel(event.message);
    answer(mail);

    const auto folded = fold_quotes(mail.text);
    fuzz::must(!folded.fresh.empty() || is_blank(mail.text), "something is left of what was written");
    fuzz::must(valid_utf8(html_to_text(to_utf8(bytes, ""), 512)), "HTML becomes text");
    fuzz::must(valid_utf8(to_utf8(bytes, mail.precedence)), "every charset becomes text");
    (void)parse_delivery_status(bytes, 5);
    (void)original_id_in(bytes);
    return 0;
}
