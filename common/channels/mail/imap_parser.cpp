#include "common/channels/mail/imap_parser.hpp"

#include <algorithm>
#include <charconv>

#include "common/channels/mail/text.hpp"
#include "common/core/bytes.hpp"

namespace guichet::channels::mail {
namespace {

Status broken(const std::string& why) {
    return make_status(Code::data_loss, "the IMAP server said what IMAP does not know: " + why);
}

// "{123}" or "{123+}" at the end of a line without its CRLF.
std::optional<std::size_t> literal_size(std::string_view line) {
    if (!line.ends_with('}')) return std::nullopt;
    const auto open = line.rfind('{');
    if (open == std::string_view::npos) return std::nullopt;
    auto digits = line.substr(open + 1, line.size() - open - 2);
    if (digits.ends_with('+')) digits.remove_suffix(1);
    return imap_number(digits);
}

bool is_status(const std::string& kind) {
    return kind == "OK" || kind == "NO" || kind == "BAD" || kind == "BYE" || kind == "PREAUTH";
}

// Reads a whole response.
class ResponseReader {
  public:
    ResponseReader(std::string_view bytes, std::size_t depth) : rest_(bytes), depth_(depth) {}

    Result<ImapResponse> run() {
        ImapResponse response;
        response.tag = word();
        if (response.tag == "+") {
            response.words = line_end();
            return response;
        }
        auto first = word();
        if (const auto number = imap_number(first); number && response.tag == "*") {
            response.number = *number;
            first = word();
        }
        response.kind = upper(first);
        if (response.tag.empty() || response.kind.empty()) return broken("a response without a kind");
        if (is_status(response.kind)) {
            read_status(response);
            return response;
        }
        while (!rest_.empty() && failure_.ok()) {
            skip_spaces();
            if (rest_.empty() || rest_.starts_with("\r\n")) break;
            response.values.push_back(value(0));
        }
        if (!failure_.ok()) return failure_;
        return response;
    }

  private:
    std::string word() {
        const auto end = std::min(rest_.find_first_of(" \r\n"), rest_.size());
        std::string out(rest_.substr(0, end));
        rest_.remove_prefix(end);
        skip_spaces();
        return out;
    }
    void skip_spaces() { rest_.remove_prefix(std::min(rest_.find_first_not_of(' '), rest_.size())); }
    std::string line_end() {
        return std::string(rest_.substr(0, std::min(rest_.find_first_of("\r\n"), rest_.size())));
    }
    void read_status(ImapResponse& response) {
        if (rest_.starts_with('[')) {
            const auto end = rest_.find(']');
            if (end != std::string_view::npos) {
                response.code = std::string(rest_.substr(1, end - 1));
                rest_.remove_prefix(end + 1);
                skip_spaces();
            }
        }
        response.words = line_end();
    }

    ImapValue value(std::size_t depth) {
        ImapValue made;
        const char first = rest_.front();
        if (first == '(') return list(depth);
        if (first == '"') {
            made.kind = ImapValue::Kind::text;
            made.text = quoted();
            return made;
        }
        if (first == '{' || rest_.starts_with("~{")) {
            made.kind = ImapValue::Kind::text;
            made.text = literal();
            return made;
        }
        made.text = atom();
        made.kind = upper(made.text) == "NIL" ? ImapValue::Kind::nil : ImapValue::Kind::atom;
        return made;
    }

    ImapValue list(std::size_t depth) {
        ImapValue made;
        made.kind = ImapValue::Kind::list;
        if (depth >= depth_) {
            failure_ = broken("lists within lists without end");
            return made;
        }
        rest_.remove_prefix(1);
        while (failure_.ok()) {
            skip_spaces();
            if (rest_.empty() || rest_.starts_with("\r\n")) {
                failure_ = broken("a list without end");
            } else if (rest_.front() == ')') {
                rest_.remove_prefix(1);
                break;
            } else {
                made.items.push_back(value(depth + 1));
            }
        }
        return made;
    }

    std::string quoted() {
        std::string out;
        std::size_t i = 1;
        while (i < rest_.size() && rest_[i] != '"') {
            if (rest_[i] == '\\' && i + 1 < rest_.size()) ++i;
            out += rest_[i++];
        }
        if (i >= rest_.size()) failure_ = broken("a string without end");
        rest_.remove_prefix(std::min(i + 1, rest_.size()));
        return out;
    }

    std::string literal() {
        const auto end = rest_.find("\r\n");
        const auto size = end == std::string_view::npos ? std::nullopt : literal_size(rest_.substr(0, end));
        if (!size || rest_.size() < end + 2 + *size) {
            failure_ = broken("a literal without a length");
            return {};
        }
        std::string out(rest_.substr(end + 2, *size));
        rest_.remove_prefix(end + 2 + *size);
        return out;
    }

