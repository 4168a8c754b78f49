#pragma once
// The server's side of IMAP4rev1 (RFC 3501 section 9), from bytes as they come to responses. No I/O.
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/core/status.hpp"

namespace guichet::channels::mail {

struct ImapValue {
    // atom: also numbers, flags and "BODY[]"; text: a quoted string or a literal.
    enum class Kind { nil, atom, text, list };
    Kind kind = Kind::nil;
    std::string text;
    std::vector<ImapValue> items;
};

struct ImapResponse {
    // "*", "+", or the command's.
    std::string tag;
    // Upper case: "OK", "NO", "BAD", "BYE", "PREAUTH"; "FETCH", "EXISTS", "SEARCH", "CAPABILITY"…
    std::string kind;
    // "* 12 EXISTS": 12.
    std::uint64_t number = 0;
    // "OK [UIDVALIDITY 1] words": the words between the brackets, as they stand.
    std::string code;
    // Of OK, NO, BAD, BYE, PREAUTH and "+", without the code.
    std::string words;
    // Of all others, what follows the kind.
    std::vector<ImapValue> values;
    // As it came.
    std::size_t bytes = 0;
};

struct ImapLimits {
    // Of a response without its literals.
    std::size_t line = 1024 * 1024;
    // Of all its literals together.
    std::size_t literal = 64 * 1024;
    std::size_t literals = 50;
    std::size_t depth = 30;
};

class ImapParser {
  public:
    explicit ImapParser(ImapLimits limits = {}) : limits_(limits) {}

    void feed(std::string_view bytes);
    // Fills `out` with the next whole response; false: more bytes are needed. RESOURCE_EXHAUSTED above a
    // limit and DATA_LOSS for what is no response are final: the connection is of no more use.
    Result<bool> next(ImapResponse& out);
    // Nothing is waiting to be read.
    bool empty() const { return buffer_.empty(); }
    // For the response that comes next.
    void allow_literal(std::size_t bytes) { limits_.literal = bytes; }
    std::size_t literal_limit() const { return limits_.literal; }

  private:
    // Where the response at the beginning of the buffer ends, if all of it is there.
    Result<std::optional<std::size_t>> find_end();

    ImapLimits limits_;
    std::string buffer_;
    // How far the buffer is known to be part of one response; literals seen there.
    std::size_t scanned_ = 0;
    std::size_t line_ = 0;
    std::size_t literals_ = 0;
    std::size_t literal_bytes_ = 0;
};

// "INBOX", "&AMk-l&AOk-ments": a folder's name as IMAP writes it (RFC 3501 section 5.1.3).
std::string modified_utf7(std::string_view utf8);
// In double quotes; nothing where `text` holds what a quoted string cannot.
std::optional<std::string> imap_quoted(std::string_view text);

// Digits only.
std::optional<std::uint64_t> imap_number(std::string_view text);

}  // namespace guichet::channels::mail
