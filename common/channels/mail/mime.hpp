#pragma once
// A mail's bytes, both ways: RFC 5322 and MIME by GMime, delivery reports by RFC 3464. Pure; nothing of GMime
// or GLib shows outside mime.cpp and compose.cpp.
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/core/clock.hpp"

namespace guichet::channels::mail {

struct Address {
    std::string name;
    // Lower case (ASCII letters).
    std::string email;
};

struct File {
    // Without folders; never empty.
    std::string name;
    std::string media_type;
    std::string bytes;
};

// Of one recipient (RFC 3464 section 2.3).
struct Report {
    std::string recipient;
    // "failed", "delayed", "delivered", "relayed" or "expanded".
    std::string action;
    // RFC 3463: "5.1.1".
    std::string status;
    // The other server's words.
    std::string diagnostic;
};

struct Mail {
    // Ids of messages are without < and >.
    std::string message_id;
    std::vector<std::string> references;
    std::vector<std::string> in_reply_to;
    std::optional<Address> from;
    std::optional<Address> reply_to;
    // Who wrote to a group that passes mails on under its own name (Google Groups: X-Original-Sender).
    std::optional<Address> original_sender;
    // To and Cc.
    std::vector<Address> to;
    std::string subject;
    // 0: none, or not readable.
    TimeMs date = 0;
    // RFC 3834: "auto-replied"…; lower case, without parameters.
    std::string auto_submitted;
    // "bulk", "list", "junk"; lower case.
    std::string precedence;
    std::string list_id;
    // Return-Path: <>
    bool empty_return_path = false;
    // X-Autoreply, X-Autorespond: autoresponders older than RFC 3834.
    bool autoresponder = false;
    // X-Failed-Recipients: Exim's bounces.
    std::string failed_recipients;
    // All of it, quoted parts too; from HTML where there is no plain text.
    std::string text;
    bool text_cut = false;
    std::vector<File> files;
    // Attachments beyond the limits.
    std::size_t files_left_out = 0;
    bool is_report = false;
    std::vector<Report> reports;
    // RFC 8098: "your mail was read".
    bool is_receipt = false;
    // Of the mail that a report is about.
    std::string original_id;
};

struct MimeLimits {
    // UTF-8 bytes.
    std::size_t text = 256 * 1024;
    std::size_t files = 20;
    std::size_t file_bytes = 25 * 1024 * 1024;
    std::size_t all_file_bytes = 40 * 1024 * 1024;
    // Parts inside parts, and parts in all: deeper and further ones are left out.
    std::size_t depth = 20;
    std::size_t parts = 300;
    std::size_t references = 200;
    std::size_t reports = 50;
};

// Whatever the bytes are, something comes of them.
Mail parse_mail(std::string_view bytes, const MimeLimits& limits = {});

struct OutgoingMail {
    Address from;
    std::string to;
    std::string subject;
    std::string text;
    std::string message_id;
    // "": a new thread.
    std::string in_reply_to;
    std::vector<std::string> references;
    TimeMs date = 0;
    std::vector<File> files;
};

// ASCII with CRLF line ends, as SMTP and APPEND want it. Control characters in header values become spaces,
// ids that are none are left out: no value can add a header.
std::string compose_mail(const OutgoingMail& mail);

// local@domain in printable ASCII without spaces, quotes, <, >, at most 254 bytes (RFC 5321 section 4.5.3.1).
bool plain_address(std::string_view address);
// What may stand between < and > of a Message-ID: printable ASCII without spaces, <, >.
bool plain_message_id(std::string_view id);

}  // namespace guichet::channels::mail