    // "BODY[HEADER.FIELDS (DATE)]<0>" is one.
    std::string atom() {
        std::size_t i = 0;
        bool brackets = false;
        for (; i < rest_.size(); ++i) {
            const char c = rest_[i];
            if (c == '\r' || c == '\n') break;
            if (c == '[') brackets = true;
            if (c == ']') brackets = false;
            if (!brackets && (c == ' ' || c == '(' || c == ')' || c == '"')) break;
        }
        // A stray character must not stand still.
        if (i == 0) failure_ = broken("a stray character");
        std::string out(rest_.substr(0, i));
        rest_.remove_prefix(i);
        return out;
    }

    std::string_view rest_;
    std::size_t depth_;
    Status failure_;
};

}  // namespace

void ImapParser::feed(std::string_view bytes) {
    buffer_ += bytes;
}

Result<std::optional<std::size_t>> ImapParser::find_end() {
    for (;;) {
        const auto end = buffer_.find("\r\n", scanned_);
        const auto seen =
            (end == std::string::npos ? buffer_.size() : end) - std::min(scanned_, buffer_.size());
        if (line_ + seen > limits_.line)
            return make_status(Code::resource_exhausted, "the IMAP server sent a line without end");
        if (end == std::string::npos) return std::optional<std::size_t>();
        const auto size = literal_size(std::string_view(buffer_).substr(scanned_, end - scanned_));
        if (!size) return std::optional<std::size_t>(end + 2);
        // The first comparison keeps the sum from overflowing.
        if (*size > limits_.literal || literal_bytes_ + *size > limits_.literal ||
            ++literals_ > limits_.literals)
            return make_status(Code::resource_exhausted, "the IMAP server sent more than was asked for");
        line_ += seen;
        literal_bytes_ += *size;
        scanned_ = end + 2 + *size;
        if (scanned_ > buffer_.size()) {
            buffer_.reserve(scanned_ + 1024);
            return std::optional<std::size_t>();
        }
    }
}

Result<bool> ImapParser::next(ImapResponse& out) {
    // Within a literal nothing is looked at.
    if (scanned_ > buffer_.size()) return false;
    const auto end = find_end();
    if (!end) return end.error();
    if (!*end) return false;
    auto response = ResponseReader(std::string_view(buffer_).substr(0, **end), limits_.depth).run();
    buffer_.erase(0, **end);
    scanned_ = line_ = literals_ = literal_bytes_ = 0;
    if (!response) return response.error();
    out = std::move(*response);
    out.bytes = **end;
    return true;
}

std::string modified_utf7(std::string_view utf8) {
    std::string out;
    std::string wide;
    const auto flush = [&] {
        if (wide.empty()) return;
        auto code = base64(wide);
        code.erase(std::min(code.find('='), code.size()));
        std::replace(code.begin(), code.end(), '/', ',');
        out += "&" + code + "-";
        wide.clear();
    };
    const auto add = [&wide](std::uint32_t unit) {
        wide += static_cast<char>(unit >> 8);
        wide += static_cast<char>(unit & 0xFF);
    };
    const auto text = repair_utf8(utf8);
    for (std::size_t i = 0; i < text.size();) {
        const auto lead = static_cast<unsigned char>(text[i]);
        if (lead >= 0x20 && lead < 0x7f) {
            flush();
            out += lead == '&' ? "&-" : std::string(1, text[i]);
            ++i;
            continue;
        }
        const std::size_t more = lead < 0x80 ? 0 : lead < 0xE0 ? 1 : lead < 0xF0 ? 2 : 3;
        std::uint32_t code = more == 0 ? lead : lead & (0x3F >> more);
        for (std::size_t k = 1; k <= more; ++k)
            code = (code << 6) | (static_cast<unsigned char>(text[i + k]) & 0x3F);
        i += more + 1;
        if (code >= 0x10000) {
            add(0xD800 + ((code - 0x10000) >> 10));
            add(0xDC00 + ((code - 0x10000) & 0x3FF));
        } else {
            add(code);
        }
    }
    flush();
    return out;
}

std::optional<std::string> imap_quoted(std::string_view text) {
    std::string out = "\"";
    for (const char c : text) {
        if (c < 0x20 || c == 0x7f) return std::nullopt;
        if (c == '"' || c == '\\') out += '\\';
        out += c;
    }
    return out + "\"";
}

std::optional<std::uint64_t> imap_number(std::string_view text) {
    std::uint64_t number = 0;
    const auto* end = text.data() + text.size();
    const auto parsed = std::from_chars(text.data(), end, number);
    if (text.empty() || parsed.ec != std::errc() || parsed.ptr != end) return std::nullopt;
    return number;
}

}  // namespace guichet::channels::mail
